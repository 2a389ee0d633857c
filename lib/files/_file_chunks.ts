import { DataError } from "../errors/mod.ts";
import { type FileEntry, isSameFile } from "./file_entry.ts";
import { gunzip } from "./gunzip.ts";
import { hearing, storageError } from "../io/mod.ts";

const READ_BYTES = 1 << 20;
/** Bytes between two looks at the clock: what is done with them may take 100 times as long as reading them. */
const TURN_BYTES = 1 << 16;

/** How a file is read. */
export interface ReadFileOptions {
  /** Stops the work between two reads. @default none */
  readonly signal?: AbortSignal | undefined;
  /** Takes the number of bytes of each read, for a progress display. @default () => {} */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/**
 * Reads the content of a listed file in small pieces, decompressed if it is gzip; a piece is valid only until the next one
 * is asked for.
 *
 * @throws {DataError} `file-changed` or `file-corrupt`.
 */
export async function* contentOf(
  entry: FileEntry,
  { gzip, ...options }: ReadFileOptions & { readonly gzip: boolean },
): AsyncGenerator<Uint8Array> {
  const raw = fileChunks(entry, options);
  const hear = hearing(options.signal);
  for await (const chunk of gzip ? gunzip(raw, { source: entry.path }) : raw) {
    for (let at = 0; at < chunk.length; at += TURN_BYTES) {
      // What is done with a piece may keep the thread for long.
      await hear();
      yield chunk.subarray(at, at + TURN_BYTES);
    }
  }
}

/**
 * Reads a listed file in large pieces; a piece is valid only until the next one is asked for.
 *
 * @throws {DataError} `file-changed` if it is not, or does not stay, the file that was listed.
 */
async function* fileChunks(
  entry: FileEntry,
  { signal, onRead }: ReadFileOptions,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(READ_BYTES, entry.size + 1));
  let size = 0;
  let same: boolean;
  try {
    using file = Deno.openSync(entry.absolutePath);
    const isSmall = entry.size < READ_BYTES;
    // A file that grows as fast as it is read would keep the loop for ever.
    while (size <= entry.size) {
      signal?.throwIfAborted();
      const read = isSmall ? file.readSync(buffer) : await file.read(buffer);
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
    throw new DataError(
      "file-changed",
      `Cannot read "${entry.path}": it changed after it was listed (${entry.size} bytes then, ${size} read)`,
      { context: { path: entry.path } },
    );
  }
}
