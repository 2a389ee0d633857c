import {
  type Column,
  type Delimiter,
  DOTTED,
  isKind,
  LETTER,
  MOST_COLUMNS,
  MOST_NAME,
  type Token,
  tokensOf,
} from "./_app_tokens.ts";
import { levelAmong, levelOf } from "./_level_column.ts";
import { addContext } from "./_app_brackets.ts";
import { messageOf } from "./_app_message.ts";
import { setColumn, setValue, withoutSigns } from "./_set_column.ts";
import type { LogRecord } from "./_log_record.ts";
import { isLogger, type Role, sureRole } from "./_value_roles.ts";

/** What stands between the time and the message, in every line of a file. */
export interface AppColumns {
  readonly kinds: readonly Column[];
  /** What separates the columns, if it is not white space. */
  readonly delimiter: Delimiter;
  /** Columns after the message. */
  readonly tail: number;
  /** What the values of each column are, those after the message last to first. */
  readonly roles: readonly (Role | undefined)[];
  readonly tailRoles: readonly (Role | undefined)[];
  /** Levels are single letters; where they are words, such a letter begins a message: "A connection ...". */
  readonly areLetters: boolean;
  /** A logger in brackets follows further on, after words that are not in all lines, as Jira's user and address. */
  readonly isLoggerLater: boolean;
}

/** No column at all. */
export const NO_COLUMNS: AppColumns = {
  kinds: [],
  delimiter: undefined,
  tail: 0,
  roles: [],
  tailRoles: [],
  areLetters: false,
  isLoggerLater: false,
};

/** Share of the lines that must have the same columns. */
export const AGREED = 0.98;
/** From here on, words in the same places are a layout and not chance: with a level, and without. */
export const FEW_LINES = 5;
export const ENOUGH_LINES = 20;
/** Words in front of a column that is one by its form. */
const MOST_WORDS = 4;
/** A message begins in so many ways, if what stands before it is taken for columns by its place alone. */
const LEAST_BEGINNINGS = 4;

/** A logger in brackets after up to six words. */
const LATER_LOGGER = /^ *((?:[^\s[\]]{1,99} +){0,6})\[([\w.$:]{3,128})\] /;

type Rows = readonly (readonly Token[])[];

/** What was read of the lines before their columns are learned. */
export interface ReadBefore {
  /** The usual columns were read before: what follows is a column only by its form, in nearly every line. @default false */
  readonly isRest?: boolean;
  /** The level was read before: a word further on that may be one is a word. @default false */
  readonly hasLevel?: boolean;
}

/** Learns which columns stand at the start of texts. */
export function learnColumns(
  rests: readonly string[],
  { isRest = false, hasLevel = false }: ReadBefore = {},
): AppColumns {
  const delimiter = isRest ? undefined : delimiterOf(rests);
  const rows = rests.map((rest) => tokensOf(rest, delimiter));
  const kinds = Array.from({ length: MOST_COLUMNS }, (_, i) => kindAt(rows, i));
  const level = hasLevel ? -1 : levelColumn(rows, kinds);
  const found = kinds.map((kind, i) => kind === "level" && i !== level ? "word" : kind);
  if (rows.length < (level < 0 || isRest ? ENOUGH_LINES : FEW_LINES)) return NO_COLUMNS;
  const areLetters =
    rows.filter((row) => LETTER.test(row[level]?.text ?? "")).length * 2 > rows.length;
  if (delimiter !== undefined) {
    const { before, tail, tailRoles } = messageOf(rests, delimiter, level);
    const known = found.slice(0, before).map((kind) => kind ?? "word");
    const roles = rolesOf(rows, before);
    return { ...NO_COLUMNS, kinds: known, roles, delimiter, tail, tailRoles, areLetters };
  }
  const end = endOfColumns(rows, found, isRest);
  const known = found.slice(0, end).map((kind) => kind ?? "word");
  const roles = rolesOf(rows, end);
  const isLoggerLater = level >= 0 && !roles.includes("logger") && !known.includes("name") &&
    haveLoggerLater(rests, rows, end);
  return { ...NO_COLUMNS, areLetters, kinds: known, roles, isLoggerLater };
}

/** Whether nearly all texts go on with words and a logger in brackets. */
function haveLoggerLater(rests: readonly string[], rows: Rows, end: number): boolean {
  const found = rests.flatMap((rest, i) => {
    const match = LATER_LOGGER.exec(rest.slice(rows[i]?.[end - 1]?.end ?? 0));
    return match === null || !isLogger(match[2] ?? "") ? [] : [match];
  });
  return found.length >= rests.length * AGREED && found.some((match) => match[1] !== "");
}

/** What the values of the first columns are. */
function rolesOf(rows: Rows, count: number): (Role | undefined)[] {
  return Array.from(
    { length: count },
    (_, i) => sureRole(rows.map((row) => withoutSigns(row[i]?.text ?? ""))),
  );
}

/** Which of several words that may be levels is the level; -1: there is none. */
function levelColumn(rows: Rows, kinds: readonly (Column | undefined)[]): number {
  return levelAmong(
    kinds.map((kind, i) =>
      kind === "level" && !isOfNagios(rows, i) ? rows.map((row) => row[i]?.text ?? "") : undefined
    ),
  );
}

/** Whether a word is Nagios' `SERVICE ALERT:`, which says what the line is about. */
function isOfNagios(rows: Rows, index: number): boolean {
  return rows.every((row) =>
    row[index]?.text !== "ALERT:" || /^(?:SERVICE|HOST)$/.test(row[index - 1]?.text ?? "")
  ) && rows.some((row) => row[index]?.text === "ALERT:");
}

function endOfColumns(
  rows: Rows,
  kinds: readonly (Column | undefined)[],
  isRest: boolean,
): number {
  const level = kinds.indexOf("level");
  let end = level < 0 ? 0 : level + 1;
  let sure = isRest ? 0 : end;
  let isSure = !isRest;
  while (end < MOST_COLUMNS) {
    const begin = end;
    const kind = kinds[end];
    if (kind === undefined) break;
    // What follows "name -" is the message.
    if (kinds[end - 1] === "dash" && /name|word/.test(kinds[end - 2] ?? "")) break;
    if (kind === "number" && !isRepeated(rows, end)) {
      // After brackets, it may count the lines.
      if (kinds[end - 1] !== "brackets") break;
      isSure = false;
    }
    if (kind === "word" && (kinds[end + 1] !== "dash" || !isSure)) {
      const last = isPadded(rows, end) ? end + 1 : nextColumn(kinds, end);
      for (; end < last && isRepeated(rows, end); end++) isSure = false;
      if (end === last) continue;
      end = begin;
      break;
    }
    end++;
    if (isSure) sure = end;
  }
  const hasBody = (at: number) =>
    rows.filter((row) => row[at] !== undefined).length >= rows.length * AGREED;
  // The last brackets may be around the message.
  while (end > level + 1 && end > sure && kinds[end - 1] === "brackets" && !hasBody(end)) {
    end--;
  }
  return end > sure && beginnings(rows, end) >= LEAST_BEGINNINGS ? end : sure;
}

/** Index of the next column that is one by its form; -1: only words follow. */
function nextColumn(kinds: readonly (Column | undefined)[], from: number): number {
  return kinds.findIndex((kind, i) =>
    i > from && i < from + MOST_WORDS && (kind === "dash" || kind === "brackets" || kind === "name")
  );
}

/** Whether a column has few values, as processes and modules are; what is new in each line is of the message. */
function isRepeated(rows: Rows, index: number): boolean {
  return new Set(rows.map((row) => row[index]?.text)).size * 10 <= rows.length * 9;
}

/** Whether a word is padded to the width of its column. */
function isPadded(rows: Rows, index: number): boolean {
  const widths = rows.map((row) => (row[index + 1]?.start ?? NaN) - (row[index]?.start ?? NaN));
  const isWide = rows.filter((row) => (row[index + 1]?.start ?? 0) - (row[index]?.end ?? 0) > 1);
  return isWide.length * 2 >= rows.length &&
    widths.filter((width) => width === widths[0]).length >= rows.length * AGREED;
}

/** How many words begin the texts from a column on. */
function beginnings(rows: Rows, index: number): number {
  const words = new Set(rows.map((row) => row[index]?.text ?? ""));
  return [...words].filter((word) => /[A-Za-z]/.test(word)).length;
}

function delimiterOf(rests: readonly string[]): Delimiter {
  for (const delimiter of ["|", ";", "\t"] as const) {
    const share = rests.filter((rest) =>
      rest.trimStart().startsWith(delimiter) || rest.startsWith(delimiter)
    );
    if (share.length >= rests.length * AGREED) return delimiter;
  }
  return undefined;
}

function kindAt(rows: Rows, index: number): Column | undefined {
  const share = (test: (token: string) => boolean) =>
    rows.filter((row) => row[index] !== undefined && test(row[index].text)).length >=
      rows.length * AGREED;
  if (rows.length === 0 || !share(() => true)) return undefined;
  if (share((token) => levelOf(token) !== undefined)) return "level";
  if (share((token) => token.length <= MOST_NAME && DOTTED.test(token))) return "name";
  for (const kind of ["number", "dash", "brackets", "name"] as const) {
    if (share((token) => isKind(kind, token))) return kind;
  }
  return "word";
}

/** Reads the columns of a text; returns where the message begins and ends, `undefined`: it does not have them. */
export function setColumns(
  record: LogRecord,
  rest: string,
  columns: AppColumns,
): { start: number; end: number } | undefined {
  const { kinds, delimiter, tail, tailRoles, areLetters, isLoggerLater } = columns;
  const tokens = tokensOf(rest, delimiter);
  let start = delimiter === undefined ? 0 : rest.indexOf(delimiter) + 1;
  for (const [i, kind] of kinds.entries()) {
    const token = tokens[i];
    if (token === undefined || !isKind(kind, token.text)) return undefined;
    if (kind === "level" && !areLetters && LETTER.test(token.text)) return undefined;
    start = token.end;
  }
  let end = rest.length;
  for (let i = 0; i < tail; i++) {
    const before = rest.lastIndexOf(delimiter ?? "", end - 1);
    if (before < start) return undefined;
    setValue(record, rest.slice(before + 1, end).trim(), `tail_${i + 1}`, tailRoles[i]);
    end = before;
  }
  const later = isLoggerLater && record.logger === undefined
    ? LATER_LOGGER.exec(rest.slice(start))
    : null;
  for (let i = 0; i < kinds.length; i++) setColumn(record, tokens[i]?.text ?? "", i, columns);
  if (later === null) return { start, end };
  record.logger = later[2];
  if (later[1] !== undefined && later[1].trim() !== "") addContext(record, later[1].trim());
  return { start: start + later[0].length, end };
}
