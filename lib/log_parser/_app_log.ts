import { addContext, BEFORE_TIME, setBracket } from "./_app_brackets.ts";
import { ENOUGH_LINES, FEW_LINES } from "./_app_columns.ts";
import { ANY_HABITS, type AppHabits, setAppFields } from "./_app_fields.ts";
import { learnHabits, setRestColumns } from "./_app_habits.ts";
import { findClock } from "./clock_patterns.ts";
import { readDelimitedNames } from "./_delimited_names.ts";
import type { FileTimes } from "./_file_times.ts";
import type { LineParser, ParseResult } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { levelPlace, readMarkedLevel } from "./_marked_level.ts";
import { haveOwnDashes, restoreDash } from "./_own_dash.ts";
import { severityNumber } from "./severity_number.ts";
import { setTimestamp, type WallClock } from "./_timestamp.ts";
import { isTraceStart } from "./_traces.ts";

/** Application logs: log4j, logback, Spring, Python, Spark, HDFS, Tomcat, Go, Windows servicing, and what nobody thought of. */
export const APP_LOG: LineParser = {
  formats: ["app"],
  joins: "any",
  parse: (line, times) => parseWith(ANY_HABITS, line, times),
};

/** Lines that begin with a number, a time without a date, or a level: other text may begin so too. */
export const BARE_APP_LOG: LineParser = {
  formats: ["app"],
  joins: "any",
  // Text begins with a level or a number so easily that such lines must be many.
  leastShare: 0.3,
  isSure: (line) => SURE.test(line),
  parse: parseBare,
};

/** logback's default, `10:00:00.123 [main] ERROR a.B - text`, Python's, `ERROR:a.b:text`, and `[ERROR] text`: no text begins so. */
const SURE =
  /^(?:\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]? +(?:\[[^\][]{1,64}\] +)?\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)\b|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[A-Za-z_][\w.-]*:|\[(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\] )/;

/** Returns a parser of application logs, one of those above, with the habits that lines of a file show. */
export function learnAppLog(
  base: LineParser,
  lines: readonly string[],
  times: FileTimes,
): LineParser {
  const parse = base === APP_LOG ? parseWith : parseBareWith;
  const { habits, columns } = learnHabits(lines, (line, habits) => {
    const record = parse(habits, line, times);
    return record instanceof LogRecord ? record : undefined;
  });
  const ownDashes = haveOwnDashes(lines, (line) => {
    const record = parse(habits, line, times);
    return record instanceof LogRecord ? record : undefined;
  });
  const areMany = lines.length >= ENOUGH_LINES;
  const areFew = lines.length < FEW_LINES;
  const place = areFew ? levelPlace(bodiesWithout(lines, parse, times)) : -1;
  return {
    ...base,
    parse(line, times) {
      const record = parse(habits, line, times);
      if (!(record instanceof LogRecord)) return record;
      if (ownDashes) restoreDash(record, line);
      if (areMany) setRestColumns(record, columns);
      else if (record.severity_number === undefined) readMarkedLevel(record, place);
      if (areFew) readDelimitedNames(record, line);
      return record;
    },
  };
}

/** Messages of lines that are read without a level. */
function bodiesWithout(
  lines: readonly string[],
  parse: typeof parseBareWith,
  times: FileTimes,
): string[] {
  const records = lines.map((line) => parse(ANY_HABITS, line, times));
  return records.flatMap((record) =>
    record instanceof LogRecord && record.severity_number === undefined ? [record.body ?? ""] : []
  );
}

function parseBare(line: string, times: FileTimes): ParseResult {
  return parseBareWith(ANY_HABITS, line, times);
}

function parseBareWith(habits: AppHabits, line: string, times: FileTimes): ParseResult {
  return parseApp(line, times, "bare", habits) ?? parseLevelFirst(line);
}

function parseWith(habits: AppHabits, line: string, times: FileTimes): ParseResult {
  return parseApp(line, times, kindOf(line), habits);
}

function kindOf(line: string): "dated" | "bare" {
  return EPOCH_AND_LEVEL.test(line) ? "bare" : "dated";
}

/** A number alone may begin any text; with a level after it, it is a time. */
const EPOCH_AND_LEVEL =
  /^\[?1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?\]?[\s|:-]+\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b/;
/** Tendermint writes `I[2026-05-01|10:00:00.123] text`. */
const LETTER_FIRST = /^[DIWEF](?=\[\d{4}-)/;
/** A level may stand before the timestamp, in Cassandra's log with a thread: `[INFO] 2024-...`, `INFO  [main] 2024-...`. */
const LEVEL_FIRST =
  /^[[<(]?([A-Za-z]{3,8})[\])>]?:?(?:[ \t]+|(?=\[\d))(?:\[(?!\d\d[-/.\d])([^[\]]{1,99})\] )?[[(<]?(?=\d|[A-Z][a-z]{2} )/;
/** A level and no time: `[INFO] text`, `ERROR: text`, `WARNING:root:text`. */
const LEVEL_ONLY =
  /^(?:\[ *([A-Za-z]{3,9}) *\]:? *|([A-Z]{3,9}|(?!note|success|config|log|fine|system)[a-z]{4,7}): *|([A-Z]{4,9}) +(?:- +)?)/;
/** A number in brackets before the time and the level. */
const NUMBER_FIRST =
  /^\[(\d{1,10})\] (?=\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d\S{0,16} \[?[A-Z]{3,8}[\] :])/;
/** NATS begins its lines with its process, and has levels of three letters. */
const NATS =
  /^\[\d+\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{6})? \[(?:INF|WRN|ERR|DBG|TRC|FTL)\] /;
/** Falco's `10:00:00.123456789: Warning text`. */
const FALCO =
  /^\d\d:\d\d:\d\d\.\d{9}: (Emergency|Alert|Critical|Error|Warning|Notice|Informational|Debug)(?= )/;
/** Consul and Vault indent every line. */
const HCLOG = /^ {4}(?=\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S{0,15} \[[A-Z]{3,8}\])/;
const PYTHON = /^([A-Z]{4,8}):([\w.-]+):/;

function parseApp(
  line: string,
  times: FileTimes,
  kind: "dated" | "bare",
  habits = ANY_HABITS,
): ParseResult {
  const numbered = line.charCodeAt(0) === 91 ? NUMBER_FIRST.exec(line) : null;
  if (numbered !== null) return parseNumbered(line, times, numbered, habits);
  const time = appTimeOf(line, kind);
  if (time === undefined) return undefined;
  const { start, clock, thread } = time;
  let { end, level } = time;
  const record = new LogRecord("app");
  setTimestamp(record, line.slice(start, end), clock, times);
  const falco = clock.month === 0 ? FALCO.exec(line) : null;
  if (falco !== null) [end, level] = [falco[0].length, falco[1]];
  if (thread !== undefined) setBracket(record, thread, BEFORE_TIME, habits.votes);
  setAppFields(record, line, end, level, habits);
  return record;
}

/** Where a line in a usual order has its time, and what is before it. */
export interface AppTime {
  readonly start: number;
  /** Index after it. */
  readonly end: number;
  readonly clock: WallClock;
  readonly level: string | undefined;
  readonly thread: string | undefined;
}

/** Finds the time that begins a line, or comes after its level. */
export function appTimeOf(line: string, kind = kindOf(line)): AppTime | undefined {
  let level: string | undefined;
  let thread: string | undefined;
  let start = 0;
  const first = line.charCodeAt(0);
  if (first === 91 || first === 40 || first === 60 || first >= 65 && first <= 122) {
    const match = LEVEL_FIRST.exec(line);
    if (match !== null && severityNumber(match[1] ?? "") !== undefined) {
      [, level, thread] = match;
      start = match[0].length;
    } else if (LETTER_FIRST.test(line)) {
      level = line[0];
      start = 2;
    } else if (first === 91 || first === 40 || first === 60) start = 1;
  } else if (first === 32) start = HCLOG.exec(line)?.[0].length ?? 0;
  if (isPadded(line, start)) start++;
  const found = findClock(line, start, kind);
  if (found === undefined) return undefined;
  const end = start + found.length;
  const next = line.charCodeAt(end);
  // After a timestamp comes white space or punctuation; a letter or digit shows that it was none.
  if (next >= 48 && next <= 57 || next >= 65 && next <= 90 || next >= 97 && next <= 122) {
    return undefined;
  }
  return { start, end, clock: found.clock, level, thread };
}

/** Reads what follows a number in brackets; without a level behind the time it is no header. */
function parseNumbered(
  line: string,
  times: FileTimes,
  [head, number = ""]: RegExpExecArray,
  habits: AppHabits,
): ParseResult {
  const record = parseApp(line.slice(head.length), times, "dated", habits);
  if (!(record instanceof LogRecord) || record.severity_number === undefined) return undefined;
  const role = habits.votes?.numbers.roleAt(BEFORE_TIME * 2, number, undefined);
  const isProcess = NATS.test(line) || role !== undefined && role !== "thread";
  if (isProcess && record.process_pid === undefined) record.process_pid = number;
  else addContext(record, number);
  return record;
}

/** Whether a date begins at an index with a day of one digit that is padded by a space: ` 1 Nov`, ` 1/11/2026`. */
function isPadded(line: string, at: number): boolean {
  const [first, second] = [line.charCodeAt(at + 1), line.charCodeAt(at + 2)];
  return line.charCodeAt(at) === 32 && first >= 49 && first <= 57 &&
    !(second >= 48 && second <= 57);
}

function parseLevelFirst(line: string): ParseResult {
  const python = PYTHON.exec(line);
  const match = python ?? LEVEL_ONLY.exec(line);
  const level = python?.[1] ?? match?.[1] ?? match?.[2] ?? match?.[3];
  if (match === null || level === undefined) return undefined;
  if (python === null && isTraceStart(line)) return undefined;
  const number = severityNumber(level);
  if (number === undefined) return undefined;
  const record = new LogRecord("app");
  record.severity_text = level;
  record.severity_number = number;
  record.logger = python?.[2];
  record.body = line.slice(match[0].length);
  return record;
}
