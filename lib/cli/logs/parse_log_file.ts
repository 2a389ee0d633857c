import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { DataError, type Reject } from "../../errors/mod.ts";
import { fileEntry, gunzip, GzipFile, hashFile, stillSame } from "../../files/mod.ts";
import { storageError } from "../../io/mod.ts";
import { encodeReject } from "../../lake/mod.ts";
import { type DateOrder, type LogSummary, normalizeLog, sampleLog } from "../../log_parser/mod.ts";

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
  /** Middle and tail, if they can be had. */
  readonly sample: readonly Uint8Array[];
}

const MOST_REJECTS = 1000;
const NEWLINE = new Uint8Array([10]);
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
  const hash = createHash("sha256");
  // The identity of a record begins with the hash of its file; without records one pass makes both.
  const isOnePass = options.out === undefined && options.onRecords === undefined;
  const { sha256 } = isOnePass
    ? { sha256: "" }
    : await hashFile(path, signal === undefined ? {} : { signal });
  const input = { source, sha256, mtimeMs: entry.mtimeMs, sample: sampleOf(path) };
  const onBytes = (bytes: Uint8Array) => {
    if (isOnePass) hash.update(bytes);
    options.onRead?.(bytes.length);
  };
  const parsed = await parse(readFile(path, onBytes), input, options);
  if (stillSame(entry)) return isOnePass ? { ...parsed, sha256: hash.digest("hex") } : parsed;
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
  return await parse(chunks, { source, sha256: "", mtimeMs: Date.now(), sample: [] }, options);
}

async function parse(
  chunks: AsyncIterable<Uint8Array>,
  { source, sha256, mtimeMs, sample }: LogInput,
  options: ParseLogFileOptions,
): Promise<ParsedLog> {
  const { format = "auto", timezone, year, dateOrder, strict = false, formats = [] } = options;
  const { out, rejectsOut, onRecords, signal } = options;
  const bytes = decompressed(chunks, source);
  const batches = normalizeLog(options.rejects === true ? rejectedLines(bytes) : bytes, {
    format,
    source,
    fileHash: sha256,
    mtimeMs,
    timezone,
    year,
    dateOrder,
    strict,
    formats,
    sample,
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

/** Takes the lines out of a file of rejects, byte for byte. */
async function* rejectedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = concat(rest, chunk);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.slice(end);
    for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split("\n")) {
      if (line !== "") yield concat(rawOf(line), NEWLINE);
    }
  }
  if (rest.length > 0) yield concat(rawOf(new TextDecoder().decode(rest)), NEWLINE);
}

function rawOf(line: string): Uint8Array {
  const { raw, raw_base64 } = parseJson(line);
  if (typeof raw === "string") return new TextEncoder().encode(raw);
  if (typeof raw_base64 === "string") return Buffer.from(raw_base64, "base64");
  throw new DataError(
    "file-type",
    "Cannot parse rejects: a line has no raw, expected a file of logs parse --out",
  );
}

function parseJson(line: string): { readonly raw?: unknown; readonly raw_base64?: unknown } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new DataError("file-type", "Cannot parse rejects: a line is not JSON", { cause });
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
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const { isFile } = await file.stat();
    for (;;) {
      const buffer = new Uint8Array(READ_BYTES);
      // A file has its bytes at once; a pipe may be silent, and a stop must not wait for it.
      const read = isFile ? file.readSync(buffer) : await file.read(buffer);
      if (read === null) return;
      onBytes(buffer.subarray(0, read));
      yield buffer.subarray(0, read);
    }
  } catch (error) {
    throw storageError("read", path, error);
  }
}

function sampleOf(path: string): Uint8Array[] {
  try {
    return sampleLog(path);
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
