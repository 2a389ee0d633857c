import { type DotPath, DuplicateKeyError } from "../../grammar/mod.ts";

export { DuplicateKeyError };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** A part of a body: from its first byte to the one after its last. */
export interface ByteRange {
  /** Its first byte. */
  readonly start: number;
  /** The byte behind it. */
  readonly end: number;
}

/**
 * Finds the value at a path in a JSON text, by bytes.
 *
 * It skips what it need not understand, so the text must be known to be valid JSON (`JSON.parse` has accepted it).
 *
 * @param json The text in UTF-8, without BOM before `from`.
 * @param path Keys; in an array a key is an index, a negative one counts from the end.
 * @param from Where the text starts.
 * @returns The range of the value's own bytes, or `undefined` where there is none.
 * @throws {DuplicateKeyError} If a key on the path occurs twice in its object.
 */
export function sliceValue(json: Uint8Array, path: DotPath, from = 0): ByteRange | undefined {
  let range: ByteRange | undefined;
  walk(json, { path, depth: 0, start: skipSpace(json, from) }, (start) => {
    const end = skipValue(json, start);
    range = { start, end };
    return end;
  });
  return range;
}

/**
 * Cuts the array at a path into its elements, by bytes, in one pass over the text.
 *
 * @param json As for {@linkcode sliceValue}.
 * @param path As for {@linkcode sliceValue}.
 * @param from Where the text starts.
 * @returns Start and end of each element by turns, or `undefined` where there is no array.
 * @throws {DuplicateKeyError} If a key on the path occurs twice in its object.
 */
export function sliceElements(json: Uint8Array, path: DotPath, from = 0): number[] | undefined {
  let bounds: number[] | undefined;
  walk(json, { path, depth: 0, start: skipSpace(json, from) }, (start) => {
    if (json[start] !== OPEN_ARRAY) return skipValue(json, start);
    bounds = [];
    return cutArray(json, start, bounds);
  });
  return bounds;
}

/** Cuts the object that begins at a place into its values. */
export function sliceMembers(
  json: Uint8Array,
  from: number,
): { readonly key: string; readonly start: number; readonly end: number }[] {
  const members = [];
  let at = skipSpace(json, from + 1);
  while (at < json.length && json[at] !== CLOSE_OBJECT) {
    const nameEnd = skipString(json, at);
    const key = keyOf(json, at, nameEnd);
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = skipValue(json, start);
    members.push({ key, start, end });
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return members;
}

interface Place {
  readonly path: DotPath;
  readonly depth: number;
  readonly start: number;
}

/** Is called with the start of the value at the path; returns its end. */
type OnFound = (start: number) => number;

/** Goes through the value at a place and returns its end. */
function walk(json: Uint8Array, place: Place, onFound: OnFound): number {
  const { path, depth, start } = place;
  const key = path[depth];
  if (key === undefined) return onFound(start);
  if (json[start] === OPEN_OBJECT) return walkObject(json, place, onFound);
  if (json[start] !== OPEN_ARRAY || !/^-?\d+$/.test(key)) return skipValue(json, start);
  const bounds: number[] = [];
  const end = cutArray(json, start, bounds);
  const index = Number(key) < 0 ? bounds.length / 2 + Number(key) : Number(key);
  const element = bounds[2 * index];
  if (element !== undefined) walk(json, { path, depth: depth + 1, start: element }, onFound);
  return end;
}

function walkObject(json: Uint8Array, place: Place, onFound: OnFound): number {
  const { path, depth } = place;
  const key = path[depth] ?? "";
  let found = false;
  let at = skipSpace(json, place.start + 1);
  while (at < json.length && json[at] !== CLOSE_OBJECT) {
    const nameEnd = skipString(json, at);
    const same = keyOf(json, at, nameEnd) === key;
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    if (same && found) throw new DuplicateKeyError(key);
    found ||= same;
    const end = same
      ? walk(json, { path, depth: depth + 1, start }, onFound)
      : skipValue(json, start);
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return at + 1;
}

/** Adds start and end of each element to `bounds` and returns the array's end. */
function cutArray(json: Uint8Array, start: number, bounds: number[]): number {
  let at = skipSpace(json, start + 1);
  while (at < json.length && json[at] !== CLOSE_ARRAY) {
    const end = skipValue(json, at);
    bounds.push(at, end);
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return at + 1;
}

const decoder = new TextDecoder();

function keyOf(json: Uint8Array, start: number, end: number): string {
  let plain = "";
  for (let at = start + 1; at < end - 1; at++) {
    const byte = json[at] ?? 0;
    if (byte === BACKSLASH || byte >= 0x80) break;
    plain += String.fromCharCode(byte);
  }
  if (plain.length === end - start - 2) return plain;
  const key: unknown = JSON.parse(decoder.decode(json.subarray(start, end)));
  return String(key);
}

function skipSpace(json: Uint8Array, start: number): number {
  let at = start;
  for (let byte = json[at]; byte !== undefined && byte <= 0x20; byte = json[at]) at++;
  return at;
}

/** Returns the place after the string that starts here. */
function skipString(json: Uint8Array, start: number): number {
  const { length } = json;
  let at = start + 1;
  while (at < length) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}

/** Returns the place after the value that starts here. */
function skipValue(json: Uint8Array, start: number): number {
  const first = json[start];
  if (first === QUOTE) return skipString(json, start);
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return skipScalar(json, start);
  const { length } = json;
  let depth = 0;
  let at = start;
  while (at < length) {
    const byte = json[at++] ?? 0;
    if (byte === QUOTE) {
      // Written out: a call for each string is a third of the time.
      while (at < length) {
        const inner = json[at++];
        if (inner === QUOTE) break;
        if (inner === BACKSLASH) at++;
      }
    } else if (byte >= OPEN_ARRAY) {
      // Both brackets and both braces differ only in the bit 0x20.
      const bracket = byte | 0x20;
      if (bracket === OPEN_OBJECT) depth++;
      else if (bracket === CLOSE_OBJECT && --depth === 0) break;
    }
  }
  return at;
}

function skipScalar(json: Uint8Array, start: number): number {
  let at = start;
  for (let byte = json[at]; byte !== undefined; byte = json[++at]) {
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) break;
  }
  return at;
}
