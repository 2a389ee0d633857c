import {
  AGREED,
  type AppColumns,
  ENOUGH_LINES,
  learnColumns,
  NO_COLUMNS,
  setColumns,
} from "./_app_columns.ts";
import { ANY_HABITS, setAppFields } from "./_app_fields.ts";
import { type LearnedHabits, learnHabits, setRestColumns } from "./_app_habits.ts";
import { setPrefix } from "./_app_prefix.ts";
import { type KnownLines, learnShapedColumns } from "./_app_shapes.ts";
import { findClock, type FoundClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import { levelAmong, levelOf, type LevelWords } from "./_level_column.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { readMarkedLevel } from "./_marked_level.ts";
import { RFC3164 } from "./_rfc3164.ts";
import { setTimestamp } from "./_timestamp.ts";

/** How the lines of one file begin, learned from the file itself. */
export interface AppLayout {
  /** Words before the time. */
  readonly prefix: number;
  /** Which of them is the level, if the columns have none. */
  readonly levelAt: number;
  /** What stands before the time in its own word, with no space between. */
  readonly isGlued: boolean;
  /** All times have a date; a line without one is of another layout. */
  readonly isDated: boolean;
  /** The line goes on as syslog after the prefix. */
  readonly isSyslog: boolean;
  /** The bracket around the time holds columns too. */
  readonly isOpen: boolean;
  /** Columns from the time to the message. */
  readonly columns: AppColumns;
  /** Those of lines that do not have them, if only the most lines do. */
  readonly others: AppColumns | undefined;
}

type Start = Pick<AppLayout, "prefix" | "isGlued" | "isSyslog" | "isDated">;

/** Share of the lines that must begin alike; of events with several lines, of which only the first has a time. */
const BEGIN_ALIKE = 0.9;
const BEGIN_EVENTS = 0.2;
const MOST_PREFIX = 5;
const MOST_GLUED = 64;
const WORD = /\S+[ \t]*/y;
/** A label, a file name, a date, a number or a level: what a prefix of few lines may hold. */
const KNOWN_PREFIX =
  /^(?:-|[A-Z][A-Z0-9_]{2,}|\d+(?:\.\d+)*:?|\d{4}[-./]\d\d[-./]\d\d|[\w.-]+\.(?:log|txt|out|err)[\w.:-]*|[[(]?[A-Z]{3,8}[\])]?)$/;
const SYSLOG = /^ +\S+ +[^\s:[\]]+(?:\[\d+\])?:/;

/** The time begins the line. */
const USUAL_START: Start = { prefix: 0, isGlued: false, isSyslog: false, isDated: true };

/** Learns how the lines of a sample begin; `undefined`: they have nothing in common. */
export function learnLayout(
  lines: readonly string[],
  { isUsual = false, areMixed = true }: KnownLines = {},
): AppLayout | undefined {
  if (lines.length === 0) return undefined;
  const start = learnStart(lines) ?? (isUsual ? USUAL_START : undefined);
  if (start === undefined) return undefined;
  const begun = lines.flatMap((line) => {
    const time = timeOf(line, start);
    return time === undefined ? [] : [{ line, time }];
  });
  const plain = { ...start, levelAt: -1, isOpen: false, columns: NO_COLUMNS, others: undefined };
  if (start.isSyslog) return plain;
  const open = begun.filter(({ line, time }) => isOpenAt(line, time));
  const isOpen = open.length >= begun.length * AGREED;
  const rests = begun.map(({ line, time }) => restOf(line, time, isOpen));
  const before = levelsBefore(begun.map(({ line, time }) => prefixOf(line, time)));
  const hasLevel = levelAmong(before) >= 0;
  const { columns, others } = areMixed && !hasLevel
    ? learnShapedColumns(rests, start.prefix === 0 && !start.isGlued)
    : { columns: learnColumns(rests, { hasLevel }), others: undefined };
  const levelAt = columns.kinds.includes("level") ? -1 : levelAmong(before);
  return { ...plain, levelAt, isOpen, columns, others };
}

function learnStart(lines: readonly string[]): Start | undefined {
  let best: Start & { worth: number } | undefined;
  for (let prefix = 0; prefix <= MOST_PREFIX; prefix++) {
    for (const isGlued of [false, true]) {
      const counts = countStarts(lines, prefix, isGlued);
      const kinds = [["dated", 3], ["syslog", 2.5], ["bare", 1]] as const;
      for (const [kind, worth] of kinds) {
        if (counts[kind] < lines.length * BEGIN_ALIKE || worth <= (best?.worth ?? 0)) continue;
        best = { prefix, isGlued, isSyslog: kind === "syslog", isDated: kind !== "bare", worth };
      }
      const isEvents = counts.dated >= Math.max(ENOUGH_LINES, lines.length * BEGIN_EVENTS);
      if (best === undefined && isEvents && prefix + Number(isGlued) > 0) {
        best = { prefix, isGlued, isSyslog: false, isDated: true, worth: 0 };
      }
    }
  }
  return best;
}

function countStarts(lines: readonly string[], prefix: number, isGlued: boolean) {
  const counts = { dated: 0, syslog: 0, bare: 0 };
  for (const line of lines) {
    const time = timeOf(line, { prefix, isGlued });
    if (time === undefined) continue;
    const { found, start, end } = time;
    if (prefix > 0 && !isGlued && !mayPrefix(line.slice(0, start), lines.length)) continue;
    if (/[0-9A-Za-z]/.test(line[start + found.length] ?? "")) continue;
    const { clock } = found;
    if (clock.year === undefined && clock.month > 0 && SYSLOG.test(line.slice(end))) {
      counts.syslog++;
    } else if (
      clock.epochSeconds === undefined && clock.month + (clock.parts?.length ?? 0) > 0
    ) counts.dated++;
    else if (!isGlued) counts.bare++;
  }
  return counts;
}

function mayPrefix(prefix: string, lines: number): boolean {
  return lines >= ENOUGH_LINES ||
    prefix.replace(/[[(<]$/, "").trim().split(/[ \t]+/).every((word) => KNOWN_PREFIX.test(word));
}

/** Where a line has its time. */
interface TimePlace {
  readonly found: FoundClock;
  readonly start: number;
  /** Index after it and its bracket. */
  readonly end: number;
}

function timeOf(
  line: string,
  { prefix, isGlued }: Pick<Start, "prefix" | "isGlued">,
): TimePlace | undefined {
  const at = afterWords(line, prefix);
  if (at === undefined) return undefined;
  if (isGlued) return gluedTime(line, at);
  return timeAt(line, at + (/[[(<]/.test(line[at] ?? "") ? 1 : 0), "bare");
}

function timeAt(line: string, start: number, kind: "dated" | "bare"): TimePlace | undefined {
  const found = findClock(line, start, kind);
  if (found === undefined) return undefined;
  const end = start + found.length;
  return { found, start, end: /[\])>]/.test(line[end] ?? "") ? end + 1 : end };
}

function hasDate({ found: { clock } }: TimePlace): boolean {
  return clock.month > 0 || clock.parts !== undefined || clock.epochSeconds !== undefined;
}

/** `12:2026...`, `<W>2026-...`, `[7:0428/...`, `I260501 ...`: a number, a level or a mark right before the date. */
function gluedTime(line: string, from: number): TimePlace | undefined {
  for (let at = from + 1; at < from + MOST_GLUED && at < line.length; at++) {
    const before = line.charCodeAt(at - 1);
    if (before === 32) return undefined;
    const isCut = before === 58 || before === 62 || before === 124 || before === 93 ||
      before === 60 || before >= 65 && before <= 90 && at === from + 1;
    if (!isCut) continue;
    const time = timeAt(line, at, "dated");
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Index after a number of words; `undefined`: the line ends before. */
function afterWords(line: string, count: number): number | undefined {
  WORD.lastIndex = 0;
  while (line.charCodeAt(WORD.lastIndex) === 32) WORD.lastIndex++;
  for (let i = 0; i < count; i++) if (!WORD.test(line)) return undefined;
  return WORD.lastIndex;
}

/** Words before the time. */
function prefixOf(line: string, { start }: TimePlace): string[] {
  return line.slice(0, start).replace(/[[(<]$/, "").trim().split(/[ \t]+/).filter((word) =>
    word !== ""
  );
}

/** Of the words before the time those that are levels in nearly every line. */
function levelsBefore(prefixes: readonly (readonly string[])[]): LevelWords[] {
  return Array.from({ length: MOST_PREFIX + 1 }, (_, i) => {
    const words = prefixes.map((prefix) => prefix[i] ?? "").filter((word) =>
      levelOf(word) !== undefined
    );
    return words.length >= prefixes.length * AGREED ? words : undefined;
  });
}

/** Whether a bracket that was opened before the time is closed after what follows it. */
function isOpenAt(line: string, { start, end, found }: TimePlace): boolean {
  return end === start + found.length &&
    line.lastIndexOf("[", start) > line.lastIndexOf("]", start) &&
    line.indexOf("]", end) > end;
}

/** What follows the time; signs within its bracket count as space. */
function restOf(line: string, { end }: TimePlace, isOpen: boolean): string {
  if (!isOpen) return line.slice(end);
  const close = line.indexOf("]", end) + 1;
  return line.slice(end, close).replace(/[:,|\]]/g, " ") + line.slice(close);
}

/** Returns a parser for lines of a learned layout; lines that differ are left to the others. */
export function layoutParser(
  layout: AppLayout,
  lines: readonly string[],
  times: FileTimes,
): LineParser {
  const read = (line: string, habits = ANY_HABITS) => {
    const record = parseLayout(layout, line, times, { habits, columns: NO_COLUMNS });
    return record instanceof LogRecord ? record : undefined;
  };
  const known = layout.isSyslog || layout.columns.kinds.length > 0
    ? []
    : lines.filter((line) => read(line) !== undefined);
  const learned = known.length === 0 ? undefined : learnHabits(known, read);
  return {
    formats: layout.isSyslog ? ["rfc3164"] : ["app"],
    joins: layout.isSyslog ? "traces" : "any",
    parse(line, times) {
      const record = parseLayout(layout, line, times, learned);
      const isPlain = known.length < ENOUGH_LINES && layout.columns.kinds.length === 0;
      if (isPlain && record instanceof LogRecord && record.severity_number === undefined) {
        readMarkedLevel(record);
      }
      return record;
    },
  };
}

function parseLayout(
  layout: AppLayout,
  line: string,
  times: FileTimes,
  { habits, columns }: LearnedHabits = { habits: ANY_HABITS, columns: NO_COLUMNS },
): ParseResult {
  if (layout.isSyslog) return parseSyslog(layout, line, times);
  const time = timeOf(line, layout);
  if (time === undefined || layout.isDated && !hasDate(time)) return undefined;
  const { found, start, end } = time;
  const record = new LogRecord("app");
  setTimestamp(record, line.slice(start, start + found.length), found.clock, times);
  if (layout.prefix > 0 || layout.isGlued) setPrefix(record, prefixOf(line, time), layout, times);
  if (layout.columns.kinds.length === 0) {
    const { severity_text, severity_number, process_pid } = record;
    setAppFields(record, line, end, severity_text, habits);
    record.process_pid ??= process_pid;
    setRestColumns(record, columns);
    record.severity_number = severity_number ?? record.severity_number;
    return record;
  }
  const rest = restOf(line, time, layout.isOpen);
  const body = setColumns(record, rest, layout.columns);
  if (body === undefined) return undefined;
  record.body = rest.slice(body.start, body.end).replace(/^[\s:]+/, "").trimEnd();
  return record;
}

function parseSyslog(layout: AppLayout, line: string, times: FileTimes): ParseResult {
  const at = afterWords(line, layout.prefix);
  if (at === undefined) return undefined;
  const record = RFC3164.parse(line.slice(at), times);
  if (record instanceof LogRecord) {
    setPrefix(record, line.slice(0, at).trim().split(/ +/), layout, times);
  }
  return record;
}
