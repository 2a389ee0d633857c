import { basename } from "node:path";
import { DataError, type Reject } from "../../errors/mod.ts";
import {
  decompressed,
  encodeReject,
  fileEntry,
  GzipFile,
  hashFile,
  refuseBinary,
  startsCompressed,
  stillSame,
} from "../../files/mod.ts";
import { storageError, untilStopped } from "../../io/mod.ts";
import {
  type DateOrder,
  identifyLog,
  type LogIdentity,
  type LogLevel,
  type LogSummary,
  normalizeLog,
  sampleLog,
} from "../../log_parser/mod.ts";
import { RejectedLines } from "./_rejected_lines.ts";

/** Options of {@linkcode parseLogFile}. */
export interface ParseLogFileOptions {
  /** A name of `LOG_FORMATS`. @default "auto" */
  readonly format?: string | undefined;
  /** Time zone of times without one: an IANA name, or an offset such as `+02:00`. @default UTC */
  readonly timezone?: string | undefined;
  /** Year of times without one. @default the newest in which the line is not later than the file */
  readonly year?: number | undefined;
  /** Order of dates such as 07/08/22. @default what the file's own dates tell */
  readonly dateOrder?: DateOrder | undefined;
  /** Leaves out every time that would be guessed. @default false */
  readonly strict?: boolean | undefined;
  /** Leaves out records that are earlier, or have no time, in seconds since 1970. @default none */
  readonly since?: number | undefined;
  /** Leaves out records that are not earlier, or have no time. @default none */
  readonly until?: number | undefined;
  /** Leaves out records of a lower level, or without one. @default none */
  readonly level?: LogLevel | undefined;
  /** Formats of the user's own, in YAML. @default none */
  readonly formats?: readonly string[] | undefined;
  /** The file holds rejected lines as `rejectsOut` has them; they are parsed again. @default false */
  readonly rejects?: boolean | undefined;
  /** Name of the log in its records and messages. @default its base name */
  readonly source?: string | undefined;
  /** File for the records, gzip JSON lines. @default none */
  readonly out?: string | undefined;
  /** File for the rejected lines with their places and bytes, gzip JSON lines. @default none */
  readonly rejectsOut?: string | undefined;
  /** A part of the log, which is not compressed; nothing is written of it. @default the whole log */
  readonly part?: LogPart | undefined;
  /** Takes each piece of records; valid only during the call. @default () => {} */
  readonly onRecords?: ((ndjson: Uint8Array) => void) | undefined;
  /** Takes the number of bytes of each read. @default () => {} */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Stops the work between two reads. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** Whole lines of a log. */
export interface LogPart {
  /** Where they begin. */
  readonly start: number;
  /** Where they end. */
  readonly end: number;
  /** The first 256 KiB of the log, which tell its format. */
  readonly head: Uint8Array;
}

/** What {@linkcode parseLogFile} found. */
export interface ParsedLog extends LogSummary {
  /** Of the log's text, however it is compressed; "" without records. */
  readonly sha256: string;
  /** The first 1,000 rejected lines; all of them are in the file of rejects. */
  readonly rejects: readonly Reject[];
  /** Size of the result on disk; 0 without one. */
  readonly bytes: number;
}

/** Where a log comes from. */
interface LogInput {
  readonly source: string;
  readonly sha256: string;
  readonly mtimeMs: number;
  /** Middle and tail, if they can be had. */
  readonly sample: readonly Uint8Array[];
}

/** Rejected lines that are kept in memory. */
export const MOST_REJECTS = 1000;
const READ_BYTES = 256 * 1024;

/**
 * Normalizes one log file, plain, gzip or zstd.
 *
 * @param path The file.
 * @throws {TypeError} For an unknown format.
 * @throws {DataError} If the file cannot be decompressed, or changes while it is read.
 * @throws {StorageError} If the file cannot be read or the result not written.
 */
export async function parseLogFile(
  path: string,
  options: ParseLogFileOptions = {},
): Promise<ParsedLog> {
  const { source = basename(path), signal, part } = options;
  const info = statOf(path);
  const entry = fileEntry(source, path, info);
  const onBytes = (bytes: Uint8Array) => options.onRead?.(bytes.length);
  const reopen = () => readFile(path, { onBytes: () => {}, signal, part });
  const text = (onBytes: (bytes: Uint8Array) => void) =>
    refuseBinary(
      decompressed(
        readFile(path, { onBytes, signal, part }),
        source,
        info.isFile ? { reopen } : {},
      ),
      source,
    );
  // The identity of a record begins with the hash of its log; without records it is not needed.
  const isOnePass = options.out === undefined && options.onRecords === undefined;
  const identity = isOnePass
    ? { sha256: "", sample: sampleLog(path) }
    : await identityOf(path, { info, source, text: () => text(() => {}), signal });
  const input = { source, ...identity, mtimeMs: info.isFile ? entry.mtimeMs : Date.now() };
  const parsed = await parse(text(onBytes), input, options);
  if (!info.isFile || stillSame(entry)) return parsed;
  throw new DataError(
    "file-changed",
    `Cannot parse "${source}": it changed while it was read; parse a copy of it`,
    { context: { path: source } },
  );
}

/** A log keeps its records when a rotation compresses it: its identity is that of its text. */
async function identityOf(
  path: string,
  { info, source, text, signal }: {
    readonly info: Deno.FileInfo;
    readonly source: string;
    readonly text: () => AsyncIterable<Uint8Array>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<LogIdentity> {
  if (!info.isFile) {
    throw new DataError(
      "file-type",
      `Cannot write records of "${source}": it is a pipe, expected a file, since records are identified by their log; save it first`,
      { context: { path: source } },
    );
  }
  if (!await startsCompressed(path)) {
    const { sha256 } = await hashFile(path, signal === undefined ? {} : { signal });
    return { sha256, sample: sampleLog(path) };
  }
  try {
    return await identifyLog(text());
  } catch (error) {
    // Of a log that is cut, the bytes that are there are its identity.
    if (!(error instanceof DataError) || error.code !== "file-corrupt") throw error;
    return { sha256: (await hashFile(path)).sha256, sample: [] };
  }
}

/** Normalizes a log from standard input, plain, gzip or zstd; times without a year are not later than today. */
export async function parseLogStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseLogFileOptions = {},
): Promise<ParsedLog> {
  const { source = "standard input" } = options;
  return await parse(refuseBinary(decompressed(chunks, source), source), {
    source,
    sha256: "",
    mtimeMs: Date.now(),
    sample: [],
  }, options);
}

async function parse(
  chunks: AsyncIterable<Uint8Array>,
  { source, sha256, mtimeMs, sample }: LogInput,
  options: ParseLogFileOptions,
): Promise<ParsedLog> {
  const { format = "auto", timezone, year, dateOrder, strict = false, formats = [] } = options;
  const { out, rejectsOut, onRecords, signal, since, until, level } = options;
  const rejected = options.rejects === true ? new RejectedLines() : undefined;
  const batches = normalizeLog(rejected?.read(chunks) ?? chunks, {
    format,
    source,
    fileHash: sha256,
    mtimeMs,
    timezone,
    year,
    dateOrder,
    strict,
    formats,
    ...{ since, until, level },
    sample,
    head: options.part?.head,
    placeOf: rejected && ((offset) => rejected.placeOf(offset)),
    salvage: true,
    records: out !== undefined || onRecords !== undefined,
    ...(signal === undefined ? {} : { signal }),
  });
  await using target = out === undefined ? undefined : new GzipFile(out);
  await using rejectsTarget = rejectsOut === undefined ? undefined : new GzipFile(rejectsOut);
  const rejects: Reject[] = [];
  for (;;) {
    const step = await batches.next();
    if (step.done) {
      const written = await target?.finish();
      await rejectsTarget?.finish();
      return { ...step.value, sha256, rejects, bytes: written?.bytes ?? 0 };
    }
    const { ndjson, rejects: found } = step.value;
    onRecords?.(ndjson);
    await target?.write(ndjson);
    for (const reject of found) {
      await rejectsTarget?.write(encodeReject(reject));
      if (rejects.length < MOST_REJECTS) rejects.push(reject);
    }
  }
}

async function* readFile(
  path: string,
  { onBytes, signal, part }: {
    readonly onBytes: (bytes: Uint8Array) => void;
    readonly signal: AbortSignal | undefined;
    readonly part: LogPart | undefined;
  },
): AsyncGenerator<Uint8Array> {
  try {
    // A pipe that nobody writes to is not even open.
    using file = await untilStopped(Deno.open(path), signal);
    const { isFile } = await file.stat();
    const buffer = new Uint8Array(READ_BYTES);
    if (part !== undefined) file.seekSync(part.start, Deno.SeekMode.Start);
    let left = part === undefined ? Infinity : part.end - part.start;
    while (left > 0) {
      signal?.throwIfAborted();
      // A file has its bytes at once; a pipe may be silent, and a stop must not wait for it.
      const room = buffer.subarray(0, Math.min(buffer.length, left));
      const read = isFile ? file.readSync(room) : await untilStopped(file.read(room), signal);
      if (read === null) return;
      left -= read;
      onBytes(buffer.subarray(0, read));
      yield buffer.subarray(0, read);
    }
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw storageError("read", path, error);
  }
}

function statOf(path: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}
