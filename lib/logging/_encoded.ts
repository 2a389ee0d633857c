import { Buffer } from "node:buffer";
import type { Unit } from "./_writings.ts";

/** A way of writing bytes as letters, some of which make a group. */
interface Code {
  /** Letters of a group. */
  readonly letters: number;
  /** Bits of a letter. */
  readonly bits: number;
  /** What each letter stands for; -1 for what is no letter of it. */
  readonly values: Int8Array;
  /** So many letters in a row that may be those of a text are a sign. */
  readonly least: number;
  /** By a letter: the places of a run, from each place in a group on, at which a letter of a text may be. */
  readonly places: Int32Array;
  /** The first place of the runs, and the last. */
  readonly first: number;
  readonly last: number;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";

/** Both alphabets. */
export const BASE64 = codeOf({
  alphabets: [
    `${UPPER}${UPPER.toLowerCase()}${DIGITS}+/`,
    `${UPPER}${UPPER.toLowerCase()}${DIGITS}-_`,
  ],
  letters: 4,
  bits: 6,
  least: 8,
  // Of printable ASCII, or of a zero as in UTF-16.
  mayBe: (value, place) =>
    place === 0
      ? value === 0 || value >= 8 && value < 32
      : place === 1
      ? (value & 15) === 0 || (value & 15) >= 2 && (value & 15) < 8
      : place === 3 || (value & 2) === 0,
});

export const HEX = codeOf({
  alphabets: [`${DIGITS}ABCDEF`, `${DIGITS}abcdef`],
  letters: 2,
  bits: 4,
  least: 14,
  mayBe: (value, place) => place === 1 || value === 0 || value >= 2 && value < 8,
});

function codeOf(
  { alphabets, mayBe, ...code }: {
    readonly alphabets: readonly string[];
    readonly mayBe: (value: number, place: number) => boolean;
    readonly letters: number;
    readonly bits: number;
    readonly least: number;
  },
): Code {
  const values = new Int8Array(256).fill(-1);
  const places = new Int32Array(256);
  let [first, last] = [0, 0];
  // The places of a run that are at one place of a group: this runs at every start, and few letters are many bytes.
  const groups = new Array<number>(code.letters).fill(0);
  for (let place = 0; place < code.letters * code.least; place++) {
    const begun = Math.floor(place / code.least);
    if (place % code.least === 0) first |= 1 << place;
    if ((place + 1) % code.least === 0) last |= 1 << place;
    const group = (begun + place % code.least) % code.letters;
    groups[group] = (groups[group] ?? 0) | 1 << place;
  }
  for (
    const [value, letter] of alphabets.flatMap((alphabet) => [...alphabet].entries().toArray())
  ) {
    const byte = letter.charCodeAt(0);
    values[byte] = value;
    places[byte] = groups.reduce((all, own, at) => mayBe(value, at) ? all | own : all, 0);
  }
  return { ...code, values, places, first, last };
}

/** Bytes of printable ASCII in a row that are met by chance in few texts that are none. */
const LEAST_PRINTABLE = 7;
const PADDING = /(?:=|%3d){1,2}/iy;

/**
 * Returns what runs of letters of a code in a text say, if that may be a text: their bytes, one character each, without
 * the zeros of UTF-16, and a blank after each.
 *
 * @param least Bytes that are looked for: what says fewer is left out, as most ids are.
 */
export function decoded(text: string, code: Code, least: number): Unit[] {
  const letters = Buffer.from(text, "latin1");
  const { first, last, places } = code;
  const units: Unit[] = [];
  const ends = new Array<number>(code.letters).fill(0);
  let run = 0;
  for (let at = 0; at < letters.length; at++) {
    run = (run << 1 | first) & (places[letters[at] as number] as number);
    if ((run & last) === 0) continue;
    for (let begun = 0; begun < code.letters; begun++) {
      if ((run >>> (code.least * (begun + 1) - 1) & 1) === 0) continue;
      const group = at + 1 - code.least + (code.letters - begun) % code.letters;
      if (group < (ends[group % code.letters] as number)) continue;
      const start = startOf(letters, group, code);
      const { end, count, printable } = runFrom(letters, start, code);
      ends[group % code.letters] = end;
      if (printable < LEAST_PRINTABLE || count < least) continue;
      const read = `${textOf(letters.subarray(start, end), count, code)} `;
      units.push({ at: start, length: end - start + paddingAt(text, end), text: read });
    }
  }
  return units;
}

/** Letters of the padding at a place. */
function paddingAt(text: string, at: number): number {
  const next = text[at];
  if (next !== "=" && next !== "%") return 0;
  PADDING.lastIndex = at;
  return PADDING.exec(text)?.[0].length ?? 0;
}

/** Returns where the groups in a row begin that may be of a text, of which one begins at a place. */
function startOf(letters: Uint8Array, group: number, code: Code): number {
  let start = group;
  while (start >= code.letters && isOfText(letters, start - code.letters, code)) {
    start -= code.letters;
  }
  return start;
}

/** Returns where the text ends that groups from a place on may be of, its bytes but zeros, and the most printable ones in a row. */
function runFrom(
  letters: Uint8Array,
  start: number,
  { bits, values, letters: size }: Code,
): { readonly end: number; readonly count: number; readonly printable: number } {
  let [at, place, held, kept, count, row, most] = [start, 0, 0, 0, 0, 0, 0];
  for (; at < letters.length; at++) {
    const value = values[letters[at] as number] as number;
    if (value < 0) break;
    held = held << bits | value;
    kept += bits;
    if (kept >= 8) {
      kept -= 8;
      const byte = held >> kept & 255;
      if (TEXT[byte] === 0) break;
      if (byte !== 0) {
        count++;
        row = byte >= 32 && byte < 127 ? row + 1 : 0;
        if (row > most) most = row;
      }
    }
    if (++place === size) place = held = kept = 0;
  }
  return { end: at, count, printable: most };
}

/** Returns the bytes but zeros that letters stand for, one character each. */
function textOf(letters: Uint8Array, count: number, { bits, values, letters: size }: Code): string {
  const bytes = new Uint8Array(count);
  let [next, place, held, kept] = [0, 0, 0, 0];
  for (let at = 0; at < letters.length; at++) {
    held = held << bits | (values[letters[at] as number] as number);
    kept += bits;
    if (kept >= 8) {
      kept -= 8;
      const byte = held >> kept & 255;
      if (byte !== 0) bytes[next++] = byte;
    }
    if (++place === size) place = held = kept = 0;
  }
  return Buffer.from(bytes.buffer).toString("latin1");
}

/** Whether a byte may be one of a text. */
const TEXT = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= 32 && byte !== 127 || [0, 9, 10, 13].includes(byte) ? 1 : 0,
);

function isOfText(letters: Uint8Array, start: number, code: Code): boolean {
  const { bits, values } = code;
  let [held, kept] = [0, 0];
  for (let at = start; at < start + code.letters; at++) {
    const value = values[letters[at] as number] as number;
    if (value < 0) return false;
    held = held << bits | value;
    kept += bits;
    if (kept < 8) continue;
    kept -= 8;
    if (TEXT[held >> kept & 255] === 0) return false;
  }
  return true;
}
