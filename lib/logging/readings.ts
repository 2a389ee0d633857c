import { BASE64, HEX as HEX_CODE } from "./_encoded.ts";
import { isContinued, utf8Of } from "./_utf8.ts";
import { fold } from "./secret_forms.ts";
import { INVISIBLE, SIGNS, type Unit, type Writing, WRITINGS } from "./_writings.ts";

/** A text that was written in another one, and the way back to its places there. */
export interface Reading {
  readonly text: string;
  /** What it was read from; `undefined` for the text as it came. */
  readonly of?: Reading;
  /** Where something was read: its place and length here, its place and length in the other text, in fours. */
  readonly units: readonly number[];
}

/** Of a character of a word: one of a number, one of hex. */
const WORD = 1024;
const DIGIT = 2048;
const HEX = 4096;
const ANY_KIND = WORD | DIGIT | HEX;
/** Of a byte that goes on with a character of a word. */
const CONTINUED = 8192;
const KINDS = Uint16Array.from({ length: 256 }, (_, byte) => kindOf(byte));

const { first: BASE64_FIRST, places: BASE64_PLACES } = BASE64;
const { first: HEX_FIRST, places: HEX_PLACES } = HEX_CODE;

const LETTER_X = 0x78;

/** So many words of the same kind in a row, and one that the text may end with, are a sign. */
const MANY = 5;

/** A text is read through so many layers. */
const MOST_LAYERS = 6;
/** A text that is written to be read in ever more ways is hostile; it is read in so many, a short one in more. */
const MOST_READINGS = 40;
const MOST_OF_SHORT = 400;
/** All readings of a short text have about so many letters together. */
const SHORT_LETTERS = 400_000;

/** What a character that is written in another way is known by. */
const MARKS = /[\\%&=#;\0\u200b\u200c\u200d\u2060\ufeffA-Za-z0-9]/;
/** What may follow an ampersand that begins a character's name or number, itself or as it is written. */
const AFTER_AMPERSAND = /[#algq\\%&=\0\r\n\u200b-\u200d\u2060\ufeff]/i;

const YES = 1;
const NO = 2;

/** The characters that a reading has to bring out for some texts to be found in it. */
export class Letters {
  readonly #own: ReadonlySet<string>;
  /** Whether a UTF-16 code unit is one: 0 as long as nobody asked. */
  readonly #known = new Uint8Array(1 << 16);
  /** Of the shortest text; 0 if one has a blank, which may be that between two words of another writing. */
  readonly least: number;

  /** @param texts What is looked for: its characters, and those by which a further layer is known. */
  constructor(texts: readonly string[]) {
    this.#own = new Set(texts.flatMap((text) => text.split("")));
    const isOneWord = !texts.some((text) => /\s/.test(text));
    this.least = isOneWord ? Math.min(...texts.map(({ length }) => length)) : 0;
  }

  /** Says whether a unit of a text brings one out, also folded; half a character cannot be folded. */
  isIn({ text, at, length }: Unit, whole: string): boolean {
    if (text.length !== 1) return text.split("").some((one) => this.#isOne(one));
    // A line end within a word; a common escape of it is read through without this.
    if (length > 2 && (text === "\r" || text === "\n")) return true;
    if (!this.#isOne(text)) return false;
    return text !== "&" || this.#own.has("&") || AFTER_AMPERSAND.test(whole.charAt(at + length));
  }

  #isOne(unit: string): boolean {
    const code = unit.charCodeAt(0);
    const known = this.#known[code];
    if (known !== 0) return known === YES;
    const isOne = this.#own.has(unit) || this.#own.has(fold(unit)) || MARKS.test(unit) ||
      unit >= "\ud800" && unit < "\ue000";
    this.#known[code] = isOne ? YES : NO;
    return isOne;
  }
}

/**
 * Returns what may have been written as a text: the same without percent-encoding, escapes, entities, quoted-printable, hex
 * with marks, lists of bytes, separators between letters and line ends within, and what base64 and hex in it say, in any
 * order and up to four of them.
 * Most texts show at a glance that they are nothing else.
 *
 * @param letters What brings out none of them is left as it is written.
 */
export function readingsOf(text: string, letters: Letters): readonly Reading[] {
  const signs = signsOf(text);
  if (signs === 0) return [];
  const all: Reading[] = [];
  const seen = new Set([text]);
  const most = Math.max(MOST_READINGS, Math.min(MOST_OF_SHORT, SHORT_LETTERS / text.length));
  let layer: readonly Reading[] = [{ text, units: [] }];
  for (let depth = 0; depth < MOST_LAYERS && layer.length > 0; depth++) {
    layer = layer.flatMap((reading) =>
      nextReadings(reading, {
        letters,
        seen,
        most,
        signs: depth === 0 ? signs : signsOf(reading.text),
      })
    );
    all.push(...layer);
  }
  return all;
}

function nextReadings(
  reading: Reading,
  { letters, seen, most, signs }: {
    readonly letters: Letters;
    readonly seen: Set<string>;
    readonly most: number;
    readonly signs: number;
  },
): Reading[] {
  return WRITINGS.filter(({ sign }) => (signs & sign) !== 0).flatMap((writing) => {
    const read = readThrough(reading, writing, letters);
    if (read === undefined || seen.has(read.text) || seen.size > most) return [];
    seen.add(read.text);
    return [read];
  });
}

/** Looks at each byte once: this is what most texts cost, so that it is written for speed. */
function signsOf(text: string): number {
  const utf8 = utf8Of(text);
  let signs = 0;
  let start = 0;
  let kinds = ANY_KIND;
  let letters = 0;
  let bytes = 0;
  let numbers = 0;
  let [base64, base64s, digits, hexes] = [0, 0, 0, 0];
  const { length: all } = utf8;
  for (let at = 0; at < all; at++) {
    const byte = utf8[at] as number;
    base64 = (base64 << 1 | BASE64_FIRST) & (BASE64_PLACES[byte] as number);
    base64s |= base64;
    digits = (digits << 1 | HEX_FIRST) & (HEX_PLACES[byte] as number);
    hexes |= digits;
    const kind = KINDS[byte] as number;
    if ((kind & WORD) !== 0) {
      kinds &= kind;
      if (kind === (WORD | CONTINUED)) start++;
      continue;
    }
    signs |= kind;
    const length = at - start;
    const isPrefixed = length === 4 && ((utf8[start + 1] as number) | 32) === LETTER_X;
    start = at + 1;
    if (length === 0) continue;
    // Numbers of one digit are no spelling.
    letters = length === 1 && (kinds & DIGIT) === 0 ? letters + 1 : length === 1 ? letters : 0;
    bytes = (length === 2 || isPrefixed) && (kinds & HEX) !== 0 ? bytes + 1 : 0;
    numbers = (length === 2 || length === 3) && (kinds & DIGIT) !== 0 ? numbers + 1 : 0;
    kinds = ANY_KIND;
    if (letters === MANY) signs |= SIGNS.spelling;
    if (bytes === MANY) signs |= SIGNS.dump;
    if (numbers === MANY) signs |= SIGNS.list;
  }
  if ((base64s & BASE64.last) !== 0) signs |= SIGNS.base64;
  if ((hexes & HEX_CODE.last) !== 0) signs |= SIGNS.hex;
  return utf8.length > text.length && INVISIBLE.test(text) ? signs | UNSEEN_SIGNS : signs;
}

/** Of characters that nobody sees, which may also be between words. */
const UNSEEN_SIGNS = SIGNS.invisible | SIGNS.spelling | SIGNS.dump | SIGNS.list;

function kindOf(byte: number): number {
  if (byte >= 128) return isContinued(byte) ? WORD | CONTINUED : WORD;
  const character = String.fromCharCode(byte);
  if (/\d/.test(character)) return WORD | DIGIT | HEX;
  // So that 0x4b is a byte, too.
  if (/[a-fx]/i.test(character)) return WORD | HEX;
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
  letters: Letters,
): Reading | undefined {
  const units: number[] = [];
  let read = "";
  let kept = 0;
  for (const unit of unitsOf(text, letters.least)) {
    if (!isRun && unit.text !== "" && !letters.isIn(unit, text)) continue;
    if (!isRun) read += text.slice(kept, unit.at);
    units.push(read.length, unit.text.length, unit.at, unit.length);
    read += unit.text;
    kept = unit.at + unit.length;
  }
  if (units.length === 0) return undefined;
  return { text: isRun ? read : read + text.slice(kept), of: { text, ...reading }, units };
}
