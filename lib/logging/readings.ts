import { fold } from "./secret_forms.ts";
import { INVISIBLE_CODES, SIGNS, type Writing, WRITINGS } from "./_writings.ts";

/** A text that was written in another one, and the way back to its places there. */
export interface Reading {
  readonly text: string;
  /** What it was read from; `undefined` for the text as it came. */
  readonly of?: Reading;
  /** Where something was read: its place and length here, its place and length in the other text, in fours. */
  readonly units: readonly number[];
}

/** Of a character of a word: one of a number, one of hex. */
const WORD = 256;
const DIGIT = 512;
const HEX = 1024;
const ANY_KIND = WORD | DIGIT | HEX;
const KINDS = Uint16Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

/** So many words of the same kind in a row, and one that the text may end with, are a sign. */
const MANY = 5;

/** A text is read through so many layers. */
const MOST_LAYERS = 4;
/** A text that is written to be read in ever more ways is hostile; it is read in so many. */
const MOST_READINGS = 40;

/** What a character that is written in another way is known by. */
const MARKS = "\\%&=#;\0\u200b\u200c\u200d\u2060\ufeff";

/**
 * Returns the characters that a reading has to bring out for these texts to be found in it: their own, and those by which
 * a further layer is known.
 */
export function lettersOf(texts: Iterable<string>): ReadonlySet<string> {
  return new Set([...MARKS, ...Iterator.from(texts).flatMap((text) => text.split(""))]);
}

/**
 * Returns what may have been written as a text: the same without percent-encoding, escapes, entities, quoted-printable, hex
 * with marks, lists of bytes, separators between letters and line ends within, in any order and up to four of them.
 * Most texts show at a glance that they are nothing else.
 *
 * @param letters What {@linkcode lettersOf} returned; what brings out none of them is left as it is written.
 */
export function readingsOf(text: string, letters: ReadonlySet<string>): readonly Reading[] {
  const signs = signsOf(text);
  if (signs === 0) return [];
  const all: Reading[] = [];
  const seen = new Set([text]);
  let layer: readonly Reading[] = [{ text, units: [] }];
  for (let depth = 0; depth < MOST_LAYERS && layer.length > 0; depth++) {
    layer = layer.flatMap((reading) =>
      nextReadings(reading, {
        letters,
        seen,
        signs: depth === 0 ? signs : signsOf(reading.text),
      })
    );
    all.push(...layer);
  }
  return all;
}

function nextReadings(
  reading: Reading,
  { letters, seen, signs }: {
    readonly letters: ReadonlySet<string>;
    readonly seen: Set<string>;
    readonly signs: number;
  },
): Reading[] {
  return WRITINGS.filter(({ sign }) => (signs & sign) !== 0).flatMap((writing) => {
    const read = readThrough(reading, writing, letters);
    if (read === undefined || seen.has(read.text) || seen.size > MOST_READINGS) return [];
    seen.add(read.text);
    return [read];
  });
}

/** Looks at each letter once: this is what most texts cost, so that it is written for speed. */
function signsOf(text: string): number {
  let signs = 0;
  let start = 0;
  let kinds = ANY_KIND;
  let letters = 0;
  let bytes = 0;
  let numbers = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? KINDS[code] as number : code < 256 ? WORD : otherKind(code);
    if ((kind & WORD) !== 0) {
      kinds &= kind;
      continue;
    }
    signs |= kind;
    const length = at - start;
    start = at + 1;
    if (length === 0) continue;
    // Numbers of one digit are no spelling.
    letters = length === 1 && (kinds & DIGIT) === 0 ? letters + 1 : length === 1 ? letters : 0;
    bytes = length === 2 && (kinds & HEX) !== 0 ? bytes + 1 : 0;
    numbers = (length === 2 || length === 3) && (kinds & DIGIT) !== 0 ? numbers + 1 : 0;
    kinds = ANY_KIND;
    if (letters === MANY) signs |= SIGNS.spelling;
    if (bytes === MANY) signs |= SIGNS.dump;
    if (numbers === MANY) signs |= SIGNS.list;
  }
  return signs;
}

function kindOf(character: string): number {
  if (/\d/.test(character)) return WORD | DIGIT | HEX;
  if (/[a-f]/i.test(character)) return WORD | HEX;
  if (/[a-z]/i.test(character)) return WORD;
  const marks = {
    "%": SIGNS.percent,
    "\\": SIGNS.backslash,
    "&": SIGNS.ampersand,
    "=": SIGNS.equals,
  };
  return marks[character as keyof typeof marks] ??
    (/[\0\r\n]/.test(character) ? SIGNS.invisible : 0);
}

function otherKind(code: number): number {
  return INVISIBLE_CODES.has(code) ? SIGNS.invisible : WORD;
}

/** Returns the place in the text as it came from which the letters from `start` to `end` of a reading were read. */
export function placeOf(reading: Reading, start: number, end: number): [number, number] {
  let [from, to] = [start, end];
  for (let here: Reading | undefined = reading; here?.of !== undefined; here = here.of) {
    from = back(here.units, from, "start");
    to = back(here.units, to - 1, "end");
  }
  return [from, to];
}

/** Returns where one letter began, or where it ended. */
function back(units: readonly number[], letter: number, edge: "start" | "end"): number {
  let [low, high] = [0, units.length / 4];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((units[4 * middle] ?? 0) <= letter) low = middle + 1;
    else high = middle;
  }
  const more = edge === "end" ? 1 : 0;
  if (low === 0) return letter + more;
  const [at = 0, length = 0, was = 0, lasted = 0] = units.slice(4 * (low - 1), 4 * low);
  if (letter < at + length) return edge === "end" ? was + lasted : was;
  return was + lasted + letter - at - length + more;
}

function readThrough(
  { text, ...reading }: Reading,
  { unitsOf, isRun = false }: Writing,
  letters: ReadonlySet<string>,
): Reading | undefined {
  const units: number[] = [];
  let read = "";
  let kept = 0;
  for (const unit of unitsOf(text)) {
    if (!isRun && unit.text !== "" && !hasOne(unit.text, letters)) continue;
    if (!isRun) read += text.slice(kept, unit.at);
    units.push(read.length, unit.text.length, unit.at, unit.length);
    read += unit.text;
    kept = unit.at + unit.length;
  }
  if (units.length === 0) return undefined;
  return { text: isRun ? read : read + text.slice(kept), of: { text, ...reading }, units };
}

/** Whether one of some UTF-16 code units, also folded, is among the letters; half a character cannot be folded. */
function hasOne(units: string, letters: ReadonlySet<string>): boolean {
  const isOne = (unit: string) =>
    letters.has(unit) || letters.has(fold(unit)) || unit >= "\ud800" && unit < "\ue000";
  return units.length === 1 ? isOne(units) : units.split("").some(isOne);
}
