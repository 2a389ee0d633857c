import { createHash, hash } from "node:crypto";
import { DataError } from "../errors/mod.ts";
import {
  holdContent,
  MOST_HELD,
  rawChunks,
  READ_BYTES,
  type ReadFileOptions,
  roomFor,
} from "./_file_chunks.ts";
import { type FileEntry, stillSame } from "./file_entry.ts";
import { hearing, storageError } from "../io/mod.ts";

/** What {@linkcode hashFile} found. */
export interface FileHash {
  /** Lower-case hex sha256 of the content. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Options of {@linkcode hashFile}. */
export type HashFileOptions = ReadFileOptions;

/** Options of {@linkcode hashEntry}. */
export interface HashEntryOptions extends HashFileOptions {
  /**
   * Whether the caller looks whether the file is still the one that was listed, which {@linkcode holdsContent} then says
   * only of its size. @default false
   */
  readonly isCheckedLater?: boolean;
}

/**
 * Computes the identity of a listed file, which may be in an archive, as {@linkcode hashFile} does. What was read of a
 * small one is its content, for whoever reads it next by this entry.
 *
 * @throws {DataError} As `hashFile()`; `file-corrupt`, `file-archive` if it cannot be unpacked.
 */
export async function hashEntry(
  entry: FileEntry,
  options: HashEntryOptions = {},
): Promise<FileHash> {
  if (entry.packed === undefined) {
    const bytes = entry.size <= MOST_HELD ? wholeFile(entry, options) : undefined;
    if (bytes === undefined) return await hashFile(entry.absolutePath, options);
    holdContent(entry, bytes);
    return { sha256: hash("sha256", bytes), size: entry.size };
  }
  const sum = createHash("sha256");
  for await (const chunk of rawChunks(entry, options)) sum.update(chunk);
  return { sha256: sum.digest("hex"), size: entry.size };
}

/** Reads a small file at once; `undefined` if it is not the file that was listed any more, or does not come as a whole. */
function wholeFile(entry: FileEntry, options: HashEntryOptions): Uint8Array | undefined {
  const { signal, onRead, isCheckedLater = false } = options;
  signal?.throwIfAborted();
  try {
    using file = Deno.openSync(entry.absolutePath);
    const buffer = roomFor(entry.size + 1);
    const read = file.readSync(buffer) ?? 0;
    if (read !== entry.size) return undefined;
    // By its path: whether the open file may be looked at, the runtime finds out folder by folder.
    if (!isCheckedLater && !stillSame(entry)) return undefined;
    onRead?.(read);
    return buffer.subarray(0, read);
  } catch (error) {
    throw storageError("read", entry.absolutePath, error);
  }
}

/**
 * Computes the identity of a file: the sha256 of its bytes.
 *
 * @param path Path of the file.
 * @throws {StorageError} If the file is missing or cannot be read.
 * @throws {DataError} `file-changed` (transient) if size or modification time moved while it was read.
 */
export async function hashFile(path: string, options: HashFileOptions = {}): Promise<FileHash> {
  const sum = createHash("sha256");
  let size = 0;
  try {
    using file = Deno.openSync(path);
    const before = file.statSync();
    const hear = hearing(options.signal);
    const buffer = new Uint8Array(Math.min(READ_BYTES, before.size + 1));
    // A file that grows as fast as it is read would keep the loop for ever.
    while (size <= before.size) {
      await hear();
      const read = file.readSync(buffer);
      if (read === null) break;
      sum.update(buffer.subarray(0, read));
      size += read;
      options.onRead?.(read);
    }
    const after = file.statSync();
    if (size !== after.size || before.mtime?.getTime() !== after.mtime?.getTime()) {
      throw new DataError(
        "file-changed",
        `Cannot hash "${path}": it changed while it was read (${before.size} bytes at first, ` +
          `${size} read, ${after.size} at the end)`,
        { context: { path } },
      );
    }
  } catch (error) {
    if (error instanceof DataError || options.signal?.aborted) throw error;
    throw storageError("read", path, error);
  }
  return { sha256: sum.digest("hex"), size };
}
