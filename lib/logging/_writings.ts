import { BASE64, decoded, HEX } from "./_encoded.ts";

/** Part of a text that is written for another one. */
export interface Unit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** What a text holds when it may have been written for another one. */
export const SIGNS = {
  percent: 1,
  backslash: 2,
  ampersand: 4,
  equals: 8,
  invisible: 16,
  spelling: 32,
  dump: 64,
  list: 128,
  base64: 256,
  hex: 512,
} as const;

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
/** Characters that nobody sees. */
export const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/;
/** They, and line ends: so many letters before and after one are those of a word that was broken. */
const LOST = /[\0\u200b-\u200d\u2060\ufeff]+|(?<=[\w+/=-]{4})(?:\r|\n|\\+[rn])+(?=[\w+/=-]{4})/g;

/** Single letters between the same marks, as a list or a spelling has them. */
const SPELLED = /.(\\*["'][, ;:|]{1,4}\\*["'])(?:.\1){6,}.|.([ ,;:|.\-]{1,3})(?:.\2){6,}./g;
/** What quoted-printable has to write so; single bytes of ASCII are values of parameters. */
const QUOTED = /(?:=[\da-f]{2}){2,}|=3d|=[89a-f][\da-f]|=\r?\n/gi;
/** What dumps put between two bytes. */
const DUMPED =
  /(?<![\da-f])(?:00|[2-9a-f][\da-f])(?:(?:[:= \-]|,? ?0x)(?:00|[2-9a-f][\da-f])){5,}(?![\da-f])/gi;
const LISTED = /(?<![\d.])\d{2,3}(?:(?:,\s*| )\d{2,3}){5,}(?![\d.])/g;

/** How one text may be written as another. */
export interface Writing {
  /** Any of the signs that it may be. */
  readonly sign: number;
  /** @param least Letters of the shortest text that is looked for; a run that says fewer may be left out. */
  readonly unitsOf: (text: string, least: number) => Iterable<Unit>;
  /** Whether only what stands in a run of units is a reading. @default false */
  readonly isRun?: boolean;
}

/** All of them. */
export const WRITINGS: readonly Writing[] = [
  { sign: SIGNS.base64, isRun: true, unitsOf: (text, least) => decoded(text, BASE64, least) },
  { sign: SIGNS.hex, isRun: true, unitsOf: (text, least) => decoded(text, HEX, least) },
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
  { sign: SIGNS.invisible | SIGNS.backslash, unitsOf: (text) => matches(text, LOST, () => "") },
  {
    sign: SIGNS.dump,
    isRun: true,
    unitsOf: (text) =>
      within(text, DUMPED, /([\da-f]{2})(?:[:= \-]|,? ?0x)?/gi, (match) => hex(match[1])),
  },
  {
    sign: SIGNS.list,
    isRun: true,
    unitsOf: (text) =>
      within(text, LISTED, /(\d+)(?:,\s*| )?/g, ([, number]) => character(Number(number))),
  },
  { sign: SIGNS.spelling, isRun: true, unitsOf: spelled },
];

function* spelled(text: string): Generator<Unit> {
  for (const match of text.matchAll(SPELLED)) {
    const [run, quotes, blanks] = match;
    const mark = quotes ?? blanks ?? "";
    for (let at = 0; at < run.length; at += mark.length + 1) {
      yield { at: match.index + at, length: 1, text: run.charAt(at) };
    }
  }
}

function entity([, decimal, digits, name]: RegExpExecArray): string | undefined {
  if (decimal !== undefined) return character(Number(decimal));
  return digits === undefined ? ENTITIES[name?.toLowerCase() ?? ""] : hex(digits);
}

const ESCAPE =
  /\\(?:U([\da-fA-F]{8})|[uU]([\da-fA-F]{4})|[uU]\{([\da-fA-F]{1,6})\}|[xX]([\da-fA-F]{2})|([0-3][0-7]{2})|([bfnrt])|([^]))/g;
const CONTROLS: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** JSON, JavaScript, Python, shells and dumps write what has a meaning in them behind a backslash. */
function unescaped([, long, unit, point, byte, octal, control, other]: RegExpExecArray): string {
  const digits = long ?? unit ?? point ?? byte;
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
