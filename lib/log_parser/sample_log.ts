const SAMPLE_BYTES = 64 * 1024;
const GZIP = [0x1f, 0x8b] as const;

/**
 * Reads 64 KiB of the middle and of the end of a log, so that they have a vote on its formats and times too.
 *
 * @returns Nothing for a small log, whose head is all of it, and for one that is compressed with gzip.
 */
export function sampleLog(path: string): Uint8Array[] {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const magic = new Uint8Array(GZIP.length);
  if (size < 4 * SAMPLE_BYTES || file.readSync(magic) !== magic.length) return [];
  if (GZIP.every((byte, i) => magic[i] === byte)) return [];
  return [Math.floor(size / 2), size - SAMPLE_BYTES].map((at) => {
    const part = new Uint8Array(SAMPLE_BYTES);
    file.seekSync(at, Deno.SeekMode.Start);
    const read = part.subarray(0, file.readSync(part) ?? 0);
    // The piece begins somewhere in a line, of which only the rest would vote.
    return read.subarray(read.indexOf(10) + 1);
  });
}
