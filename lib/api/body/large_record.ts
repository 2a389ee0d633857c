import { decodeUtf8 } from "./decode_utf8.ts";

/** From this size on a record is parsed without its long strings, which would be in memory several times. */
export const LARGE_RECORD = 1 << 20;
/** A string from this size on is neither a key nor a cursor. */
const LONG_STRING = 1 << 16;
const CHUNK = 1 << 20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const UNICODE = 0x75;
const ESCAPED: ReadonlySet<number | undefined> = new Set(new TextEncoder().encode('"\\/bfnrt'));
const EMPTY_STRING = new TextEncoder().encode('""');
const EMPTY_OBJECT = new TextEncoder().encode("{}");

/**
 * Parses a large record; in its value the long strings are empty.
 *
 * @param long Length in bytes from which a string is long.
 * @throws {SyntaxError | TypeError} If it is not valid JSON or not UTF-8, in any byte.
 */
export function parseLarge(json: Uint8Array, long = LONG_STRING): unknown {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < json.length; at += CHUNK) {
    decoder.decode(json.subarray(at, at + CHUNK), { stream: true });
  }
  decoder.decode();
  return JSON.parse(decodeUtf8(withoutLongStrings(json, EMPTY_STRING, long)));
}

/** Returns a large record for the frame; as a cursor a string that was left out is refused. */
export function largeFrame(json: Uint8Array): Uint8Array {
  return withoutLongStrings(json, EMPTY_OBJECT, LONG_STRING);
}

/** Joins bytes. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function withoutLongStrings(json: Uint8Array, standIn: Uint8Array, long: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = json.indexOf(QUOTE); at >= 0;) {
    const end = stringEnd(json, at);
    let next = end + 1;
    while ((json[next] ?? COLON) <= 0x20) next++;
    // The key of a member stays; a string that does not end is for the parser to find.
    if (end - at > long && end < json.length && json[next] !== COLON) {
      checkString(json, at + 1, end);
      parts.push(json.subarray(from, at), standIn);
      from = end + 1;
    }
    at = json.indexOf(QUOTE, end + 1);
  }
  parts.push(json.subarray(from));
  return joined(parts);
}

/** Returns the place of the quote that ends a string. */
function stringEnd(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** @throws {SyntaxError} If the inside of a string breaks the grammar of JSON. */
function checkString(json: Uint8Array, from: number, end: number): void {
  for (let at = from; at < end; at++) {
    const byte = json[at] ?? 0;
    if (byte < 0x20) throw new SyntaxError("A control character in a string");
    if (byte !== BACKSLASH) continue;
    const escaped = json[++at];
    if (escaped === UNICODE) {
      for (const last = at + 4; at < last;) if (!isHex(json[++at])) throw badEscape();
    } else if (!ESCAPED.has(escaped)) throw badEscape();
  }
}

function isHex(byte = 0): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

function badEscape(): SyntaxError {
  return new SyntaxError("An escape that JSON does not know");
}
