import { DuplicateKeyError, sliceElements } from "../../../api/mod.ts";
import { type DotPath, valueAt } from "../../../grammar/mod.ts";

const encoder = new TextEncoder();

/** Finds records in which a key that identifies them comes twice: a parser keeps the last value, and nobody knows which was meant. */
export class RepeatedKey {
  readonly #keys: readonly { readonly path: DotPath; readonly name: Uint8Array }[];

  /** @param paths Of the values that identify a record. */
  constructor(paths: readonly DotPath[]) {
    this.#keys = paths.map((path) => ({ path, name: encoder.encode(JSON.stringify(path.at(-1))) }));
  }

  /** Returns the key that comes twice; `undefined` if none does. */
  in(bytes: Uint8Array, value: unknown): string | undefined {
    for (const { path, name } of this.#keys) {
      // The parser keeps the last value: as long as it is the first that is written, nothing is in doubt.
      if (isFirst(bytes, name, valueAt(value, path))) continue;
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

/** Whether the first value after a name is, as it is written, this one. */
function isFirst(bytes: Uint8Array, name: Uint8Array, value: unknown): boolean {
  const text = typeof value === "string" ? `"${value}"` : String(value);
  let at = placeAfter(bytes, name);
  while (bytes[at] === 0x20 || bytes[at] === 0x3a) at++;
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  const next = bytes[at + text.length];
  return next === 0x2c || next === 0x7d;
}

function placeAfter(bytes: Uint8Array, name: Uint8Array): number {
  for (let start = 0; start < bytes.length; start++) {
    let index = 0;
    while (index < name.length && bytes[start + index] === name[index]) index++;
    if (index === name.length) return start + index;
  }
  return bytes.length;
}
