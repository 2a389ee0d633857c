/** What bytes are written to: a file, standard output, standard error. */
export interface SyncWriter {
  /** Writes some of the bytes and returns how many. */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes all bytes: one call of `writeSync` may write only some of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pieces: number[] = [];
 * writeAllSync({ writeSync: (bytes) => pieces.push(Math.min(2, bytes.length)) && Math.min(2, bytes.length) }, new Uint8Array(5));
 * assertEquals(pieces, [2, 2, 1]);
 * ```
 */
export function writeAllSync(to: SyncWriter, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += to.writeSync(bytes.subarray(done));
}

/** Writes a text as UTF-8. */
export function writeTextSync(to: SyncWriter, text: string): void {
  writeAllSync(to, new TextEncoder().encode(text));
}
