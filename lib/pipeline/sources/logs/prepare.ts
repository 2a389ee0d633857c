import { Buffer } from "node:buffer";
import { ConfigError, type Reject } from "../../../errors/mod.ts";
import {
  decompressed,
  type FileEntry,
  refuseBinary,
  startsCompressed,
} from "../../../files/mod.ts";
import { storageError } from "../../../io/mod.ts";
import { PART_FORMATS } from "../../../lake/mod.ts";
import { identifyLog, logStructType, normalizeLog, sampleLog } from "../../../log_parser/mod.ts";
import {
  PrivacyFilter,
  type PrivacyRules,
  RecordChecks,
  type Violation,
} from "../../../quality/mod.ts";
import type { StructType } from "../../../schema/mod.ts";
import { privateSchema } from "../../private_schema.ts";
import { failBy, inspectBy } from "../_file_checks.ts";
import type { PrepareFile } from "../../file_source.ts";
import type { RunContext } from "../../run_context.ts";
import type { LogsSource } from "./schema.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Returns the step that turns a log file into normalized JSON lines. */
export function prepareLogFile(
  source: LogsSource,
  ctx: RunContext,
  rules: PrivacyRules | undefined,
): PrepareFile {
  const { filter, schema, privacy } = privacyOf(rules);
  const { tolerance: { records: allowed = ctx.config.tolerance.records } = {} } = source;
  return async (entry, target, { sha256, schema: known, onReject, sync }) => {
    refuseRetyped(source, schema, known);
    const batches = await recordsOf(entry, { source, sha256, signal: ctx.signal });
    const format = PART_FORMATS[ctx.config.part_format];
    await using file = format.open(target, schema);
    // Most columns are text, as the attributes are: a number is what reads as one.
    const about = { isText: true, now: ctx.now(), privacy };
    const checks = new RecordChecks(source.checks ?? [], about);
    let [contentBytes, refused] = [0, 0];
    let firstTimeEnd: number | undefined;
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        const { records, quarantined } = step.value;
        const read = records + quarantined;
        failBy(checks, { entry, read, allowed });
        const written = await file.finish(sync);
        return {
          checks: checks.tallies,
          firstTimeEnd,
          read,
          written: records - refused,
          bytes: written.bytes,
          contentBytes,
          sha256: written.sha256,
          schema,
          reader: format.reader,
        };
      }
      if (contentBytes === 0) firstTimeEnd ??= firstTimeEndIn(step.value.ndjson);
      const { kept, rejects } = checked(step.value.ndjson, { checks, filter });
      for (const reject of [...step.value.rejects, ...rejects]) onReject(reject);
      refused += rejects.length;
      contentBytes += kept.length;
      await file.write(kept);
    }
  };
}

/** Reads a log, unpacked. */
export function textOfLog({ absolutePath, path }: FileEntry): AsyncIterable<Uint8Array> {
  return refuseBinary(decompressed(readChunks(absolutePath), path), path);
}

/** Begins to read the records of a file. */
async function recordsOf(
  entry: FileEntry,
  about: { readonly source: LogsSource; readonly sha256: string; readonly signal: AbortSignal },
) {
  const { source, sha256, signal } = about;
  const text = () => textOfLog(entry);
  const isCompressed = await startsCompressed(entry.absolutePath);
  // A log keeps its records when a rotation compresses it.
  const identity = isCompressed
    ? await identifyLog(text())
    : { sha256, sample: sampleLog(entry.absolutePath) };
  return normalizeLog(text(), {
    ...optionsOf(source),
    sample: identity.sample,
    source: entry.path,
    fileHash: identity.sha256,
    mtimeMs: entry.mtimeMs,
    signal,
  });
}

/** Returns how a source's logs are read. */
function optionsOf(source: LogsSource) {
  const { format, timezone, date_order: dateOrder, year, strict, formats } = source;
  return { format, timezone, dateOrder, year, strict, formats: formats.map(({ yaml }) => yaml) };
}

/** Of a record that is read in part, `parse_error` may say a piece of what cannot be read. */
function privacyOf(rules: PrivacyRules | undefined) {
  const known = logStructType() as StructType;
  if (rules === undefined) return { filter: undefined, schema: known, privacy: undefined };
  const { drop = [], mask = [], hash } = rules;
  const isNamed = [...drop, ...mask, ...hash?.columns ?? []].some(([name]) =>
    name === "parse_error"
  );
  const privacy = isNamed ? rules : { ...rules, mask: [...mask, ["parse_error"]] };
  return { filter: new PrivacyFilter(privacy), schema: privateSchema(known, privacy), privacy };
}

/** A column that was a number is not a text from some file on. */
function refuseRetyped(
  { name: source, stream }: LogsSource,
  schema: StructType,
  known: unknown,
): void {
  const before = (known as StructType | undefined)?.fields ?? [];
  const changed = schema.fields.find(({ name, type }) =>
    before.some((one) => one.name === name && JSON.stringify(one.type) !== JSON.stringify(type))
  );
  if (changed === undefined) return;
  throw new ConfigError(
    "stream-changed",
    `Cannot read ${source}.${stream}: "${changed.name}" has another type than in its published files, ` +
      "as privacy makes a text of it; drop it, give the stream a new name, or retract what is published",
    { context: { source, stream } },
  );
}

/** Leaves out what may not be kept, and the records that a check rejects; in quarantine they are as they were normalized. */
function checked(
  ndjson: Uint8Array,
  { checks, filter }: { readonly checks: RecordChecks; readonly filter: PrivacyFilter | undefined },
): { readonly kept: Uint8Array; readonly rejects: readonly Reject[] } {
  // Reading each record once more takes time.
  if (checks.tallies.length === 0 && filter === undefined) return { kept: ndjson, rejects: [] };
  const inspect = inspectBy(checks);
  const rejects: Reject[] = [];
  const kept: Uint8Array[] = [];
  for (let start = 0; start < ndjson.length;) {
    const end = ndjson.indexOf(0x0a, start);
    const sent = ndjson.subarray(start, end + 1);
    const text = decoder.decode(sent);
    const left = filter?.apply(text) ?? text;
    const line = filter ? encoder.encode(left) : sent;
    const record = JSON.parse(left) as Record<string, unknown>;
    const fault = inspect(filter ? JSON.parse(text) : record, record);
    if (fault === undefined) kept.push(line);
    else {
      const { code, message } = fault;
      rejects.push({ code, message, place: placeOf(record, fault), raw: line.subarray(0, -1) });
    }
    start = end + 1;
  }
  const isWhole = filter === undefined && rejects.length === 0;
  return { kept: isWhole ? ndjson : Buffer.concat(kept), rejects };
}

/** Returns where the first time in some records ends in the text: it is at the beginning of its line, or later. */
function firstTimeEndIn(ndjson: Uint8Array): number | undefined {
  for (let start = 0; start < ndjson.length;) {
    const end = ndjson.indexOf(0x0a, start);
    const { timestamp, timestamp_raw = "", source_offset } = JSON.parse(
      decoder.decode(ndjson.subarray(start, end)),
    );
    if (timestamp !== undefined) return source_offset + timestamp_raw.length;
    start = end + 1;
  }
  return undefined;
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
