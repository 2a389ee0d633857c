import { decompressed, startsCompressed } from "../../../files/mod.ts";
import { storageError } from "../../../io/mod.ts";
import { PART_FORMATS } from "../../../lake/mod.ts";
import { identifyLog, logStructType, normalizeLog, sampleLog } from "../../../log_parser/mod.ts";
import type { PrepareFile } from "../../file_source.ts";
import type { RunContext } from "../../run_context.ts";
import type { LogsSource } from "./schema.ts";

/** Returns the step that turns a log file into normalized JSON lines. */
export function prepareLogFile(source: LogsSource, ctx: RunContext): PrepareFile {
  return async (entry, target, { sha256, onReject, sync }) => {
    const text = () => decompressed(readChunks(entry.absolutePath), entry.path);
    const isCompressed = await startsCompressed(entry.absolutePath);
    // A log keeps its records when a rotation compresses it.
    const identity = isCompressed
      ? await identifyLog(text())
      : { sha256, sample: sampleLog(entry.absolutePath) };
    const batches = normalizeLog(text(), {
      format: source.format,
      timezone: source.timezone,
      dateOrder: source.date_order,
      year: source.year,
      strict: source.strict,
      formats: source.formats.map(({ yaml }) => yaml),
      sample: identity.sample,
      source: entry.path,
      fileHash: identity.sha256,
      mtimeMs: entry.mtimeMs,
      signal: ctx.signal,
    });
    const format = PART_FORMATS[ctx.config.part_format];
    await using file = format.open(target, logStructType());
    let contentBytes = 0;
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        const { records, quarantined } = step.value;
        const written = await file.finish(sync);
        return {
          read: records + quarantined,
          written: records,
          bytes: written.bytes,
          contentBytes,
          sha256: written.sha256,
          schema: logStructType(),
          reader: format.reader,
        };
      }
      for (const reject of step.value.rejects) onReject(reject);
      contentBytes += step.value.ndjson.length;
      await file.write(step.value.ndjson);
    }
  };
}

/** Reads a file in chunks; each is a buffer of its own. */
async function* readChunks(path: string, size = 1 << 18): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(path);
    for (;;) {
      const buffer = new Uint8Array(size);
      const read = await file.read(buffer);
      if (read === null) return;
      yield buffer.subarray(0, read);
    }
  } catch (error) {
    throw storageError("read", path, error);
  }
}
