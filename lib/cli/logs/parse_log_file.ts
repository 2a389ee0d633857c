import { basename } from "node:path";
import { DataError, type Reject } from "../../errors/mod.ts";
import { fileEntry, gunzip, GzipFile, hashFile, stillSame } from "../../files/mod.ts";
import { storageError } from "../../io/mod.ts";
import { encodeReject } from "../../lake/mod.ts";
import { type LogSummary, normalizeLog } from "../../log_parser/mod.ts";

/** Options of {@linkcode parseLogFile}. */
export interface ParseLogFileOptions {
  /** A name of `LOG_FORMATS`. @default "auto" */
  readonly format?: string | undefined;
  /** Time zone of times without one: an IANA name, or an offset such as `+02:00`. @default UTC */
  readonly timezone?: string | undefined;
  /** Year of times without one. @default the newest in which the line is not later than the file */
  readonly year?: number | undefined;
  /** Name of the log in its records and messages. @default its base name */
  readonly source?: string | undefined;
  /** File for the records, gzip JSON lines. @default none */
  readonly out?: string | undefined;
  /** File for the rejected lines with their places and bytes, gzip JSON lines. @default none */
  readonly rejectsOut?: string | undefined;
  /** Takes each piece of records; valid only during the call. @default () => {} */
  readonly onRecords?: ((ndjson: Uint8Array) => void) | undefined;
  /** Takes the number of bytes of each read. @default () => {} */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Stops the work between two reads. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** What {@linkcode parseLogFile} found. */
export interface ParsedLog extends LogSummary {
  /** Of the file; "" for standard input. */
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
}

const MOST_REJECTS = 1000;
const READ_BYTES = 256 * 1024;

/** What compressed files begin with, apart from gzip: they are no text and nothing here can read them. */
const OTHER_COMPRESSIONS: Readonly<Record<string, readonly number[]>> = {
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  bzip2: [0x42, 0x5a, 0x68],
};
const GZIP = [0x1f, 0x8b];

/**
 * Normalizes one log file, plain or gzip.
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
  const { source = basename(path), signal } = options;
  const entry = fileEntry(source, path, statOf(path));
  const { sha256 } = await hashFile(path, signal === undefined ? {} : { signal });
  const input = { source, sha256, mtimeMs: entry.mtimeMs };
  const parsed = await parse(readFile(path, options), input, options);
  if (stillSame(entry)) return parsed;
  throw new DataError(
    "file-changed",
    `Cannot parse "${source}": it changed while it was read; parse a copy of it`,
    { context: { path: source } },
  );
}

/** Normalizes a log from standard input, plain or gzip; times without a year are not later than today. */
export async function parseLogStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ParseLogFileOptions = {},
): Promise<ParsedLog> {
  const { source = "standard input" } = options;
  return await parse(chunks, { source, sha256: "", mtimeMs: Date.now() }, options);
}

async function parse(
  chunks: AsyncIterable<Uint8Array>,
  { source, sha256, mtimeMs }: LogInput,
  options: ParseLogFileOptions,
): Promise<ParsedLog> {
  const { format = "auto", timezone, year, out, rejectsOut, onRecords = () => {}, signal } =
    options;
  const batches = normalizeLog(decompressed(chunks, source), {
    format,
    source,
    fileHash: sha256,
    mtimeMs,
    timezone,
    year,
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
    onRecords(ndjson);
    await target?.write(ndjson);
    for (const reject of found) {
      await rejectsTarget?.write(encodeReject(reject));
      if (rejects.length < MOST_REJECTS) rejects.push(reject);
    }
  }
}

async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  let isDone = false;
  // A pipe may bring its first bytes one by one.
  while (!isDone && head.length < 6) {
    const step = await iterator.next();
    if (step.done) isDone = true;
    else head = head.length === 0 ? step.value.slice() : concat(head, step.value);
  }
  const rest = async function* () {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  if (begins(head, GZIP)) {
    yield* gunzip(rest(), { source });
    return;
  }
  const other = Object.entries(OTHER_COMPRESSIONS).find(([, magic]) => begins(head, magic))?.[0];
  if (other === undefined) {
    yield* rest();
    return;
  }
  throw new DataError(
    "file-type",
    `Cannot parse "${source}": it is compressed with ${other}, expected plain text or gzip; ` +
      `decompress it first, or pipe it to "-"`,
    { context: { path: source } },
  );
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function* readFile(
  path: string,
  { onRead }: ParseLogFileOptions,
): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(path);
    for (;;) {
      // A new buffer each time: the parser keeps the pieces of the head.
      const buffer = new Uint8Array(READ_BYTES);
      const read = await file.read(buffer);
      if (read === null) return;
      onRead?.(read);
      yield buffer.subarray(0, read);
    }
  } catch (error) {
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
