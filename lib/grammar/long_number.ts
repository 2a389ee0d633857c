/** Most digits of a number that Spark reads (Jackson's `StreamReadConstraints.DEFAULT_MAX_NUM_LEN`). */
const MOST_DIGITS = 1000;
const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];
const SIGNS = new Set([..."+-.eE"].map((sign) => sign.charCodeAt(0)));

/**
 * Says whether valid JSON has a number of more than 1,000 digits: Spark reads no record with one, whatever its columns
 * are, and nothing else of its file if it should say so.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const encoder = new TextEncoder();
 * assert(hasLongNumber(encoder.encode(`{"a":-0.${"1".repeat(1000)}}`)));
 * assert(!hasLongNumber(encoder.encode(`{"a":"${"1".repeat(1001)}"}`)));
 * ```
 */
export function hasLongNumber(json: Uint8Array): boolean {
  // So long a row of digits has one at every so many bytes.
  for (let at = MOST_DIGITS; at < json.length; at += MOST_DIGITS + 1) {
    if (!isOfNumber(json[at])) continue;
    let [begin, end] = [at, at + 1];
    while (isOfNumber(json[begin - 1])) begin--;
    while (isOfNumber(json[end])) end++;
    if (end - begin > MOST_DIGITS) return hasLong(json);
  }
  return false;
}

function isOfNumber(byte = 0): boolean {
  return byte >= ZERO && byte <= NINE || SIGNS.has(byte);
}

/** Looks at every byte, as a text may hold digits, too. */
function hasLong(json: Uint8Array): boolean {
  let [digits, isText] = [0, false];
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) isText = !isText;
    else if (isText) at += byte === BACKSLASH ? 1 : 0;
    else if (byte >= ZERO && byte <= NINE) digits++;
    else if (!SIGNS.has(byte)) digits = 0;
    if (digits > MOST_DIGITS) return true;
  }
  return false;
}
