import { hearing, storageError } from "../io/mod.ts";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 1 << 20;

/** Whole lines of a file. */
export interface LineChunk {
  /** The bytes, each line with its end; valid only until the next chunk is asked for. */
  readonly lines: Uint8Array;
  /** How many lines. */
  readonly count: number;
}

/**
 * Reads a file in chunks that end with a line. Memory stays at about the larger of 1 MiB and the longest line.
 *
 * @param path Path of the file; a last line without an end is yielded as it is.
 * @param signal Aborted when it must stop.
 * @throws {StorageError} If it cannot be read.
 */
export async function* lineChunks(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<LineChunk> {
  const hear = hearing(signal);
  try {
    using file = await Deno.open(path);
    let buffer = new Uint8Array(CHUNK_BYTES);
    let kept = 0;
    for (;;) {
      await hear();
      if (kept === buffer.length) {
        // In large steps, as the smaller ones are still in memory, but no larger than what can still come.
        const size = await file.seek(0, Deno.SeekMode.Current);
        const left = (await file.stat()).size - size;
        const larger = new Uint8Array(Math.min(buffer.length * 4, kept + Math.max(left, 0) + 1));
        larger.set(buffer);
        buffer = larger;
      }
      const read = await file.read(buffer.subarray(kept));
      if (read === null) break;
      const filled = kept + read;
      const end = buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        const lines = buffer.subarray(0, end);
        yield { lines, count: countLines(lines) };
        buffer.copyWithin(0, end, filled);
      }
      kept = filled - end;
    }
    if (kept > 0) yield { lines: buffer.subarray(0, kept), count: 1 };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw storageError("read", path, error);
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
