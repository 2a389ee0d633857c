import { gunzip } from "../../../files/mod.ts";
import { logStructType, normalizeLog, sampleLog } from "../../../log_parser/mod.ts";
import { PART_FORMATS } from "../../../lake/mod.ts";
import type { PrepareFile } from "../../file_stream.ts";
import type { RunContext } from "../../run_context.ts";
import { readChunks } from "./_read_chunks.ts";
import type { LogsSource } from "./schema.ts";

/** Returns the step that turns a log file into normalized JSON lines. */
export function prepareLogFile(source: LogsSource, ctx: RunContext): PrepareFile {
  return async (entry, target, { sha256, onReject }) => {
    const bytes = readChunks(entry.absolutePath);
    const batches = normalizeLog(entry.path.endsWith(".gz") ? gunzip(bytes) : bytes, {
      format: source.format,
      timezone: source.timezone,
      dateOrder: source.date_order,
      sample: sampleLog(entry.absolutePath),
      source: entry.path,
      fileHash: sha256,
      mtimeMs: entry.mtimeMs,
      signal: ctx.signal,
    });
    const format = PART_FORMATS[ctx.config.part_format];
    await using file = format.open(target, logStructType());
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        const { records, quarantined } = step.value;
        const written = await file.finish((open) => ctx.disk.syncFile(target, open));
        return {
          read: records + quarantined,
          written: records,
          bytes: written.bytes,
          sha256: written.sha256,
          schema: logStructType(),
          reader: format.reader,
        };
      }
      for (const reject of step.value.rejects) onReject(reject);
      await file.write(step.value.ndjson);
    }
  };
}
