/** What can be read at a place, such as an open file. */
export interface SyncReader {
  /** Goes to a place, in bytes from the start. */
  seekSync(offset: number, whence: Deno.SeekMode): number;
  /** Reads some bytes; returns how many, `null` at the end. */
  readSync(bytes: Uint8Array): number | null;
}

/**
 * Fills bytes from a place on: one call of `readSync` may read only some of them.
 *
 * @param offset Where they begin, in bytes from the start.
 * @throws {Error} If there are not so many.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new Uint8Array(3);
 * readAllAtSync({ seekSync: (at) => at, readSync: (some) => Number(some.fill(7, 0, 1).length > 0) }, 0, bytes);
 * assertEquals(bytes, Uint8Array.of(7, 7, 7));
 * ```
 */
export function readAllAtSync(from: SyncReader, offset: number, bytes: Uint8Array): void {
  from.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < bytes.length;) {
    const more = from.readSync(bytes.subarray(done));
    if (more === null) throw new Error(`it ends at byte ${offset + done}, too early`);
    done += more;
  }
}
