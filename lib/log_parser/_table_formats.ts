import { findClock } from "./clock_patterns.ts";
import { durationNanos } from "./_duration.ts";
import type { FileTimes } from "./_file_times.ts";
import {
  DIRECTIVE,
  INCOMPLETE,
  type LineParser,
  Malformed,
  type ParseResult,
} from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { isTimeName, meaningOf } from "./_field_names.ts";
import { setNamedField } from "./_named_fields.ts";
import { setTimestamp } from "./_timestamp.ts";

const W3C_VALUE = /"(?:[^"]|"")*"|\S+/g;
const W3C_DIRECTIVE =
  /^#(?:Version|Fields|Software|Log-[Tt]ype|Date|Start-Date|End-Date|Remark|System|Time Format|GMT-Offset|separator|set_separator|empty_field|unset_field|path|open|close|fields|types)\b/;
export const NOTHING: ReadonlySet<string> = new Set(["", "-", "(empty)"]);

/** W3C extended logs: `#Fields:` says what the lines hold, and may change between them. */
export function w3cParser(): LineParser {
  let fields: readonly string[] | undefined;
  let isTabbed = false;
  let hasCommas = false;
  let isLocal = false;
  return {
    formats: ["w3c"],
    joins: "none",
    isExclusive: true,
    parse(line, times): ParseResult {
      if (line.charCodeAt(0) === 35) {
        const names = /^#[Ff]ields:?\s+(.*)$/.exec(line)?.[1];
        if (names !== undefined) {
          isTabbed = line.startsWith("#fields");
          // Exchange's are CSV below it.
          hasCommas = /^\S+,\S+$/.test(names.trim());
          fields = names.trim().split(hasCommas ? "," : /\s+/);
        }
        // Windows' firewall says so of its times; those of the standard are in UTC.
        if (line.startsWith("#Time Format:")) isLocal = /: *local/i.test(line);
        return W3C_DIRECTIVE.test(line) ? DIRECTIVE : undefined;
      }
      if (fields === undefined) return undefined;
      const row = hasCommas ? splitCsv(line, ",") : [];
      if (row === undefined) return INCOMPLETE;
      if (typeof row === "number") return new Malformed(STRAY_QUOTE, row + 1);
      const values = hasCommas
        ? row
        : isTabbed || line.includes("\t")
        ? line.split("\t")
        : line.match(W3C_VALUE) ?? [];
      if (values.length === fields.length) {
        return w3cRecord(fields, values, times, { isLocal, isCsv: hasCommas });
      }
      return new Malformed(`expected ${fields.length} fields, found ${values.length}`, 1);
    },
  };
}

/** Fields of a date and its time, the surest first; those with a zone are of IIS' Advanced Logging. */
const W3C_TIMES: readonly (readonly [date: string, time: string])[] = [
  ["date", "time"],
  ["date-utc", "time-utc"],
  ["date-UTC", "time-UTC"],
  ["Date-UTC", "Time-UTC"],
  ["date-local", "time-local"],
  ["Date-Local", "Time-Local"],
];

function w3cRecord(
  names: readonly string[],
  values: readonly string[],
  times: FileTimes,
  { isLocal, isCsv }: { isLocal: boolean; isCsv: boolean },
): LogRecord {
  const record = new LogRecord("w3c");
  const at = (name: string) => values[names.indexOf(name)] ?? "";
  const pair = W3C_TIMES.find((two) => two.every((name) => names.includes(name)));
  if (pair !== undefined) {
    const raw = pair.map(at).join(" ");
    const found = findClock(raw);
    const isZoned = !isLocal && !/local$/i.test(pair[0]);
    if (found?.length === raw.length) {
      setTimestamp(record, raw, isZoned ? { ...found.clock, offset: 0 } : found.clock, times);
    } else setNamedField(record, "time", raw, times);
  }
  for (const [i, name] of names.entries()) {
    const written = values[i] ?? "";
    const value = isCsv ? written : written.replace(/^"(.*)"$/, "$1").replaceAll('""', '"');
    if (
      NOTHING.has(value) ||
      record.timestamp_raw !== undefined && pair?.includes(name)
    ) continue;
    // IIS writes milliseconds; the standard's seconds, as CloudFront writes them, have a point.
    if (name === "time-taken") {
      const isSeconds = value.includes(".") || names.includes("x-edge-location");
      record.duration_ns = durationNanos(value, isSeconds ? "s" : "ms");
    } else if (meaningOf(name) === "host_name") {
      // What a proxy, a server or Zeek calls so is whom the request was for.
      setAttribute(record, name, value);
    } else setNamedField(record, name, value, times);
  }
  return record;
}

const STRAY_QUOTE = "a quote where none can be: a quoted value is whole";

/** Header of a CSV or TSV log. */
export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Names by which the values are known, in the same order. */
  readonly keys: readonly string[];
}

const UNIT = / ?[([](ns|us|ms|s)[)\]]$/;

/**
 * Reads the first line of a file as a header; `undefined`: its names are not those of a log, and no column of the lines
 * below holds times.
 */
export function csvHeader(lines: readonly string[], isCertain = false): CsvHeader | undefined {
  const [header = "", ...below] = lines;
  for (const delimiter of [",", "\t", ";", "|"]) {
    const found = splitCsv(header, delimiter);
    const names = Array.isArray(found) ? found.map((name) => name.trim()) : [];
    if (names.length < 2 || new Set(names).size < names.length) continue;
    if (!names.every((name) => /^[\p{L}@_][\p{L}\p{N}\w@.:/()# -]{0,60}$/u.test(name))) continue;
    const keys = names.map((name) => {
      const plain = name.toLowerCase().replace(UNIT, "_$1").replaceAll(" ", "_");
      return meaningOf(plain) !== undefined ? plain : name;
    });
    const rows = below.map((line) => splitCsv(line, delimiter))
      .filter((row) => Array.isArray(row) && row.length === names.length) as string[][];
    const time = keys.some(isTimeName)
      ? -1
      : names.findIndex((_, i) =>
        rows.length * 2 >= below.length && rows.length > 0 &&
        rows.every((row) => findClock(row[i] ?? "")?.length === row[i]?.length)
      );
    if (time >= 0) keys[time] = "timestamp";
    if (isCertain || keys.some(isTimeName)) return { delimiter, names, keys };
  }
  return undefined;
}

/** Windows' DHCP server explains its numbers above the header. */
const DHCP_HEADER = "ID,Date,Time,Description,";
const DHCP_LEGEND =
  /^(?:\s*Microsoft DHCP\w* Service Activity Log|Event ID {1,2}Meaning|\d+\+?\t|QResult: )/;
const MOST_LEGEND = 80;

/** Reads the header of a log of Windows' DHCP server, if it is one. */
export function dhcpHeader(lines: readonly string[]): CsvHeader | undefined {
  const at = lines.slice(0, MOST_LEGEND).findIndex((line) => line.startsWith(DHCP_HEADER));
  if (at < 1 || !lines.slice(0, at).every((line) => DHCP_LEGEND.test(line))) return undefined;
  return csvHeader(lines.slice(at, at + 1));
}

/** Next to the address of a network card, or in the log of a DHCP server, the host is the client that it is of. */
const NETWORK_CARD =
  /^(?:(?:client|device|src|source)[ _-]?)?(?:mac|hw|hardware|ethernet)[ _-]?(?:addr(?:ess)?)?$/i;

/**
 * CSV by RFC 4180: a quoted value may hold line breaks.
 *
 * @param comments Lines above the header.
 */
export function csvParser(
  { delimiter, names, keys }: CsvHeader,
  comments: readonly string[] = [],
): LineParser {
  const isOfClients = names.join(",").startsWith(DHCP_HEADER) ||
    names.some((name) => NETWORK_CARD.test(name));
  return {
    formats: ["csv"],
    joins: "none",
    isExclusive: true,
    parse(line, times): ParseResult {
      if (comments.includes(line)) return DIRECTIVE;
      if (names[3] === "Description" && DHCP_LEGEND.test(line)) return DIRECTIVE;
      const values = splitCsv(line, delimiter);
      if (values === undefined) return INCOMPLETE;
      if (typeof values === "number") {
        return new Malformed(STRAY_QUOTE, values + 1);
      }
      if (values.length !== names.length) {
        return new Malformed(`expected ${names.length} fields, found ${values.length}`, 1);
      }
      if (values.every((value, i) => value.trim() === names[i])) return DIRECTIVE;
      const record = new LogRecord("csv");
      for (const [i, key] of keys.entries()) {
        const value = values[i] ?? "";
        if (value === "") continue;
        if (isOfClients && meaningOf(key) === "host_name") {
          setAttribute(record, names[i] ?? key, value);
        } else setNamedField(record, key, value, times);
      }
      return record;
    },
  };
}

const PG_COLUMNS =
  "time user_name database pid connection_from session_id session_line_num command_tag session_start_time virtual_transaction_id transaction_id level sql_state_code message detail hint internal_query internal_query_pos context statement query_pos location application_name backend_type leader_pid query_id"
    .split(" ");
const PG_LEVEL = PG_COLUMNS.indexOf("level");
/** Since PostgreSQL 9, 13 and 14. */
const PG_WIDTHS: ReadonlySet<number> = new Set([23, 24, 26]);
const PG_LINE =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z0-9+-]{2,6},(?:"[^"]*")?,(?:"[^"]*")?,\d+,/;

/** PostgreSQL's `csvlog`, which has no header. */
export const PG_CSV: LineParser = {
  formats: ["postgresql"],
  joins: "none",
  parse(line, times) {
    if (!PG_LINE.test(line)) return undefined;
    const values = splitCsv(line, ",");
    if (values === undefined) return INCOMPLETE;
    if (typeof values === "number" || !PG_WIDTHS.has(values.length)) return undefined;
    const record = new LogRecord("postgresql");
    for (const [i, value] of values.entries()) {
      const text = i === PG_LEVEL ? value.replace(/\d$/, "") : value;
      if (text !== "") setPgColumn(record, PG_COLUMNS[i] ?? "", text, times);
    }
    return record.severity_number === undefined ? undefined : record;
  },
};

/** The client's column holds its port too, which no bracket sets apart from IPv6; `[local]` is no address. */
function setPgColumn(record: LogRecord, name: string, value: string, times: FileTimes): void {
  const [, address, port = ""] = name === "connection_from" ? /^(.+):(\d+)$/.exec(value) ?? [] : [];
  if (address === undefined) setNamedField(record, name, value, times);
  else {
    record.client_address = address;
    setAttribute(record, "client_port", port);
  }
  const [, ms] = name === "message" ? /^duration: (\d+\.\d+) ms(?: |$)/.exec(value) ?? [] : [];
  if (ms !== undefined) record.duration_ns = durationNanos(ms, "ms");
}

/**
 * Splits one record; `undefined`: a quoted value is not closed; a number: the index of a quote that is neither doubled nor
 * at an end of its value. Between tabs and bars, which nobody needs to quote, such a quote is a character.
 */
function splitCsv(line: string, delimiter: string): string[] | number | undefined {
  const isStrict = delimiter === "," || delimiter === ";";
  const values: string[] = [];
  for (let at = 0;;) {
    let value = "";
    const isQuoted = line[at] === '"';
    if (isQuoted) {
      for (at++;;) {
        const quote = line.indexOf('"', at);
        if (quote < 0) return undefined;
        value += line.slice(at, quote);
        at = quote + 1;
        if (line[at] !== '"') break;
        value += '"';
        at++;
      }
    }
    const next = line.indexOf(delimiter, at);
    const end = next < 0 ? line.length : next;
    if (isQuoted && end > at) return at;
    const rest = line.slice(at, end);
    if (isStrict && rest.includes('"')) return at + rest.indexOf('"');
    values.push(value + rest);
    if (next < 0) return values;
    at = end + delimiter.length;
  }
}
