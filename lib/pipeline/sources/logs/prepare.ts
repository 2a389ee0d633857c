import { gunzip } from "../../../files/mod.ts";
import { PART_FORMAT } from "../../../lake/mod.ts";
import { logStructType, normalizeLog, sampleLog } from "../../../log_parser/mod.ts";
import type { PrepareFile } from "../../file_source.ts";
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
    await using file = PART_FORMAT.open(target, logStructType());
    let contentBytes = 0;
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        const { records, quarantined } = step.value;
        const written = await file.finish((open) => ctx.disk.syncFile(target, open));
        return {
          read: records + quarantined,
          written: records,
          bytes: written.bytes,
          contentBytes,
          sha256: written.sha256,
          schema: logStructType(),
          reader: PART_FORMAT.reader,
        };
      }
      for (const reject of step.value.rejects) onReject(reject);
      contentBytes += step.value.ndjson.length;
      await file.write(step.value.ndjson);
    }
  };
}
