import { DataError, type Reject } from "../errors/mod.ts";
import { hearing } from "../io/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { isFramed } from "./_frame_splitter.ts";
import { asUtf8 } from "./_as_utf8.ts";
import type { DateOrder } from "./date_order.ts";
import { resolveTimes, type TimeOptions } from "./_file_times.ts";
import { learnFile } from "./_learn_file.ts";
import { type LoadedFormats, loadFormats } from "./load_formats.ts";
import { type RecordFilter, recordFilter } from "./_record_filter.ts";
import type { LogLevel } from "./log_levels.ts";
import type { LinePlace } from "./_line_joiner.ts";
import { pieceWithLineFeeds, withLineFeeds } from "./_line_feeds.ts";
import { LOG_FORMATS } from "./log_formats.ts";
import { LogNormalizer } from "./_log_normalizer.ts";
import { type PatternFormat, readPatternFormat } from "./_pattern_format.ts";
import { checkConservation, type LogSummary } from "./log_summary.ts";
import type { RecordConstants } from "./_ndjson_writer.ts";

/** Options of {@linkcode normalizeLog}. */
export interface NormalizeLogOptions {
  /** A name of {@linkcode LOG_FORMATS}. @default {"auto"} */
  readonly format?: string;
  /** Path of the file within its source, for `source_file` and rejects. */
  readonly source: string;
  /** Hash of the file, hex; its first 16 digits begin each `record_id`. */
  readonly fileHash: string;
  /** Middle and tail of the file, 64 KiB each, so that they have a vote too. @default {[]} */
  readonly sample?: readonly Uint8Array[];
  /**
   * The log's first 256 KiB: the bytes are a part of a log, after whose whole lines they begin, and are not recorded. The
   * summary then has `part`.
   *
   * @internal
   */
  readonly head?: Uint8Array | undefined;
  /**
   * Returns where the line at an offset is in the log from which it was rejected; called once for each line, in order.
   *
   * @internal
   */
  readonly placeOf?: ((offset: number) => LinePlace | undefined) | undefined;
  /** Formats of the user's own, in YAML; they come before ours. @default {[]} */
  readonly formats?: readonly string[];
  /** Modification time of the file in ms since 1970: gives the year to lines without one, if `year` does not. */
  readonly mtimeMs: number;
  /** A longer line is refused, in bytes. @default {65536} */
  readonly maxLineBytes?: number;
  /** Lines that one event may have. @default {1000} */
  readonly maxEventLines?: number;
  /** Size that one event may have, in bytes. @default {262144} */
  readonly maxEventBytes?: number;
  /** Time zone of times without one: an IANA name, or an offset such as `+02:00`. @default {undefined, UTC is assumed} */
  readonly timezone?: string | undefined;
  /** Year of the first time without one. @default {undefined, such that the last one is not later than the file} */
  readonly year?: number | undefined;
  /** Order of dates such as 07/08/22. @default {undefined, the only one in which the file's dates exist and do not fall} */
  readonly dateOrder?: DateOrder | undefined;
  /** Keeps the whole lines of a log that cannot be decompressed to its end; what is cut is a reject. @default {false} */
  readonly salvage?: boolean;
  /** Builds records; without them only the summary is made, which is faster. @default {true} */
  readonly records?: boolean;
  /** Refuses every guess: a time without zone or year, or of unknown order, is left out. @default {false} */
  readonly strict?: boolean;
  /** Leaves out records that are earlier, or have no time, in seconds since 1970. @default {undefined, none} */
  readonly since?: number | undefined;
  /** Leaves out records that are not earlier, or have no time, in seconds since 1970. @default {undefined, none} */
  readonly until?: number | undefined;
  /** Leaves out records of a lower level, or without one. @default {undefined, none} */
  readonly level?: LogLevel | undefined;
  /** Writes the column `raw`. @default {false} */
  readonly keepRaw?: boolean;
  /** ISO time for the column `observed_timestamp`. @default {undefined, no such column} */
  readonly observedAt?: string;
  /** Stops between two chunks. */
  readonly signal?: AbortSignal;
}

/** A piece of the output; its records and rejects are in the order of the lines. */
export interface LogBatch {
  /** Whole lines of NDJSON; empty where there are only rejects. */
  readonly ndjson: Uint8Array;
  /** Records in it. */
  readonly records: number;
  /** Lines refused since the batch before. */
  readonly rejects: Reject[];
}

/** Options with every default filled in. */
export interface ResolvedOptions extends RecordConstants {
  readonly format: string;
  readonly sample: readonly Uint8Array[];
  readonly head: Uint8Array | undefined;
  readonly placeOf: ((offset: number) => LinePlace | undefined) | undefined;
  readonly formats: readonly PatternFormat[];
  readonly times: TimeOptions;
  readonly maxLineBytes: number;
  readonly maxEventLines: number;
  readonly maxEventBytes: number;
  readonly filter: RecordFilter | undefined;
  readonly keepRaw: boolean;
  readonly records: boolean;
  readonly salvage: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of the head that vote on the format. */
const SAMPLE_BYTES = 128 * 1024;
/** Larger chunks are cut, so that memory stays flat. */
const PIECE_BYTES = 256 * 1024;
const BATCH_BYTES = 256 * 1024;
const BATCH_REJECTS = 500;

/**
 * Reads a log in any of {@linkcode LOG_FORMATS} and yields normalized records as NDJSON.
 *
 * Each line becomes a record, a part of the record above it, or a reject with its place and bytes;
 * at the end the counts are checked against the lines. Memory is bounded whatever the input.
 *
 * A line ends with LF or CR LF. In a log whose first 64 KiB have a CR and no LF, a CR ends a line too; elsewhere it is a
 * part of its line, which is rejected if another record begins after it.
 *
 * @param chunks The bytes, cut anywhere; a chunk may be reused once the next one is asked for.
 * @returns Batches of about 256 KiB; the generator's return value is the summary.
 * @throws {TypeError} For an unknown format.
 * @throws {ConfigError} For a format in `formats` that is wrong.
 * @throws {RangeError} For a limit that is not a positive integer, a year that is not whole, or an unknown time zone.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalizeLog } from "./normalize_log.ts";
 *
 * async function* chunks() {
 *   yield new TextEncoder().encode("2024-05-01 10:00:00,250 WARN [main] app.Db: slow\n");
 * }
 * const batches = normalizeLog(chunks(), { source: "app.log", fileHash: "ab12", mtimeMs: 0 });
 * const first = await batches.next();
 * if (first.done) throw new Error("expected a batch");
 * const record = JSON.parse(new TextDecoder().decode(first.value.ndjson));
 * assertEquals(record.timestamp, "2024-05-01T10:00:00.250000Z");
 * assertEquals(record.severity_number, 13);
 * ```
 */
export function normalizeLog(
  chunks: AsyncIterable<Uint8Array>,
  options: NormalizeLogOptions,
): AsyncGenerator<LogBatch, LogSummary, void> {
  return run(chunks, resolve(options));
}

async function* run(
  chunks: AsyncIterable<Uint8Array>,
  options: ResolvedOptions,
): AsyncGenerator<LogBatch, LogSummary, void> {
  const loaded = await loadFormats();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let engine = options.head && start([options.head], loaded, options);
  let damage: DataError | undefined;
  const hear = hearing(options.signal);
  const salvaged = salvage(chunks, options, (error) => damage = error);
  for await (const chunk of salvaged) {
    await hear();
    if (engine !== undefined) {
      yield* feed(engine.normalizer, chunk);
      continue;
    }
    head.push(new Uint8Array(chunk));
    headBytes += chunk.length;
    if (headBytes < SAMPLE_BYTES) continue;
    engine = start(head, loaded, options);
    for (const part of head) yield* feed(engine.normalizer, part);
  }
  if (engine === undefined) {
    engine = start(head, loaded, options);
    for (const part of head) yield* feed(engine.normalizer, part);
  }
  engine.normalizer.end(damage?.message);
  const rest = engine.normalizer.take();
  if (rest.records > 0 || rest.rejects.length > 0) yield rest;
  const summary = { ...engine.normalizer.summary(), detection: engine.detection };
  checkConservation(summary);
  if (options.head) return { ...summary, part: engine.normalizer.metrics.part() };
  logEvent("log-normalized", { file: options.source, ...counts(summary) });
  return summary;
}

/** Passes on what can be read; a damage ends it, if the user wants what is there. */
async function* salvage(
  chunks: AsyncIterable<Uint8Array>,
  options: ResolvedOptions,
  onDamage: (error: DataError) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* withLineFeeds(asUtf8(chunks, options.source));
  } catch (error) {
    if (!options.salvage || !(error instanceof DataError) || error.code !== "file-corrupt") {
      throw error;
    }
    onDamage(error);
  }
}

interface Engine {
  readonly normalizer: LogNormalizer;
  readonly detection: LogSummary["detection"];
}

function start(
  head: readonly Uint8Array[],
  loaded: LoadedFormats,
  options: ResolvedOptions,
): Engine {
  const sample = options.sample.map(pieceWithLineFeeds);
  const whole = joined(head);
  const framed = isFramed(whole, options.maxLineBytes);
  const { router, detection } = learnFile([whole, ...sample], {
    loaded,
    isFramed: framed,
    ...options,
  });
  return {
    normalizer: new LogNormalizer(options, router, framed),
    detection: options.format === "auto" ? detection : undefined,
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  // A line that the sample cuts would only count against its format.
  const end = at < SAMPLE_BYTES ? at : bytes.lastIndexOf(10, SAMPLE_BYTES) + 1;
  return bytes.subarray(0, end > 0 ? end : SAMPLE_BYTES);
}

function* feed(normalizer: LogNormalizer, chunk: Uint8Array): Generator<LogBatch> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
    normalizer.push(chunk.subarray(at, at + PIECE_BYTES));
    const { bytes, rejects } = normalizer.waiting;
    if (bytes >= BATCH_BYTES || rejects >= BATCH_REJECTS) yield normalizer.take();
  }
}

function counts(summary: Omit<LogSummary, "part">) {
  const { metrics: _metrics, detection, quarantined: rejected, ...rest } = summary;
  return { ...rest, rejected, detected: detection?.format, confidence: detection?.confidence };
}

function resolve(options: NormalizeLogOptions): ResolvedOptions {
  const format = options.format ?? "auto";
  const formats = (options.formats ?? []).map((yaml, i) =>
    readPatternFormat(yaml, `formats[${i}]`)
  );
  const own = formats.map(({ name }) => name);
  if (!Object.hasOwn(LOG_FORMATS, format) && !own.includes(format)) {
    const names = [...Object.keys(LOG_FORMATS), ...own].join(", ");
    throw new TypeError(`Cannot normalize log: format is "${format}", expected one of ${names}`);
  }
  const limits = {
    maxLineBytes: options.maxLineBytes ?? 64 * 1024,
    maxEventLines: options.maxEventLines ?? 1000,
    maxEventBytes: options.maxEventBytes ?? 256 * 1024,
  };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new RangeError(`Cannot normalize log: ${name} is ${value}, expected a positive integer`);
  }
  return {
    ...limits,
    format,
    formats,
    sample: options.sample ?? [],
    head: options.head,
    placeOf: options.placeOf,
    source: options.source,
    fileHash: options.fileHash,
    times: resolveTimes(options),
    filter: recordFilter(options),
    keepRaw: options.keepRaw ?? false,
    records: options.records ?? true,
    salvage: options.salvage ?? false,
    observedAt: options.observedAt,
    signal: options.signal,
  };
}
