/** A place in a listing: records passed, and a counter that makes two tokens for one place differ. */
export interface Cursor {
  readonly at: number;
  readonly turn: number;
}

// Encodes to `Pj4+Pz8/`: every cursor holds `+` and `/`, so that a client which does not escape them fails.
const MARK = ">>>???";

/** Writes an opaque token. */
export function encodeCursor({ at, turn }: Cursor): string {
  return btoa(`${MARK}[${at},${turn}]`);
}

/** Reads a token; `undefined` if it is none of ours. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text === "*") return { at: 0, turn: 0 };
  try {
    const match = /^\[(\d{1,9}),(\d{1,9})\]$/.exec(atob(text).slice(MARK.length));
    return match === null ? undefined : { at: Number(match[1]), turn: Number(match[2]) };
  } catch {
    // No Base64: not one of ours.
    return undefined;
  }
}
