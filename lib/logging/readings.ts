/** A text that was written in another one, and the way back to its places there. */
export interface Reading {
  readonly text: string;
  /** What it was read from; `undefined` for the text as it came. */
  readonly of?: Reading;
  /** Where something was read: its place and length here, its place and length in the other text, in fours. */
  readonly units: readonly number[];
}

/** Part of a text that is written for another one. */
interface Unit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** What a text holds when it may have been written for another one. */
const SIGNS = {
  percent: 1,
  backslash: 2,
  ampersand: 4,
  equals: 8,
  invisible: 16,
  spelling: 32,
  dump: 64,
  list: 128,
} as const;

/** Of a character of a word: one of a number, one of hex. */
const [WORD, DIGIT, HEX] = [256, 512, 1024];
const KINDS = Uint16Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

/** So many words of the same kind in a row are a sign. */
const MANY = 6;

/** A text is read through so many layers. */
const MOST_LAYERS = 4;
/** A text that is written to be read in ever more ways is hostile; it is read in so many. */
const MOST_READINGS = 40;

/**
 * Returns what may have been written as a text: the same without percent-encoding, escapes, entities, quoted-printable, hex
 * with marks, lists of bytes, separators between letters and line ends within, in any order and up to four of them.
 * Most texts show at a glance that they are nothing else.
 */
export function readingsOf(text: string): readonly Reading[] {
  const signs = signsOf(text);
  if (signs === 0) return [];
  const all: Reading[] = [];
  const seen = new Set([text]);
  let layer: readonly Reading[] = [{ text, units: [] }];
  for (let depth = 0; depth < MOST_LAYERS && layer.length > 0; depth++) {
    layer = layer.flatMap((reading) => nextReadings(reading, seen));
    all.push(...layer);
  }
  return all;
}

function nextReadings(reading: Reading, seen: Set<string>): Reading[] {
  const signs = signsOf(reading.text);
  return WRITINGS.filter(({ sign }) => (signs & sign) !== 0).flatMap(({ unitsOf }) => {
    const read = readThrough(reading, unitsOf(reading.text));
    if (read === undefined || seen.has(read.text) || seen.size > MOST_READINGS) return [];
    seen.add(read.text);
    return [read];
  });
}

/** Looks at each letter once: this is what most texts cost. */
function signsOf(text: string): number {
  let [signs, length, kinds, letters, bytes, numbers] = [0, 0, WORD | DIGIT | HEX, 0, 0, 0];
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    const kind = code < 128 ? KINDS[code] ?? 0 : otherKind(code);
    if ((kind & WORD) !== 0) {
      length++;
      kinds &= kind;
      continue;
    }
    signs |= kind;
    if (length === 0) continue;
    letters = length === 1 ? letters + 1 : 0;
    bytes = length === 2 && (kinds & HEX) !== 0 ? bytes + 1 : 0;
    numbers = length <= 3 && (kinds & DIGIT) !== 0 ? numbers + 1 : 0;
    if (letters === MANY) signs |= SIGNS.spelling;
    if (bytes === MANY) signs |= SIGNS.dump;
    if (numbers === MANY) signs |= SIGNS.list;
    length = 0;
    kinds = WORD | DIGIT | HEX;
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

function readThrough(reading: Reading, found: Iterable<Unit>): Reading | undefined {
  const units: number[] = [];
  let text = "";
  let kept = 0;
  for (const unit of found) {
    text += reading.text.slice(kept, unit.at);
    units.push(text.length, unit.text.length, unit.at, unit.length);
    text += unit.text;
    kept = unit.at + unit.length;
  }
  return units.length === 0
    ? undefined
    : { text: text + reading.text.slice(kept), of: reading, units };
}

/** Characters that HTML writes by a name, by that name. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const ENTITY = new RegExp(
  `&(?:#0*(\\d{1,7})|#x0*([\\da-f]{1,6})|(${Object.keys(ENTITIES).join("|")}));`,
  "gi",
);
const INVISIBLE_CODES = new Set([0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]);
const INVISIBLE = /[\0\r\n\u00ad\u200b-\u200d\u2060\ufeff]+/g;

/** Single letters between the same marks, as a list or a spelling has them. */
const SPELLED = /[^\s"',](["', ;:|.\-]{1,4})(?:[^\s"',]\1){6,}[^\s"',]/g;
/** What quoted-printable has to write so; single bytes of ASCII are values of parameters. */
const QUOTED = /(?:=[\da-f]{2}){2,}|=3d|=[89a-f][\da-f]|=\r?\n/gi;
/** What dumps put between two bytes. */
const DUMPED = /(?<![\da-f])[\da-f]{2}(?:[:= \-][\da-f]{2}){5,}(?![\da-f])/gi;
const LISTED = /(?<![\d.])\d{1,3}(?:,\s?\d{1,3}){5,}(?![\d.])/g;

/** How one text may be written as another, and the sign that it may be. */
const WRITINGS: readonly { sign: number; unitsOf: (text: string) => Iterable<Unit> }[] = [
  {
    sign: SIGNS.percent,
    // A byte becomes the character of its number; secretForms() has values as such bytes, too.
    unitsOf: (text) =>
      matches(text, /%(?:u([\da-f]{4})|([\da-f]{2}))/gi, (match) => hex(match[1] ?? match[2])),
  },
  { sign: SIGNS.backslash, unitsOf: (text) => matches(text, ESCAPE, unescaped) },
  { sign: SIGNS.ampersand, unitsOf: (text) => matches(text, ENTITY, entity) },
  {
    sign: SIGNS.equals,
    unitsOf: (text) =>
      within(text, QUOTED, /=(?:([\da-f]{2})|\r?\n)/gi, (match) => match[1] ? hex(match[1]) : ""),
  },
  { sign: SIGNS.invisible, unitsOf: (text) => matches(text, INVISIBLE, () => "") },
  {
    sign: SIGNS.dump,
    unitsOf: (text) => within(text, DUMPED, /([\da-f]{2})[:= \-]?/gi, (match) => hex(match[1])),
  },
  {
    sign: SIGNS.list,
    unitsOf: (text) =>
      within(text, LISTED, /(\d+)(?:,\s?)?/g, ([, number]) => character(Number(number))),
  },
  { sign: SIGNS.spelling, unitsOf: spelled },
];

function* spelled(text: string): Generator<Unit> {
  for (const { 0: run, 1: mark = "", index } of text.matchAll(SPELLED)) {
    for (let at = 1; at < run.length; at += mark.length + 1) {
      yield { at: index + at, length: mark.length, text: "" };
    }
  }
}

function entity([, decimal, digits, name]: RegExpExecArray): string | undefined {
  if (decimal !== undefined) return character(Number(decimal));
  return digits === undefined ? ENTITIES[name?.toLowerCase() ?? ""] : hex(digits);
}

const ESCAPE =
  /\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|([0-3][0-7]{2})|([bfnrt])|([^]))/gi;
const CONTROLS: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** JSON, JavaScript, Python, shells and dumps write what has a meaning in them behind a backslash. */
function unescaped([, unit, point, byte, octal, control, other]: RegExpExecArray): string {
  const digits = unit ?? point ?? byte;
  if (digits !== undefined) return hex(digits);
  if (octal !== undefined) return character(parseInt(octal, 8));
  return control === undefined ? other ?? "" : CONTROLS[control] ?? control;
}

function* matches(
  text: string,
  pattern: RegExp,
  textOf: (match: RegExpExecArray) => string | undefined,
  offset = 0,
): Generator<Unit> {
  for (const match of text.matchAll(pattern)) {
    const read = textOf(match);
    if (read === undefined) continue;
    yield { at: offset + match.index, length: match[0].length, text: read };
  }
}

/** Finds the parts of each run of parts. */
function* within(
  text: string,
  run: RegExp,
  part: RegExp,
  textOf: (match: RegExpExecArray) => string,
): Generator<Unit> {
  for (const { 0: parts, index } of text.matchAll(run)) yield* matches(parts, part, textOf, index);
}

function hex(digits = ""): string {
  return character(parseInt(digits, 16));
}

function character(code: number): string {
  return code > 0x10ffff ? "" : String.fromCodePoint(code);
}
