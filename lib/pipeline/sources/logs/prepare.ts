import { Buffer } from "node:buffer";
import type { Reject } from "../../../errors/mod.ts";
import { decompressed, startsCompressed } from "../../../files/mod.ts";
import { storageError } from "../../../io/mod.ts";
import { PART_FORMATS } from "../../../lake/mod.ts";
import { identifyLog, logStructType, normalizeLog, sampleLog } from "../../../log_parser/mod.ts";
import { RecordChecks, type Violation } from "../../../quality/mod.ts";
import { failBy, inspectBy } from "../_file_checks.ts";
import type { PrepareFile } from "../../file_source.ts";
import type { RunContext } from "../../run_context.ts";
import type { LogsSource } from "./schema.ts";

const decoder = new TextDecoder();

/** Returns the step that turns a log file into normalized JSON lines. */
export function prepareLogFile(source: LogsSource, ctx: RunContext): PrepareFile {
  const { tolerance: { records: allowed = ctx.config.tolerance.records } = {} } = source;
  return async (entry, target, { sha256, onReject, sync }) => {
    const text = () => decompressed(readChunks(entry.absolutePath), entry.path);
    const isCompressed = await startsCompressed(entry.absolutePath);
    // A log keeps its records when a rotation compresses it.
    const identity = isCompressed
      ? await identifyLog(text())
      : { sha256, sample: sampleLog(entry.absolutePath) };
    const batches = normalizeLog(text(), {
      ...optionsOf(source),
      sample: identity.sample,
      source: entry.path,
      fileHash: identity.sha256,
      mtimeMs: entry.mtimeMs,
      signal: ctx.signal,
    });
    const format = PART_FORMATS[ctx.config.part_format];
    await using file = format.open(target, logStructType());
    // Most columns are text, as the attributes are: a number is what reads as one.
    const checks = new RecordChecks(source.checks ?? [], { isText: true, now: ctx.now() });
    let [contentBytes, refused] = [0, 0];
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        const { records, quarantined } = step.value;
        const read = records + quarantined;
        failBy(checks, { entry, read, allowed });
        const written = await file.finish(sync);
        return {
          checks: checks.tallies,
          read,
          written: records - refused,
          bytes: written.bytes,
          contentBytes,
          sha256: written.sha256,
          schema: logStructType(),
          reader: format.reader,
        };
      }
      const { kept, rejects } = checked(step.value.ndjson, checks);
      for (const reject of [...step.value.rejects, ...rejects]) onReject(reject);
      refused += rejects.length;
      contentBytes += kept.length;
      await file.write(kept);
    }
  };
}

/** Returns how a source's logs are read. */
function optionsOf(source: LogsSource) {
  const { format, timezone, date_order: dateOrder, year, strict, formats } = source;
  return { format, timezone, dateOrder, year, strict, formats: formats.map(({ yaml }) => yaml) };
}

/** Leaves out the records that a check rejects; in quarantine they are as they were normalized. */
function checked(
  ndjson: Uint8Array,
  checks: RecordChecks,
): { readonly kept: Uint8Array; readonly rejects: readonly Reject[] } {
  // Reading each record once more takes time.
  if (checks.tallies.length === 0) return { kept: ndjson, rejects: [] };
  const inspect = inspectBy(checks);
  const rejects: Reject[] = [];
  const kept: Uint8Array[] = [];
  for (let start = 0; start < ndjson.length;) {
    const end = ndjson.indexOf(0x0a, start);
    const raw = ndjson.subarray(start, end);
    const record = JSON.parse(decoder.decode(raw)) as Record<string, unknown>;
    const fault = inspect(record);
    if (fault === undefined) kept.push(ndjson.subarray(start, end + 1));
    else {rejects.push({
        code: fault.code,
        message: fault.message,
        place: placeOf(record, fault),
        raw,
      });}
    start = end + 1;
  }
  return { kept: rejects.length === 0 ? ndjson : Buffer.concat(kept), rejects };
}

function placeOf(record: Record<string, unknown>, { field }: Violation): Reject["place"] {
  const { source_file, line_start, source_offset } = record;
  return {
    source: String(source_file),
    line: Number(line_start),
    byteOffset: Number(source_offset),
    field,
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
