import { setAppFields } from "./_app_fields.ts";
import { epochClock, findClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { RFC3164 } from "./_rfc3164.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";
import { setTimestamp } from "./_timestamp.ts";

/** What stands in one place of every line. */
type Column = "level" | "number" | "brackets" | "dash" | "name" | "word";

/** How the lines of one file begin, learned from the file itself. */
export interface AppLayout {
  /** Words before the time. */
  readonly prefix: number;
  /** The line goes on as syslog after the prefix. */
  readonly isSyslog: boolean;
  /** What separates the columns, if it is not white space. */
  readonly delimiter: "|" | "\t" | undefined;
  /** Columns from the time to the message. */
  readonly columns: readonly Column[];
}

/** Share of the lines that must begin alike, and share of those that must have the same columns. */
const BEGIN_ALIKE = 0.9;
const AGREED = 0.98;
const MOST_PREFIX = 5;
const MOST_COLUMNS = 8;
/** From here on, words in the same places are a layout and not chance: with a level, and without. */
const FEW_LINES = 5;
const ENOUGH_LINES = 20;
const WORD = /\S+ */y;
/** A label, a file name, a date, a number or a level: what a prefix of few lines may hold. */
const KNOWN_PREFIX =
  /^(?:-|[A-Z][A-Z0-9_]{2,}|\d+(?:\.\d+)*|\d{4}[-./]\d\d[-./]\d\d|[\w.-]+\.(?:log|txt|out|err)[\w.:-]*|[[(]?[A-Z]{3,8}[\])]?)$/;
const EPOCH = /^1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?$/;
const TOKEN = /\[[^\]]*\]:?|\([^()]*\):?|<[^<>]*>:?|"[^"]*"|\S+(?: \*\d+)?/y;
const DOTTED = /^[A-Za-z_][\w$]*(?:(?:\.|::|\/)[\w$]+)+:?$/;
const NAME = /^[A-Za-z_$][\w.$/@#<>:()-]*:$/;

/** Learns how the lines of a sample begin; `undefined`: they have nothing in common. */
export function learnLayout(lines: readonly string[]): AppLayout | undefined {
  if (lines.length === 0) return undefined;
  const start = learnStart(lines);
  if (start === undefined) return undefined;
  if (start.isSyslog) return { ...start, delimiter: undefined, columns: [] };
  const rests = lines.flatMap((line) => {
    const end = timeEnd(line, start.prefix);
    return end === undefined ? [] : [line.slice(end)];
  });
  const delimiter = delimiterOf(rests);
  return { ...start, delimiter, columns: learnColumns(rests, delimiter) };
}

function learnStart(lines: readonly string[]): Pick<AppLayout, "prefix" | "isSyslog"> | undefined {
  let best: { prefix: number; isSyslog: boolean; worth: number } | undefined;
  for (let prefix = 0; prefix <= MOST_PREFIX; prefix++) {
    const counts = { dated: 0, syslog: 0, bare: 0 };
    for (const line of lines) {
      const at = afterWords(line, prefix);
      if (at === undefined || prefix > 0 && !mayPrefix(line.slice(0, at), lines.length)) continue;
      const start = at + (/[[(<]/.test(line[at] ?? "") ? 1 : 0);
      const found = findClock(line, start, "bare");
      if (found === undefined || /[0-9A-Za-z]/.test(line[start + found.length] ?? "")) continue;
      if (
        found.clock.year === undefined && found.clock.month > 0 &&
        SYSLOG.test(line.slice(start + found.length))
      ) counts.syslog++;
      else if (
        found.clock.epochSeconds === undefined &&
        found.clock.month + (found.clock.parts?.length ?? 0) > 0
      ) counts.dated++;
      else counts.bare++;
    }
    for (const [kind, worth] of [["dated", 3], ["syslog", 2.5], ["bare", 1]] as const) {
      if (counts[kind] < lines.length * BEGIN_ALIKE || worth <= (best?.worth ?? 0)) continue;
      best = { prefix, isSyslog: kind === "syslog", worth };
    }
  }
  return best === undefined ? undefined : { prefix: best.prefix, isSyslog: best.isSyslog };
}

const SYSLOG = /^ +\S+ +[^\s:[\]]+(?:\[\d+\])?:/;

function mayPrefix(prefix: string, lines: number): boolean {
  return lines >= ENOUGH_LINES ||
    prefix.trim().split(/ +/).every((word) => KNOWN_PREFIX.test(word));
}

/** Index after a number of words; `undefined`: the line ends before. */
function afterWords(line: string, count: number): number | undefined {
  WORD.lastIndex = 0;
  for (let i = 0; i < count; i++) if (!WORD.test(line)) return undefined;
  return count === 0 ? 0 : WORD.lastIndex;
}

function timeEnd(line: string, prefix: number): number | undefined {
  const at = afterWords(line, prefix);
  if (at === undefined) return undefined;
  const start = at + (/[[(<]/.test(line[at] ?? "") ? 1 : 0);
  const found = findClock(line, start, "bare");
  if (found === undefined) return undefined;
  const end = start + found.length;
  return /[\])>]/.test(line[end] ?? "") ? end + 1 : end;
}

function delimiterOf(rests: readonly string[]): AppLayout["delimiter"] {
  for (const delimiter of ["|", "\t"] as const) {
    const share = rests.filter((rest) =>
      rest.trimStart().startsWith(delimiter) || rest.startsWith(delimiter)
    );
    if (share.length >= rests.length * AGREED) return delimiter;
  }
  return undefined;
}

/** Takes the pieces of a line's rest, with the index after each. */
function tokensOf(rest: string, delimiter: AppLayout["delimiter"]): [text: string, end: number][] {
  const tokens: [string, number][] = [];
  if (delimiter !== undefined) {
    let at = rest.indexOf(delimiter) + 1;
    for (
      let end = rest.indexOf(delimiter, at);
      end >= 0 && tokens.length < MOST_COLUMNS;
      end = rest.indexOf(delimiter, at)
    ) {
      tokens.push([rest.slice(at, end).trim(), end + 1]);
      at = end + 1;
    }
    return tokens;
  }
  let at = 0;
  while (tokens.length < MOST_COLUMNS) {
    while (/[\s,;]/.test(rest[at] ?? "")) at++;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(rest)?.[0];
    if (token === undefined) break;
    at += token.length;
    tokens.push([token, at]);
  }
  return tokens;
}

function learnColumns(rests: readonly string[], delimiter: AppLayout["delimiter"]): Column[] {
  const rows = rests.map((rest) => tokensOf(rest, delimiter).map(([text]) => text));
  const kinds = Array.from({ length: MOST_COLUMNS }, (_, i) => kindAt(rows, i));
  const level = kinds.indexOf("level");
  if (rows.length < (level < 0 ? ENOUGH_LINES : FEW_LINES)) return [];
  if (delimiter !== undefined) {
    const common = kinds.findIndex((kind) => kind === undefined);
    return kinds.slice(0, common < 0 ? MOST_COLUMNS : common).map((kind) => kind ?? "word");
  }
  let end = level >= 0 ? level + 1 : 0;
  while (end < MOST_COLUMNS) {
    const kind = kinds[end];
    const next = kinds[end + 1];
    if (kind === undefined) break;
    // What follows "name -" is the message.
    if (kinds[end - 1] === "dash" && /name|word/.test(kinds[end - 2] ?? "")) break;
    if (kind === "word" && next !== "dash") break;
    end++;
  }
  return kinds.slice(0, end).map((kind) => kind ?? "word");
}

function kindAt(rows: readonly string[][], index: number): Column | undefined {
  const share = (test: (token: string) => boolean) =>
    rows.filter((row) => row[index] !== undefined && test(row[index])).length >=
      rows.length * AGREED;
  if (rows.length === 0 || !share(() => true)) return undefined;
  if (share((token) => levelOf(token) !== undefined)) return "level";
  if (share((token) => DOTTED.test(token))) return "name";
  for (const kind of ["number", "dash", "brackets", "name"] as const) {
    if (share((token) => isKind(kind, token))) return kind;
  }
  return "word";
}

function isKind(kind: Column, token: string): boolean {
  if (kind === "number") return /^\d{1,12}$/.test(token);
  if (kind === "dash") return /^(?:-{1,3}|:|\||=>|->)$/.test(token);
  if (kind === "brackets") return /^[[(<].*[\])>]:?$/.test(token);
  if (kind === "name") return NAME.test(token) || DOTTED.test(token);
  return kind === "word" || levelOf(token) !== undefined;
}

/** A longer token is no level; looking for its end would take a time that grows with its square. */
const MOST_LEVEL = 64;

function levelOf(token: string): number | undefined {
  if (token.length > MOST_LEVEL) return undefined;
  const word = token.replace(/^[[(<]+|[\])>:]+$/g, "").trim();
  return word.length === 1 ? letterSeverity(word) : severityNumber(word.replace(/\d$/, ""));
}

/** Returns a parser for lines of a learned layout; lines that differ are left to the others. */
export function layoutParser(layout: AppLayout): LineParser {
  return {
    formats: layout.isSyslog ? ["rfc3164"] : ["app"],
    joins: layout.isSyslog ? "traces" : "any",
    parse: (line, times) => parseLayout(layout, line, times),
  };
}

function parseLayout(layout: AppLayout, line: string, times: FileTimes): ParseResult {
  const at = afterWords(line, layout.prefix);
  if (at === undefined) return undefined;
  const prefix = line.slice(0, at).trim().split(/ +/);
  if (layout.isSyslog) {
    const record = RFC3164.parse(line.slice(at), times);
    if (record instanceof LogRecord) setPrefix(record, prefix, times);
    return record;
  }
  const start = at + (/[[(<]/.test(line[at] ?? "") ? 1 : 0);
  const found = findClock(line, start, "bare");
  if (found === undefined) return undefined;
  const record = new LogRecord("app");
  const end = start + found.length;
  setTimestamp(record, line.slice(start, end), found.clock, times);
  const from = /[\])>]/.test(line[end] ?? "") ? end + 1 : end;
  if (layout.prefix > 0) setPrefix(record, prefix, times);
  if (layout.columns.length === 0) {
    setAppFields(record, line, from, undefined);
    return record;
  }
  const bodyAt = setColumns(record, line.slice(from), layout);
  if (bodyAt === undefined) return undefined;
  record.body = line.slice(from + bodyAt).replace(/^[\s:]+/, "");
  return record;
}

function setColumns(
  record: LogRecord,
  rest: string,
  { columns, delimiter }: AppLayout,
): number | undefined {
  const tokens = tokensOf(rest, delimiter);
  let end = delimiter === undefined ? 0 : rest.indexOf(delimiter) + 1;
  const level = columns.indexOf("level");
  for (const [i, kind] of columns.entries()) {
    const [token, after] = tokens[i] ?? [];
    if (token === undefined || after === undefined || !isKind(kind, token)) return undefined;
    end = after;
    const text = token.replace(/^[[(<]|[\])>]?:?$/g, "").trim();
    if (kind === "level") {
      record.severity_text = text;
      record.severity_number = levelOf(token);
    } else if (kind === "number" && level >= 0 && record.process_pid === undefined) {
      record.process_pid = text;
    } else if (kind === "number" && level >= 0 && record.thread_name === undefined) {
      record.thread_name = text;
    } else if (kind === "name" || kind === "word" && isLogger(columns, i, level)) {
      if (record.logger === undefined) record.logger = text;
      else setAttribute(record, `column_${i + 1}`, text);
    } else if (kind === "brackets" && record.thread_name === undefined && !/[\s=]/.test(text)) {
      record.thread_name = text;
    } else if (kind !== "dash") setAttribute(record, `column_${i + 1}`, text);
  }
  return end;
}

/** Of several words before the level the last one names the component. */
function isLogger(columns: readonly Column[], index: number, level: number): boolean {
  if (columns.includes("name")) return false;
  return level < 0 || index > level || columns.lastIndexOf("word", level) === index;
}

/** A count of seconds in a prefix is the time, if the line's own has no zone. */
function setPrefix(record: LogRecord, words: readonly string[], times: FileTimes): void {
  for (const [i, word] of words.entries()) {
    if (word === "-" || word === "") continue;
    const key = /\.(?:log|txt|out|err)/.test(word) ? "file" : `prefix_${i + 1}`;
    if (!EPOCH.test(word) || record.tz_source === "explicit") {
      setAttribute(record, key, word);
      continue;
    }
    if (record.timestamp_raw !== undefined) {
      setAttribute(record, "local_time", record.timestamp_raw);
    }
    record.parse_status = "ok";
    record.parse_error = undefined;
    record.date_order = undefined;
    setTimestamp(record, word, epochClock(word), times);
  }
}
