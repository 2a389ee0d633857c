import { prepareFile } from "../../../files/mod.ts";
import { csvSchema, type StructType } from "../../../schema/mod.ts";
import type { PrepareFile } from "../../file_source.ts";
import type { RunContext } from "../../run_context.ts";
import { dialectOf } from "./_dialect_schema.ts";
import type { FilesSource } from "./schema.ts";

/** Returns the step that validates a delimited file and writes it in the one form that the lake holds. */
export function prepareDataFile(source: FilesSource, ctx: RunContext): PrepareFile {
  const { expect, dialect, on_finding, allow_empty } = source;
  return async (entry, target, { schema, onReject }) => {
    const result = await prepareFile(entry, target, {
      columns: columnsOf(schema) ?? expect.columns,
      minSize: expect.min_size,
      maxSize: expect.max_size,
      dialect: dialectOf(dialect),
      verdicts: { ...on_finding, ...(allow_empty ? { "file-empty": "accept" } : {}) },
      onReject,
      sync: (open) => ctx.disk.syncFile(target, open),
      signal: ctx.signal,
    });
    return {
      read: result.rowsRead,
      written: result.rowsWritten,
      bytes: result.bytesOut,
      contentBytes: result.contentBytes,
      sha256: result.sha256,
      findings: result.findings,
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

/** Returns the names of a stream's columns; `undefined` if nothing is published yet. */
export function columnsOf(schema: unknown): readonly string[] | undefined {
  return (schema as StructType | undefined)?.fields.map(({ name }) => name);
}
