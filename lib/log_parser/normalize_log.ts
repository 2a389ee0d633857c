import type { Reject } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { detectFormat } from "./detect_format.ts";
import { LocalZone } from "./_local_zone.ts";
import { LineRouter } from "./_line_router.ts";
import { LOG_FORMATS, type LogFormatChoice } from "./log_formats.ts";
import { LogNormalizer } from "./_log_normalizer.ts";
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
  /** Year of times without one. @default {undefined, the newest in which the line is not later than the file} */
  readonly year?: number | undefined;
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
  readonly format: LogFormatChoice;
  readonly mtimeMs: number;
  readonly maxLineBytes: number;
  readonly maxEventLines: number;
  readonly maxEventBytes: number;
  readonly year: number | undefined;
  readonly zone: LocalZone | undefined;
  readonly keepRaw: boolean;
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
 * @param chunks The bytes, cut anywhere; a chunk may be reused once the next one is asked for,
 *   except while the head is sampled (the first 128 KiB).
 * @returns Batches of about 256 KiB; the generator's return value is the summary.
 * @throws {TypeError} For an unknown format.
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
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let engine: Engine | undefined;
  if (options.format !== "auto") engine = start(head, options);
  for await (const chunk of chunks) {
    options.signal?.throwIfAborted();
    if (engine === undefined) {
      head.push(chunk);
      headBytes += chunk.length;
      if (headBytes < SAMPLE_BYTES) continue;
      engine = start(head, options);
      for (const part of head) yield* feed(engine.normalizer, part);
    } else yield* feed(engine.normalizer, chunk);
  }
  if (engine === undefined) {
    engine = start(head, options);
    for (const part of head) yield* feed(engine.normalizer, part);
  }
  engine.normalizer.end();
  const rest = engine.normalizer.take();
  if (rest.records > 0 || rest.rejects.length > 0) yield rest;
  const summary = { ...engine.normalizer.summary(), detection: engine.detection };
  checkConservation(summary);
  logEvent("log-normalized", { file: options.source, ...counts(summary) });
  return summary;
}

interface Engine {
  readonly normalizer: LogNormalizer;
  readonly detection: LogSummary["detection"];
}

function start(head: readonly Uint8Array[], options: ResolvedOptions): Engine {
  const detection = options.format === "auto" ? detectFormat(joined(head)) : undefined;
  const router = new LineRouter(options.format, detection?.votes ?? {}, options);
  return { normalizer: new LogNormalizer(options, router), detection };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.subarray(0, SAMPLE_BYTES);
}

function* feed(normalizer: LogNormalizer, chunk: Uint8Array): Generator<LogBatch> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
    normalizer.push(chunk.subarray(at, at + PIECE_BYTES));
    const { bytes, rejects } = normalizer.waiting;
    if (bytes >= BATCH_BYTES || rejects >= BATCH_REJECTS) yield normalizer.take();
  }
}

function counts(summary: LogSummary) {
  const { metrics: _metrics, detection, quarantined: rejected, ...rest } = summary;
  return { ...rest, rejected, detected: detection?.format, confidence: detection?.confidence };
}

function resolve(options: NormalizeLogOptions): ResolvedOptions {
  const format = options.format ?? "auto";
  if (!isFormat(format)) {
    const names = Object.keys(LOG_FORMATS).join(", ");
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
  const { year } = options;
  if (year !== undefined && !(Number.isSafeInteger(year) && year >= 0 && year <= 9999)) {
    throw new RangeError(`Cannot normalize log: year is ${year}, expected one of 0 to 9999`);
  }
  return {
    ...limits,
    format,
    source: options.source,
    fileHash: options.fileHash,
    mtimeMs: options.mtimeMs,
    year,
    zone: options.timezone === undefined ? undefined : new LocalZone(options.timezone),
    keepRaw: options.keepRaw ?? false,
    observedAt: options.observedAt,
    signal: options.signal,
  };
}

function isFormat(name: string): name is LogFormatChoice {
  return Object.hasOwn(LOG_FORMATS, name);
}
