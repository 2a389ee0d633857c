import { type FieldBytes, isEscaped, textStart } from "./_fields.ts";

const LF = 0x0a;
const CR = 0x0d;

/** A row one of whose quotes is in the wrong place, in the bytes that are there. */
export interface BrokenRow {
  readonly bytes: Uint8Array;
  /** Where text follows a quote that should have closed a value; else where the row begins. */
  readonly from: number;
  /** Whether a value is open there. */
  readonly isOpen: boolean;
  /** Where the line ends that this is in. */
  readonly lineEnd: number;
  /** Where the bytes end that may be looked at. */
  readonly end: number;
  /** Whether no more come that may be looked at. */
  readonly isLast: boolean;
  /** Whether no more come at all. */
  readonly isWhole: boolean;
}

/**
 * Returns where a row ends of which a quote is in the wrong place: `2,"He said "no" twice` goes on in the next lines if
 * the value ends there. That is so if the first later quote that may open or close a value can only close one; otherwise
 * the row ends with its line, and the next ones are rows.
 *
 * @returns `undefined` if more bytes must be known.
 */
export function brokenRowEnd(row: BrokenRow, about: FieldBytes): number | undefined {
  const { bytes, end, isLast, isWhole } = row;
  const { quote } = about;
  if (quote === null) return row.lineEnd;
  const known = bytes.subarray(0, end);
  let { from, lineEnd } = row;
  let isOpen = row.isOpen
    ? isLeftOpen(bytes, { from, end: lineEnd }, about)
    : opensText(bytes, { from, end: lineEnd }, about);
  while (isOpen) {
    const at = edgeAfter(known, lineEnd, about);
    let next = at + 1;
    while (at >= 0 && next < end && !isLineEnd(bytes[next])) next++;
    if ((at < 0 || next === end) && !isLast) return undefined;
    const hasEnd = at >= 0 && (next < end || isWhole);
    if (!hasEnd || opensValue(known, at, about)) break;
    from = at;
    lineEnd = next;
    isOpen = isLeftOpen(bytes, { from, end: lineEnd }, about);
  }
  return lineEnd;
}

/** Whether a line ends within a value that is open at a place in it, if only a quote at the end of a field closes one. */
function isLeftOpen(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  about: FieldBytes,
): boolean {
  const { delimiter, quote, escape } = about;
  let isInside = true;
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (!isInside) {
      const begin = textStart(bytes, at + 1, about);
      if (byte !== delimiter || begin >= end || bytes[begin] !== quote) continue;
      isInside = true;
      at = begin;
    } else if (byte === quote) {
      if (escape !== undefined && isEscaped(bytes, at, { begin: from - 1, escape })) continue;
      if (at + 1 < end && bytes[at + 1] === quote) at++;
      else isInside = at + 1 < end && bytes[at + 1] !== delimiter;
    }
  }
  return isInside;
}

/**
 * Whether a line ends within quotes that are in the middle of its fields: `1,He said "no` or, with another delimiter,
 * `1;"no`. They open before a word and close after one; 5" does neither.
 */
function opensText(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  { delimiter, quote }: FieldBytes,
): boolean {
  let isInside = false;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== quote) continue;
    const next = at + 1 < end ? bytes[at + 1] : LF;
    if (isInside && next === quote) at++;
    else if (isInside) isInside = isWord(next);
    else isInside = !(at > from && isWord(bytes[at - 1])) && next !== delimiter && !isLineEnd(next);
  }
  return isInside;
}

/** Returns where the next quote is that may open or close a value: others are text. -1 if there is none. */
function edgeAfter(bytes: Uint8Array, from: number, about: FieldBytes): number {
  const { delimiter } = about;
  const quote = about.quote ?? -1;
  for (let at = bytes.indexOf(quote, from); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    const next = at + 1 < bytes.length ? bytes[at + 1] : LF;
    if (opensValue(bytes, at, about) || next === delimiter || isLineEnd(next)) return at;
    if (next === quote) at++;
  }
  return -1;
}

/** Whether a quote is at the beginning of a field; one that is alone in a field that begins a line closes what is before. */
function opensValue(bytes: Uint8Array, at: number, { delimiter, skipSpaces }: FieldBytes): boolean {
  let before = at - 1;
  while (skipSpaces && bytes[before] === 0x20) before--;
  if (bytes[before] === delimiter) return true;
  const next = at + 1 < bytes.length ? bytes[at + 1] : LF;
  return isLineEnd(bytes[before]) && next !== delimiter && !isLineEnd(next);
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}

/** Whether a byte is of a letter or a digit. */
function isWord(byte = 0): boolean {
  const letter = byte | 0x20;
  return byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}
