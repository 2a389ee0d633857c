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
import { isLevel, levelAmong, levelOf, setLevelColumn } from "./_level_column.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";

/** What stands between the time and the message, in every line of a file. */
export interface AppColumns {
  readonly kinds: readonly Column[];
  /** What separates the columns, if it is not white space. */
  readonly delimiter: Delimiter;
  /** Columns after the message. */
  readonly tail: number;
  /** Levels are single letters; where they are words, such a letter begins a message: "A connection ...". */
  readonly areLetters: boolean;
}

/** No column at all. */
export const NO_COLUMNS: AppColumns = {
  kinds: [],
  delimiter: undefined,
  tail: 0,
  areLetters: false,
};

/** Share of the lines that must have the same columns. */
export const AGREED = 0.98;
/** From here on, words in the same places are a layout and not chance: with a level, and without. */
const FEW_LINES = 5;
export const ENOUGH_LINES = 20;
/** Words in front of a column that is one by its form. */
const MOST_WORDS = 4;
/** A message begins in so many ways, if what stands before it is taken for columns by its place alone. */
const LEAST_BEGINNINGS = 4;
/** A pair names itself. */
const PAIR = /^([A-Za-z][\w.]*)=([^\s=]+)$/;

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
    const tail = tailOf(rests, delimiter);
    const common = found.findIndex((kind) => kind === undefined);
    const count = Math.max(0, (common < 0 ? MOST_COLUMNS : common) - tail);
    return {
      kinds: found.slice(0, count).map((kind) => kind ?? "word"),
      delimiter,
      tail,
      areLetters,
    };
  }
  const end = endOfColumns(rows, found, isRest);
  return { ...NO_COLUMNS, areLetters, kinds: found.slice(0, end).map((kind) => kind ?? "word") };
}

/** Which of several words that may be levels is the level; -1: there is none. */
function levelColumn(rows: Rows, kinds: readonly (Column | undefined)[]): number {
  return levelAmong(
    kinds.map((kind, i) => kind === "level" ? rows.map((row) => row[i]?.text ?? "") : undefined),
  );
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

/** How many columns after the message are words of a small set, as a logger and a thread are. */
function tailOf(rests: readonly string[], delimiter: string): number {
  const rows = rests.map((rest) => rest.split(delimiter).map((field) => field.trim()));
  const few = Math.max(3, rows.length / 8);
  let tail = 0;
  while (tail < 3) {
    const fields = rows.map((row) => row.at(-1 - tail) ?? "").filter((field) =>
      /^\S+$/.test(field)
    );
    if (fields.length < rows.length * AGREED || new Set(fields).size > few) break;
    tail++;
  }
  const hasText = rows.filter((row) => /\s/.test(row.at(-1 - tail) ?? ""));
  return hasText.length * 2 >= rows.length ? tail : 0;
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
  { kinds, delimiter, tail, areLetters }: AppColumns,
): { start: number; end: number } | undefined {
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
    setTail(record, rest.slice(before + 1, end).trim(), i);
    end = before;
  }
  for (const [i, kind] of kinds.entries()) setColumn(record, tokens[i]?.text ?? "", i, kinds, kind);
  return { start, end };
}

function setTail(record: LogRecord, text: string, index: number): void {
  if (DOTTED.test(text) && record.logger === undefined) record.logger = text;
  else if (record.thread_name === undefined) record.thread_name = text;
  else setAttribute(record, `tail_${index + 1}`, text);
}

function setColumn(
  record: LogRecord,
  token: string,
  index: number,
  kinds: readonly Column[],
  kind: Column,
): void {
  const level = kinds.indexOf("level");
  const text = withoutSigns(token);
  const pair = kind === "word" ? PAIR.exec(token) : null;
  if (kind === "level") setLevelColumn(record, token);
  else if (pair !== null) setAttribute(record, pair[1] ?? "", pair[2] ?? "");
  else if (kind === "number" && level >= 0 && record.process_pid === undefined) {
    record.process_pid = text;
  } else if (kind === "number" && level >= 0 && record.thread_name === undefined) {
    record.thread_name = text;
  } else if (
    kind === "name" && level < 0 && record.severity_number === undefined && isNamed(token)
  ) {
    setLevelColumn(record, token);
  } else if (
    kind === "name" || kind === "word" && /\p{L}/u.test(text) && isLogger(kinds, index, level)
  ) {
    if (record.logger === undefined) setLogger(record, text);
    else setAttribute(record, `column_${index + 1}`, text);
  } else if (kind === "brackets" && record.thread_name === undefined && !/[\s=]/.test(text)) {
    record.thread_name = text;
  } else if (kind !== "dash" && text !== "") setAttribute(record, `column_${index + 1}`, text);
}

/** A piece without the brackets that are around it, and without its colon. */
function withoutSigns(token: string): string {
  const text = token.replace(/:$/, "");
  return (/^[[(<].*[\])>]$/.test(text) ? text.slice(1, -1) : text).trim();
}

/** Whether a name is a level, among others that are none: FreeRADIUS has `Auth:` in the place of `Info:`. */
function isNamed(token: string): boolean {
  return /^[A-Z][a-z]{3,12}:$/.test(token) && levelOf(token) !== undefined &&
    isLevel([token.slice(0, -1)], true);
}

/** A name may have a process: `ntpd[1000]`. */
function setLogger(record: LogRecord, text: string): void {
  const [, name, pid] = record.process_pid === undefined
    ? /^([A-Za-z_][\w./-]*)\[(\d{1,10})\]$/.exec(text) ?? []
    : [];
  record.logger = name ?? text;
  if (pid !== undefined) record.process_pid = pid;
}

/** Of several words before the level the last one names the component. */
function isLogger(kinds: readonly Column[], index: number, level: number): boolean {
  if (kinds.includes("name")) return false;
  return level < 0 || index > level || kinds.lastIndexOf("word", level) === index;
}
