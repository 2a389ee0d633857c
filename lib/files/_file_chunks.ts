import { crc32 } from "node:zlib";
import { DataError } from "../errors/mod.ts";
import { sheetRows } from "./_sheet_rows.ts";
import { corrupt } from "./_inflate.ts";
import { type FileEntry, isSameFile, type PackedFile } from "./file_entry.ts";
import { unzstd } from "./decompressed.ts";
import { gunzip, inflateRaw } from "./gunzip.ts";
import { dataOffset, refuseFault } from "./zip_archive.ts";
import type { Compression } from "./record_format.ts";
import { hearing, storageError } from "../io/mod.ts";

/** What stays in the processor's cache between the read and the work: with 1 MiB, reading takes twice the CPU time. */
export const READ_BYTES = 1 << 17;
/** Bytes between two looks at the clock: what is done with them may take 100 times as long as reading them. */
const TURN_BYTES = 1 << 16;

/** Larger files are read again for their content: what was hashed is not kept in memory. */
export const MOST_HELD = 1 << 16;

/** How a file is read. */
export interface ReadFileOptions {
  /** Stops the work between two reads. @default none */
  readonly signal?: AbortSignal | undefined;
  /** Takes the number of bytes of each read, for a progress display. @default () => {} */
  readonly onRead?: ((bytes: number) => void) | undefined;
  /** Row of a sheet from which on the first that is not empty is the header. @default 1 */
  readonly headerLine?: number | undefined;
}

/** Options of {@linkcode contentOf}. */
export interface ContentOptions extends ReadFileOptions {
  readonly compression: Compression;
  /** Largest piece, for work that is as quick as reading. @default 64 KiB */
  readonly turnBytes?: number;
  /** Takes each piece as it is in the file. @default () => {} */
  readonly onRaw?: (chunk: Uint8Array) => void;
  /** Takes the number of bytes of each piece of the content. @default () => {} */
  readonly onContent?: (bytes: number) => void;
  /** Hears that zeros follow the last gzip member. @default () => {} */
  readonly onPadding?: () => void;
}

/**
 * Reads the content of a listed file in small pieces, decompressed if it is compressed; a piece is valid only until the next one
 * is asked for.
 *
 * @throws {DataError} `file-changed` or `file-corrupt`.
 */
export async function* contentOf(
  entry: FileEntry,
  { compression, turnBytes = TURN_BYTES, onContent, ...options }: ContentOptions,
): AsyncGenerator<Uint8Array> {
  const { onRaw } = options;
  const isPlain = compression === undefined && onRaw === undefined;
  // Of thousands of small files each generator that passes their bytes on costs as much as what is done with them.
  const whole = isPlain ? takeHeld(entry, options) : undefined;
  const raw = () => {
    const chunks = rawChunks(entry, options);
    return onRaw === undefined ? chunks : passed(chunks, onRaw);
  };
  const hear = hearing(options.signal);
  const how = { source: entry.path, onPadding: options.onPadding };
  const content = whole !== undefined
    ? [whole]
    : compression === "gzip"
    ? gunzip(raw(), how)
    : compression === "zstd"
    ? unzstd(raw(), entry.path)
    : raw();
  for await (const chunk of content) {
    onContent?.(chunk.length);
    for (let at = 0; at < chunk.length; at += turnBytes) {
      // What is done with a piece may keep the thread for long.
      await hear();
      yield chunk.subarray(at, at + turnBytes);
    }
  }
}

async function* passed(
  chunks: AsyncIterable<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    take(chunk);
    yield chunk;
  }
}

/**
 * Reads a listed file, which may be in an archive, in pieces of up to 128 KiB; a piece is valid only until the next one is asked for.
 *
 * @throws {DataError} `file-changed` if it is not, or does not stay, the file that was listed; `file-corrupt`,
 * `file-archive` if it cannot be unpacked.
 */
export function rawChunks(
  entry: FileEntry,
  options: ReadFileOptions = {},
): AsyncGenerator<Uint8Array> {
  if (holdsContent(entry)) return heldChunks(entry, options);
  const { packed } = entry;
  if (packed === undefined) return fileChunks(entry, options);
  if (packed.sheet === undefined) return unpacked(entry, packed, options);
  const { signal, onRead, headerLine } = options;
  const read = (part: FileEntry) =>
    part.packed === undefined
      ? fileChunks(part, { signal })
      : unpacked(part, part.packed, part === entry ? { signal, onRead } : { signal });
  return sheetRows(entry, packed.sheet, { read, headerLine });
}

/** Content of the small file that was hashed last, for the next who reads it. */
let held: { readonly entry: FileEntry; readonly bytes: Uint8Array } | undefined;
/** What a small file is read into; another one for each costs as much as to read it. */
let spare: Uint8Array | undefined;

/** Returns room to read a small file into, and forgets the one that is kept. */
export function roomFor(size: number): Uint8Array {
  const room = spare ?? new Uint8Array(MOST_HELD + 1);
  spare = room;
  held = undefined;
  return room.subarray(0, size);
}

/** Keeps the whole content of a file, which is in such a room, until the next one is read. */
export function holdContent(entry: FileEntry, bytes: Uint8Array): void {
  held = { entry, bytes };
}

/** Whether the content of a file is kept: it had the size that was listed when it was read. */
export function holdsContent(entry: FileEntry): boolean {
  return held?.entry === entry;
}

/** Returns the content of a file if it is kept, and keeps it. */
export function peekHeld(entry: FileEntry): Uint8Array | undefined {
  return held?.entry === entry ? held.bytes : undefined;
}

/** Returns the content of a file if it is kept, for once: it belongs to the caller. */
export function takeHeld(
  entry: FileEntry,
  { signal, onRead }: ReadFileOptions,
): Uint8Array | undefined {
  const bytes = peekHeld(entry);
  if (bytes === undefined) return undefined;
  signal?.throwIfAborted();
  held = spare = undefined;
  onRead?.(bytes.length);
  return bytes;
}

/** Gives back the room of what was taken, once it is used. */
export function giveBack(bytes: Uint8Array): void {
  spare ??= new Uint8Array(bytes.buffer);
}

async function* heldChunks(
  entry: FileEntry,
  options: ReadFileOptions,
): AsyncGenerator<Uint8Array> {
  const bytes = takeHeld(entry, options);
  if (bytes !== undefined && bytes.length > 0) yield bytes;
}

/** Unpacks a member of an archive; what comes must be what its directory says. */
async function* unpacked(
  entry: FileEntry,
  packed: PackedFile,
  options: ReadFileOptions,
): AsyncGenerator<Uint8Array> {
  const { path: source } = entry;
  refuseFault(entry);
  const stored = memberChunks(entry, packed, options);
  let size = 0;
  let checksum = 0;
  for await (const chunk of packed.isDeflated ? inflateRaw(stored, source) : stored) {
    size += chunk.length;
    if (size > entry.size) break;
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (size !== entry.size || checksum !== packed.crc32) {
    throw corrupt(source, "it is not what the directory of its archive says; ask for it again");
  }
}

async function* memberChunks(
  entry: FileEntry,
  packed: PackedFile,
  { signal, onRead }: ReadFileOptions,
): AsyncGenerator<Uint8Array> {
  const { path, absolutePath } = entry;
  const buffer = new Uint8Array(Math.min(READ_BYTES, packed.bytes + 1));
  try {
    using file = Deno.openSync(absolutePath);
    if (!isSameFile(entry, file.statSync())) throw changed(path, "it changed after it was listed");
    file.seekSync(dataOffset(file, entry, packed), Deno.SeekMode.Start);
    const hear = hearing(signal);
    for (let left = packed.bytes; left > 0;) {
      await hear();
      const read = file.readSync(buffer.subarray(0, left));
      if (read === null) throw corrupt(path, "it ends too early; ask for it again");
      left -= read;
      onRead?.(read);
      yield buffer.subarray(0, read);
    }
  } catch (error) {
    if (error instanceof DataError || signal?.aborted) throw error;
    throw storageError("read", absolutePath, error);
  }
}

async function* fileChunks(
  entry: FileEntry,
  { signal, onRead }: ReadFileOptions,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(READ_BYTES, entry.size + 1));
  let size = 0;
  let same: boolean;
  try {
    using file = Deno.openSync(entry.absolutePath);
    const hear = hearing(signal);
    // A file that grows as fast as it is read would keep the loop for ever.
    while (size <= entry.size) {
      await hear();
      const read = file.readSync(buffer); // On another thread it takes twice the CPU time.
      if (read === null) break;
      size += read;
      onRead?.(read);
      yield buffer.subarray(0, read);
    }
    same = isSameFile(entry, file.statSync());
  } catch (error) {
    if (signal?.aborted) throw error;
    throw storageError("read", entry.absolutePath, error);
  }
  if (size !== entry.size || !same) {
    const sizes = `${entry.size} bytes then, ${size} read`;
    throw changed(entry.path, `it changed after it was listed (${sizes})`);
  }
}

function changed(path: string, message: string): DataError {
  return new DataError("file-changed", `Cannot read "${path}": ${message}`, { context: { path } });
}
