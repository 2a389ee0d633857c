import { learnColumns, NO_COLUMNS } from "./_app_columns.ts";
import { setRestColumns } from "./_app_habits.ts";
import { ENGLISH_MONTHS, foreignMonth, monthNumber } from "./_calendar.ts";
import { CISCO_SEQUENCE, isHostOfCisco, readStoredCisco, setCounts } from "./_cisco.ts";
import { findClock } from "./clock_patterns.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { setPriority } from "./_priority.ts";
import { mayBeHost, readForwarded } from "./_syslog_host.ts";
import { severityNumber, SYSLOG_SEVERITIES, syslogSeverityNumber } from "./severity_number.ts";
import type { FileTimes } from "./_file_times.ts";
import { readLevelInPlace, readMarkedLevel, readWorded } from "./_syslog_level.ts";
import { setTimestamp } from "./_timestamp.ts";
import { NEXT_LEVEL, ZONE_WORDS, zoneBehind } from "./_zones.ts";

const STAMP =
  /([A-Z][A-Za-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(:)?(?: +|$)/y;
/** NX-OS writes the year first; what follows must be syslog's, since other logs write their dates so, too. */
const YEAR_FIRST =
  /((?:19|20)\d\d) (?=[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{3,4}(?=[ :]))?:? (?:\S+ )?(?:%|[A-Za-z][\w./-]*\[\d+\]: ))/y;
const STAMP_AFTER_MONTH =
  /\.? {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(:)?(?: +|$)/y;
/** A zone, a year or both may follow the time; a host of a zone's name is followed by a tag alone, and has no slash. */
const ZONE_AND_YEAR = new RegExp(
  `(${ZONE_WORDS})(?:(:) | (?:(\\d{4}) |(?<=/[^\\s:]{1,60} )|(?=${NEXT_LEVEL}:? )|(?=\\S+ [^\\s:[\\]]+(?:\\[[^\\]\\s]*\\])?: )))|((?:19|20)\\d\\d) `,
  "y",
);
/** Cisco's own name, before its time. */
const ORIGIN =
  "(?:([A-Za-z][\\w.-]*): (?=[*.]?[A-Z][a-z]{2} {1,2}\\d{1,2} [\\d:. ]{8,26}(?:[A-Z][\\w/+-]{0,40})?: %[A-Z]))?";
/** Some write one between the priority and the time, or the program. */
const BLANK = "(?: (?=[A-Z][a-z]{2} {1,2}\\d{1,2} \\d\\d:|[A-Za-z][\\w./-]{0,47}\\[\\d+\\]: ))?";
/** Cisco writes a count after the priority, or a colon alone. */
const PRIORITY = new RegExp(`^<(\\d{1,3})>${BLANK}(?:(\\d{0,10}): )?${CISCO_SEQUENCE}${ORIGIN}`);
/** Cisco counts its lines, too, where no priority stands. */
const COUNT = new RegExp(`^()(\\d{1,10}): ${CISCO_SEQUENCE}${ORIGIN}(?=[*.]?[A-Z][a-z]{2} )`);
/** In other languages: `août 19`, `Mär  3`, `dic 24`. */
const FOREIGN_MONTH = /(\p{L}{3,5})\.? {1,2}(?=\d{1,2} )/uy;
const TAG =
  /(?:: (?=%))?(-- )?([A-Z][\w.-]*(?: [A-Z][\w.-]*){1,3}(?=\[\d+\])|[^\s:[\]]+(?: \d[\d.]*(?=:(?: |$)))?)(?:\[([^\]\s]*)\])?(?: (\(\S+\))(?=:))?(:| (?=\[))? ?/y;
/** Heroku leaves the host out. */
const HEROKU = / (?=(?:heroku|app)\[[\w.-]+\]: )/y;
const DAY_AND_DATE = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d{4}-\d\d-\d\d \d\d:)/y;
const UNDATED_TAG = /[A-Za-z][\w./-]{0,47}\[\d+\]: /y;
/** What stands in brackets is no host, and a level is no program. */
const ISO_HOST_TAG = / ([^\s[\](){}<>]+) (?=([^\s:[\]]+)(?:\[\d+\])?: )/y;

/** BSD syslog as it is found: with or without priority, host, colon; rsyslog's ISO form too. */
export const RFC3164: LineParser = {
  formats: ["rfc3164"],
  joins: "traces",
  isUnambiguous: true,
  isEnvelope: true,
  parse: parseRfc3164,
};

/**
 * Returns the parser of syslog with what one file shows.
 *
 * @param records Those of its lines that syslog reads.
 * @param others How many lines begin with an ISO time and are not syslog's.
 */
export function learnSyslog(records: readonly LogRecord[], others: number): LineParser {
  // Where most lines are not of syslog, two words and a colon begin a message.
  const isIso = records.filter(({ timestamp_raw }) => timestamp_raw?.[10] === "T").length > others;
  const bodies = records.filter((record) => record.severity_number === undefined)
    .map(({ body = "" }) => body);
  const { kinds, areLetters } = learnColumns(bodies, { isRest: true });
  const hasLevel = kinds[0] === "level" || showsLevels(bodies);
  const level = { ...NO_COLUMNS, areLetters, kinds: hasLevel ? ["level" as const] : [] };
  if (isIso && level.kinds.length === 0 || records.length === 0) return RFC3164;
  return {
    ...RFC3164,
    parse(line, time) {
      const record = RFC3164.parse(line, time);
      if (!(record instanceof LogRecord)) return record;
      if (!isIso && line.charCodeAt(10) === 84 && record.process_pid === undefined) {
        return undefined;
      }
      if (record.severity_number === undefined) setRestColumns(record, level);
      return record;
    },
  };
}

/** Whether a few texts all begin with levels, and not with the same. */
function showsLevels(bodies: readonly string[]): boolean {
  const levels = bodies.map((body) => {
    const word = /^(?:([A-Z]{3,8}):? |([A-Za-z]{3,13}): )/.exec(body);
    return severityNumber(word?.[1] ?? word?.[2] ?? "");
  });
  return !levels.includes(undefined) && new Set(levels).size > 1;
}

function parseRfc3164(line: string, time: FileTimes): ParseResult {
  const first = line.charCodeAt(0);
  const head = first === 60 ? PRIORITY.exec(line) : isDigit(first) ? COUNT.exec(line) : null;
  if (first === 60 && head === null) return undefined;
  let at = head?.[0].length ?? 0;
  const priority = head?.[1] ? Number(head[1]) : undefined;
  const mark = line.charCodeAt(at);
  if (mark === 42 || mark === 46) at++; // Cisco marks a clock that is not set.
  const yearFirst = isDigit(line.charCodeAt(at)) ? yearAt(line, at) : undefined;
  STAMP.lastIndex = at + (yearFirst === undefined ? 0 : yearFirst.length + 1);
  const stamp = STAMP.exec(line) ?? foreignStamp(line, at);
  if (stamp === null || monthNumber(stamp[1] ?? "") === 0) {
    return parseIso(line, at, head, time);
  }
  if (priority !== undefined && priority > 191) {
    return new Malformed("expected a priority of 0 to 191", 2);
  }
  const record = new LogRecord("rfc3164");
  const [all, month = "", day, first4, hour, minute, second, fraction = "", colon] = stamp;
  const end = ZONE_AND_YEAR.lastIndex = STAMP.lastIndex;
  const [more = "", zone, zoneColon, last4, alone] = ZONE_AND_YEAR.exec(line) ?? [];
  const year = yearFirst ?? first4 ?? last4 ?? alone;
  const raw = (yearFirst === undefined ? "" : `${yearFirst} `) + all + more;
  setTimestamp(record, raw.replace(/:? *$/, ""), {
    year: year === undefined ? undefined : Number(year),
    month: monthNumber(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    ...zoneBehind(zone),
  }, time);
  setHead(record, head);
  const from = end + more.length;
  setRest(record, line, from, (colon ?? zoneColon) === undefined || isHostOfCisco(line, from));
  return withoutStored(record, time);
}

/** Sets what stands before the time: priority, Cisco's count and its name. */
function setHead(record: LogRecord, head: RegExpExecArray | null): void {
  if (head === null) return;
  const [, priority, count, sequence, origin] = head;
  if (priority) setPriority(record, Number(priority));
  setCounts(record, count, sequence);
  record.host_name = origin;
}

/** Reads the mnemonic behind what a server stored of Cisco's own head. */
function withoutStored(record: LogRecord, time: FileTimes): LogRecord {
  const at = readStoredCisco(record, time);
  const { body = "" } = record;
  if (at !== undefined) record.body = body.slice(readTag(record, body, at, true));
  return record;
}

/** Returns the year that a stamp begins with, if it has one. */
function yearAt(line: string, at: number): string | undefined {
  YEAR_FIRST.lastIndex = at;
  return YEAR_FIRST.exec(line)?.[1];
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** Reads a stamp whose month is not English; its month is then the English one. */
function foreignStamp(line: string, at: number): RegExpExecArray | null {
  FOREIGN_MONTH.lastIndex = at;
  const name = FOREIGN_MONTH.exec(line)?.[1];
  const month = name === undefined ? 0 : foreignMonth(name);
  if (name === undefined || month === 0) return null;
  STAMP_AFTER_MONTH.lastIndex = at + name.length;
  const rest = STAMP_AFTER_MONTH.exec(line);
  if (rest === null) return null;
  STAMP.lastIndex = STAMP_AFTER_MONTH.lastIndex;
  rest.splice(1, 0, ENGLISH_MONTHS[month - 1] ?? "");
  rest[0] = name + rest[0];
  return rest;
}

/** rsyslog's file format: an ISO time with a zone, then host and tag. */
function parseIso(
  line: string,
  at: number,
  head: RegExpExecArray | null,
  time: FileTimes,
): ParseResult {
  // `journalctl -o short-full` writes the day's name, and the zone's.
  DAY_AND_DATE.lastIndex = at;
  const from = DAY_AND_DATE.test(line) ? at + 4 : at;
  if (from === at && line.charCodeAt(at + 10) !== 84) return parseUndated(line, at, head);
  const found = findClock(from === 0 ? line : line.slice(from));
  if (found?.clock.offset === undefined) return undefined;
  const end = from + found.length;
  ISO_HOST_TAG.lastIndex = HEROKU.lastIndex = end;
  const isHeroku = HEROKU.test(line);
  const [, host, tag = ""] = isHeroku ? ["", ""] : ISO_HOST_TAG.exec(line) ?? [];
  if (host === undefined || severityNumber(host.replace(/\W/g, "")) !== undefined) return undefined;
  if (!head?.[1] && severityNumber(tag) !== undefined) return undefined;
  const record = new LogRecord("rfc3164");
  setTimestamp(record, line.slice(from, end), found.clock, time);
  setHead(record, head);
  setRest(record, line, end + 1, !isHeroku);
  return withoutStored(record, time);
}

const VERSION_AND_DATE =
  /\d{1,5}(?: +(?:- |\d{4}-\d\d-\d\d)|(?: \S{0,2})?$)|(?:\d\S{0,2} ?|\w{1,5} +[\d-]{1,12})$/y;

/** RFC 3164, 4.3.3: what has a priority and no time is valid; sd-daemon and HAProxy's rings write so. */
function parseUndated(line: string, at: number, head: RegExpExecArray | null): ParseResult {
  const priority = head?.[1] ? Number(head[1]) : undefined;
  if (priority === undefined || priority > 191) return undefined;
  // Of RFC 5424, and broken or cut.
  VERSION_AND_DATE.lastIndex = at;
  if (VERSION_AND_DATE.test(line)) return undefined;
  UNDATED_TAG.lastIndex = at;
  const isTagged = priority <= 7 || UNDATED_TAG.test(line);
  // Behind a count or a space it is no message; pairs and objects are read as what they are.
  if (
    !isTagged && (line[at - 1] !== ">" || /^(?:$|[\s<{]|[A-Za-z_][\w.-]*=)/.test(line.slice(at)))
  ) {
    return undefined;
  }
  const record = new LogRecord("rfc3164");
  setHead(record, head);
  if (isTagged) setRest(record, line, at, false);
  else record.body = line.slice(at);
  return record;
}

/** Cisco's `%FACILITY-severity-MNEMONIC`. */
const MNEMONIC = /^%[A-Z]\w*(?:-[A-Z]\w*)*-([0-7])-\w+$/;

/** Prosody separates a name, the level and the text by tabs. */
const BETWEEN_TABS = /(\S+)\t(debug|info|warn|error)\t/y;

function setRest(record: LogRecord, line: string, begin: number, hasHost: boolean): void {
  const from = readForwarded(record, line, begin);
  BETWEEN_TABS.lastIndex = from;
  const [, name, tabbed] = BETWEEN_TABS.exec(line) ?? [];
  if (tabbed !== undefined && record.severity_number === undefined) {
    record.logger = name;
    record.severity_text = tabbed;
    record.severity_number = severityNumber(tabbed);
    record.body = line.slice(BETWEEN_TABS.lastIndex);
    return;
  }
  let start = readWorded(record, line, from);
  let at = readLevelInPlace(record, line, start);
  const space = line.indexOf(" ", at);
  const word = line.slice(at, space < 0 ? line.length : space);
  const isHost = mayBeHost(word) && !isEventFormat(line, at);
  if (hasHost && from === begin && at === start && space > 0 && isHost) {
    record.host_name = word;
    at = space + 1;
    while (line.charCodeAt(at) === 32) at++;
    start = readWorded(record, line, at);
    at = readLevelInPlace(record, line, start);
  }
  at = readTag(record, line, at, at === start);
  record.body = line.slice(readMarkedLevel(record, line, at));
}

/** How an event of CEF or LEEF begins, which is no program's name. */
const EVENT_FORMAT = /(?:CEF: ?\d{1,3}|LEEF: ?\d{1,3}(?:\.\d{1,3})?)\|/y;

function isEventFormat(line: string, at: number): boolean {
  EVENT_FORMAT.lastIndex = at;
  return EVENT_FORMAT.test(line);
}

/** Returns the index after the program's name, if there is one; after a level, it has its process. */
function readTag(record: LogRecord, line: string, at: number, isFirst: boolean): number {
  if (isEventFormat(line, at)) return at;
  TAG.lastIndex = at;
  const tag = TAG.exec(line);
  // Without a colon or a process id the first word belongs to the message: "last message repeated".
  if (tag === null || tag[3] === undefined && (tag[5] !== ":" || !isFirst)) return at;
  if (/^\d\d$/.test(tag[2] ?? "") && /^[A-Z]{3}\d?$/.test(tag[3] ?? "")) {
    [, , record.thread_name, record.logger] = tag; // strongSwan's `06[IKE]`
    return TAG.lastIndex;
  }
  record.service_name = tag[2];
  if (tag[3]) record.process_pid = tag[3];
  if (tag[4] !== undefined) setAttribute(record, "sender", tag[4]);
  const severity = MNEMONIC.exec(tag[2] ?? "")?.[1];
  if (severity !== undefined && record.severity_number === undefined) {
    record.severity_text = SYSLOG_SEVERITIES[Number(severity)];
    record.severity_number = syslogSeverityNumber(Number(severity));
  }
  return TAG.lastIndex;
}
