import { DuplicateKeyError, sliceElements } from "../../../api/mod.ts";
import type { DotPath } from "../../../grammar/mod.ts";

const encoder = new TextEncoder();

/** Finds records in which a key that identifies them comes twice: a parser keeps the last value, and nobody knows which was meant. */
export class RepeatedKey {
  readonly #paths: readonly DotPath[];
  readonly #searches: readonly Search[];

  /** @param paths Of the values that identify a record. */
  constructor(paths: readonly DotPath[]) {
    this.#paths = paths;
    this.#searches = [...new Set(paths.flat())].map(searchFor);
  }

  /** Returns the key that comes twice; `undefined` if none does. */
  in(bytes: Uint8Array): string | undefined {
    // The same name may be that of another object's key; only that is worth a closer look.
    if (!this.#searches.some((search) => comesTwice(bytes, search))) return undefined;
    for (const path of this.#paths) {
      try {
        sliceElements(bytes, path);
      } catch (error) {
        if (error instanceof DuplicateKeyError) return error.key;
        throw error;
      }
    }
    return undefined;
  }
}

/** What is looked for, and how far on the next place may be after each byte (Horspool). */
interface Search {
  readonly name: Uint8Array;
  readonly skips: Uint8Array;
}

function searchFor(key: string): Search {
  const name = encoder.encode(JSON.stringify(key));
  const skips = new Uint8Array(256).fill(Math.min(name.length, 255));
  name.subarray(0, -1).forEach((byte, at) => {
    skips[byte] = Math.min(name.length - 1 - at, 255);
  });
  return { name, skips };
}

function comesTwice(bytes: Uint8Array, { name, skips }: Search): boolean {
  const last = name.length - 1;
  let found = 0;
  for (let end = last; end < bytes.length; end += skips[bytes[end] ?? 0] ?? 1) {
    let at = last;
    while (at >= 0 && bytes[end - last + at] === name[at]) at--;
    if (at < 0 && ++found === 2) return true;
  }
  return false;
}
