import { createHash } from "node:crypto";
import { attempt } from "../io/mod.ts";

const SAMPLE_BYTES = 64 * 1024;
/** What is read anyway at the beginning; no line may vote twice. */
const HEAD_BYTES = 2 * SAMPLE_BYTES;
/** A smaller log has no middle that is neither of its head nor of its end. */
const LEAST_BYTES = 4 * SAMPLE_BYTES;
/** What gzip and zstd begin with: pieces of it are no text. */
const COMPRESSED = [[0x1f, 0x8b], [0x28, 0xb5, 0x2f, 0xfd]] as const;

/**
 * Reads 64 KiB near the middle and at the end of a log, so that they have a vote on its formats and times too.
 *
 * @returns Nothing for a small log, for one that is compressed, and for what is no regular file.
 * @throws {StorageError} If it cannot be read.
 */
export function sampleLog(path: string): Uint8Array[] {
  return attempt("read", path, () => samplesOf(path));
}

function samplesOf(path: string): Uint8Array[] {
  if (!Deno.statSync(path).isFile) return [];
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const magic = new Uint8Array(4);
  if (size <= HEAD_BYTES || file.readSync(magic) !== magic.length) return [];
  if (COMPRESSED.some((bytes) => bytes.every((byte, i) => magic[i] === byte))) return [];
  const pieceAt = (at: number) => {
    const piece = new Uint8Array(SAMPLE_BYTES);
    file.seekSync(at, Deno.SeekMode.Start);
    return piece.subarray(0, file.readSync(piece) ?? 0);
  };
  const tail = lastLines(pieceAt(Math.max(HEAD_BYTES, size - SAMPLE_BYTES)));
  return size < LEAST_BYTES ? [tail] : [wholeLines(pieceAt(middleOf(size))), tail];
}

/** What a log is, however it is compressed. */
export interface LogIdentity {
  /** Lower-case hex sha256 of its text. */
  readonly sha256: string;
  /** What {@linkcode sampleLog} finds in the same text. */
  readonly sample: readonly Uint8Array[];
}

/**
 * Reads the text of a compressed log once, for its identity and its sample: records are the same before and after a
 * rotation that compresses.
 *
 * @param chunks The text, decompressed; each chunk may be reused.
 */
export async function identifyLog(chunks: AsyncIterable<Uint8Array>): Promise<LogIdentity> {
  const hash = createHash("sha256");
  const tail = new Uint8Array(SAMPLE_BYTES);
  /** Pieces at the last two powers of two: one of them is the middle. */
  const pieces: { at: number; length: number; bytes: Uint8Array }[] = [];
  let size = 0;
  let next = SAMPLE_BYTES;
  for await (const chunk of chunks) {
    hash.update(chunk);
    for (; next < size + chunk.length; next *= 2) {
      if (pieces.length === 2) pieces.shift();
      pieces.push({ at: next, length: 0, bytes: new Uint8Array(SAMPLE_BYTES) });
    }
    for (const piece of pieces) {
      const from = piece.at + piece.length - size;
      if (from < 0 || from >= chunk.length || piece.length === SAMPLE_BYTES) continue;
      const part = chunk.subarray(from, from + SAMPLE_BYTES - piece.length);
      piece.bytes.set(part, piece.length);
      piece.length += part.length;
    }
    if (chunk.length >= SAMPLE_BYTES) tail.set(chunk.subarray(chunk.length - SAMPLE_BYTES));
    else {
      tail.copyWithin(0, chunk.length);
      tail.set(chunk, SAMPLE_BYTES - chunk.length);
    }
    size += chunk.length;
  }
  const sha256 = hash.digest("hex");
  if (size <= HEAD_BYTES) return { sha256, sample: [] };
  if (size < LEAST_BYTES) {
    const isOfHead = Math.max(0, HEAD_BYTES + SAMPLE_BYTES - size);
    return { sha256, sample: [lastLines(tail.subarray(isOfHead))] };
  }
  const middle = pieces.find(({ at }) => at === middleOf(size));
  return { sha256, sample: [wholeLines(middle?.bytes ?? tail), lastLines(tail)] };
}

/** The largest power of two in the first half: whoever does not know the size yet can find it too. */
function middleOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size / 2));
}

/** A piece begins somewhere in a line, of which only the rest would vote. */
function lastLines(piece: Uint8Array): Uint8Array {
  return piece.subarray(piece.indexOf(10) + 1);
}

/** A piece from the middle ends somewhere in a line, too; lines that end otherwise stay as they are. */
function wholeLines(piece: Uint8Array): Uint8Array {
  const lines = lastLines(piece);
  const end = lines.lastIndexOf(10) + 1;
  return end > 0 ? lines.subarray(0, end) : lines;
}
