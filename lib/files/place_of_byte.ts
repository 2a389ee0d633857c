import type { Place } from "../errors/mod.ts";
import { contentOf } from "./_file_chunks.ts";
import type { FileEntry } from "./file_entry.ts";
import { fileFormat } from "./record_format.ts";

/** Bytes of a line that are kept; what is behind them in it is not shown. */
const MOST_BYTES = 4096;
const LF = 0x0a;

/** Where a byte of a file is, and the line that it is in. */
export interface BytePlace {
  /** Its line and column, 1-based; the column counts bytes. */
  readonly place: Required<Pick<Place, "line" | "column" | "byteOffset">>;
  /** The line without its end, or its first 4 kB. */
  readonly raw: Uint8Array;
}

/**
 * Finds the line of a byte. The file is read once more: that costs a file that is rejected, and no other.
 *
 * @param byteOffset Offset in the content of the file, decompressed.
 */
export async function placeOfByte(entry: FileEntry, byteOffset: number): Promise<BytePlace> {
  const kept = new Uint8Array(MOST_BYTES);
  let [line, start, base, length] = [1, 0, 0, 0];
  const found = () => ({
    place: { line, column: byteOffset - start + 1, byteOffset },
    raw: kept.subarray(0, length),
  });
  const compression = fileFormat(entry.path)?.compression;
  for await (const chunk of contentOf(entry, { compression })) {
    for (let at = 0; at < chunk.length;) {
      const newline = chunk.indexOf(LF, at);
      const end = newline < 0 ? chunk.length : newline;
      const piece = chunk.subarray(at, Math.min(end, at + MOST_BYTES - length));
      kept.set(piece, length);
      length += piece.length;
      const isWhole = newline >= 0 || length === MOST_BYTES;
      if (isWhole && base + end >= byteOffset) return found();
      at = end + 1;
      if (newline < 0) break;
      line++;
      start = base + at;
      length = 0;
    }
    base += chunk.length;
  }
  return found();
}
