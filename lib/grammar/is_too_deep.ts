/** Most levels of nesting that Spark reads (Jackson's `StreamReadConstraints.DEFAULT_MAX_DEPTH`). */
export const MOST_LEVELS = 1000;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPEN = new Set([..."[{"].map((sign) => sign.charCodeAt(0)));
const CLOSE = new Set([..."]}"].map((sign) => sign.charCodeAt(0)));

/**
 * Says whether valid JSON is nested deeper than Spark reads, and than a walk through its values may go: how much room a
 * stack has is chance.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const nested = (levels: number) =>
 *   new TextEncoder().encode(`${"[".repeat(levels)}"]"${"]".repeat(levels)}`);
 * assert(isTooDeep(nested(1001)));
 * assert(!isTooDeep(nested(1000)));
 * ```
 */
export function isTooDeep(json: Uint8Array): boolean {
  // Each level takes two bytes at least.
  if (json.length <= 2 * MOST_LEVELS) return false;
  let levels = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfText(json, at);
    else if (OPEN.has(byte)) {
      if (++levels > MOST_LEVELS) return true;
    } else if (CLOSE.has(byte)) levels--;
  }
  return false;
}

/** Returns where the quote is that ends a text. */
function endOfText(json: Uint8Array, start: number): number {
  let end = json.indexOf(QUOTE, start + 1);
  while (end > 0 && isEscaped(json, end)) end = json.indexOf(QUOTE, end + 1);
  return end < 0 ? json.length : end;
}

function isEscaped(json: Uint8Array, at: number): boolean {
  let before = at;
  while (json[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}
