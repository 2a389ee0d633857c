const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Cuts the elements of a JSON array out of a document, each as the bytes it has there.
 *
 * The document must be valid JSON: it is one of the samples, or was parsed before.
 *
 * @param bytes The document.
 * @param key Key of the top-level object under which the array is; absent: the document is the array.
 * @returns One view for each element; empty if there is no such array.
 */
export function sliceArray(
  bytes: Uint8Array<ArrayBuffer>,
  key?: string,
): Uint8Array<ArrayBuffer>[] {
  let at = key === undefined ? skipSpace(bytes, 0) : findValue(bytes, key);
  const elements: Uint8Array<ArrayBuffer>[] = [];
  if (bytes[at] !== OPEN_ARRAY) return elements;
  at = skipSpace(bytes, at + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_ARRAY) {
    const end = valueEnd(bytes, at);
    elements.push(bytes.subarray(at, end));
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return elements;
}

function findValue(bytes: Uint8Array, key: string): number {
  const wanted = new TextEncoder().encode(JSON.stringify(key));
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_OBJECT) return bytes.length;
  at = skipSpace(bytes, at + 1);
  while (at < bytes.length && bytes[at] === QUOTE) {
    const end = stringEnd(bytes, at);
    const found = end - at === wanted.length && wanted.every((byte, i) => bytes[at + i] === byte);
    at = skipSpace(bytes, end);
    if (bytes[at] === COLON) at = skipSpace(bytes, at + 1);
    if (found) return at;
    at = skipSpace(bytes, valueEnd(bytes, at));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return bytes.length;
}

function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) {
      return at;
    }
    at++;
  }
  return at;
}

function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
