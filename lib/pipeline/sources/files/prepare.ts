import { prepareFile } from "../../../files/mod.ts";
import { csvSchema } from "../../../schema/mod.ts";
import type { PrepareFile } from "../../file_stream.ts";
import type { RunContext } from "../../run_context.ts";
import type { FilesSource } from "./schema.ts";

/** Returns the step that validates a delimited file and writes it in the one form that the lake holds. */
export function prepareDataFile(source: FilesSource, ctx: RunContext): PrepareFile {
  return async (entry, target, { onReject }) => {
    const result = await prepareFile(entry, target, {
      ...(source.expect.columns === undefined ? {} : { columns: source.expect.columns }),
      ...(source.expect.max_size === undefined ? {} : { maxSize: source.expect.max_size }),
      onReject,
      sync: (open) => ctx.disk.syncFile(target, open),
      signal: ctx.signal,
    });
    return {
      read: result.rowsRead,
      written: result.rowsWritten,
      bytes: result.bytesOut,
      sha256: result.sha256,
      schema: csvSchema(result.columns),
      // Spark's own defaults would take the header for a row, "" for an escaped quote apart, an empty text for NULL,
      // and cut rows at a line end inside quotes. No file holds a NUL, so that nothing else is taken for NULL.
      reader: {
        format: "csv",
        header: "true",
        escape: '"',
        nullValue: "\0",
        multiLine: String(result.multiline),
      },
    };
  };
}
