import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Compresses and hashes one made-up chunk of 4 MiB: work that only computes. */
export function digestChunk(seed: number): string {
  const chunk = new Uint8Array(CHUNK_BYTES);
  // A linear congruential generator, so that every thread makes the same bytes without reading any.
  let state = seed + 1;
  for (let at = 0; at < chunk.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chunk[at] = 97 + (state >>> 28);
  }
  return createHash("sha256").update(gzipSync(chunk, { level: 6 })).digest("hex").slice(0, 8);
}
