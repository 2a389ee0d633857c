import { monthNumber, twoDigitsAt } from "./_calendar.ts";
import { setTrailingFields } from "./_access_trailing.ts";
import { decodeQuoted, quoteEnd } from "./_quoted.ts";
import { beginsWithTwoAddresses, readAccessHead, setAccessHead } from "./_access_head.ts";
import { type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import type { FileTimes } from "./_file_times.ts";
import { findClock } from "./clock_patterns.ts";
import { setTimestamp, type WallClock } from "./_timestamp.ts";
import { setRequest } from "./_url.ts";

/** `dd/Mon/yyyy:HH:MM:SS ±zzzz` */
const TIME_LENGTH = 26;
/** Another time in brackets before the request: with a fraction, in ISO's form, without a zone. */
const OTHER_TIME = / \[([^\]]{16,48})\] "/;

/** Apache's and nginx's access lines, common and combined, with the usual additions on both sides. */
export const ACCESS: LineParser = {
  formats: ["combined", "common"],
  joins: "none",
  isUnambiguous: true,
  parse: parseAccess,
};

/** Of a file whose lines begin with virtual hosts: which of two addresses is one, nothing shows. */
export const ACCESS_OF_VHOSTS: LineParser = {
  ...ACCESS,
  parse: (line, time) => beginsWithTwoAddresses(line) ? undefined : parseAccess(line, time),
};

/** What Apache's own configuration writes to `ssl_request_log`. */
const SSL_REQUEST = /^\[([^\]]{26})\] (\S+) (-|(?:TLS|SSL)v[\d.]+) (-|[\w-]+) "(.*)" (\d{1,15}|-)$/;

function parseSslRequest(line: string, time: FileTimes): LogRecord | undefined {
  const [, raw = "", client = "", protocol = "-", cipher = "-", request = "", size] =
    SSL_REQUEST.exec(line) ?? [];
  const found = size === undefined ? undefined : findClock(raw);
  const isWhole = quoteEnd(`${request}"`, 0) === request.length;
  if (size === undefined || found?.length !== raw.length || !isWhole) return undefined;
  const record = new LogRecord("common");
  setTimestamp(record, raw, found.clock, time);
  if (client !== "-") record.client_address = client;
  if (protocol !== "-") setAttribute(record, "ssl_protocol", protocol);
  if (cipher !== "-") setAttribute(record, "ssl_cipher", cipher);
  setRequest(record, request);
  if (size !== "-") record.response_bytes = Number(size);
  return record;
}

function parseAccess(line: string, time: FileTimes): ParseResult {
  const ssl = line.charCodeAt(0) === 91 ? parseSslRequest(line, time) : undefined;
  if (ssl !== undefined) return ssl;
  if (line.startsWith("[httpd] ")) {
    // InfluxDB names its part before the line.
    const record = parseAccess(line.slice(8), time);
    return record instanceof LogRecord ? record : undefined;
  }
  let bracket = findTime(line, 0);
  let timeEnd = bracket + 2 + TIME_LENGTH;
  let clock: WallClock | undefined;
  if (bracket < 0) {
    const other = line.includes(" [") ? OTHER_TIME.exec(line) : null;
    const raw = other?.[1] ?? "";
    const found = other === null ? undefined : findClock(raw);
    if (other === null || found?.length !== raw.length) return undefined;
    clock = found.clock;
    bracket = other.index;
    timeEnd = bracket + 2 + raw.length;
  }
  const head = readAccessHead(line, bracket);
  if (head === undefined) return undefined;
  const request = timeEnd + 3;
  if (line.charCodeAt(request - 1) !== 34) {
    return new Malformed("expected the quoted request after the time", request);
  }
  const requestEnd = quoteEnd(line, request);
  if (requestEnd < 0) return new Malformed("the quoted request is not closed", request);
  const status = statusAt(line, requestEnd + 1);
  if (status < 0) return new Malformed("expected a status of three digits", requestEnd + 3);
  const sizeStart = requestEnd + 6;
  const sizeEnd = endOfToken(line, sizeStart);
  const size = line.slice(sizeStart, sizeEnd);
  if (size !== "-" && !/^\d{1,15}$/.test(size)) {
    return new Malformed('expected a size in digits or "-"', sizeStart + 1);
  }
  const record = new LogRecord("common");
  const broken = setQuotedTail(record, line, sizeEnd);
  if (broken !== undefined) return broken;
  setAccessHead(record, head);
  const raw = line.slice(bracket + 2, timeEnd);
  setTimestamp(record, raw, clock ?? accessClock(raw), time);
  setRequest(record, line.slice(request, requestEnd));
  record.http_status = status;
  if (size !== "-") record.response_bytes = Number(size);
  return record;
}

/** Returns the index of the space before `[dd/Mon/yyyy:...]`, or -1; a user name may hold brackets, so it goes on. */
function findTime(line: string, from: number): number {
  for (let at = line.indexOf(" [", from); at >= 0; at = line.indexOf(" [", at + 1)) {
    if (
      line.charCodeAt(at + 4) === 47 && line.charCodeAt(at + 8) === 47 &&
      line.charCodeAt(at + 13) === 58 && line.charCodeAt(at + 2 + TIME_LENGTH) === 93
    ) return at;
  }
  return -1;
}

function statusAt(line: string, space: number): number {
  if (line.charCodeAt(space) !== 32 || line.charCodeAt(space + 4) !== 32) return -1;
  const hundreds = line.charCodeAt(space + 1) - 48;
  const rest = twoDigitsAt(line, space + 2);
  return hundreds >= 1 && hundreds <= 9 && rest < 100 ? hundreds * 100 + rest : -1;
}

function endOfToken(line: string, from: number): number {
  const end = line.indexOf(" ", from);
  return end < 0 ? line.length : end;
}

/** Reads what follows the size: referrer and user agent, then anything. */
function setQuotedTail(record: LogRecord, line: string, sizeEnd: number): Malformed | undefined {
  if (sizeEnd >= line.length) return undefined;
  if (line.charCodeAt(sizeEnd + 1) !== 34) {
    return readTrailing(record, line, sizeEnd);
  }
  const referrerEnd = quoteEnd(line, sizeEnd + 2);
  if (referrerEnd < 0) return new Malformed("the quoted referrer is not closed", sizeEnd + 2);
  const agent = referrerEnd + 3;
  if (line.charCodeAt(agent - 1) !== 34) {
    return new Malformed("expected the quoted user agent after the referrer", referrerEnd + 2);
  }
  const agentEnd = quoteEnd(line, agent);
  if (agentEnd < 0) return new Malformed("the quoted user agent is not closed", agent);
  record.format = "combined";
  record.referrer = fieldText(line, sizeEnd + 2, referrerEnd);
  record.user_agent = fieldText(line, agent, agentEnd);
  return agentEnd + 1 < line.length ? readTrailing(record, line, agentEnd + 1) : undefined;
}

function readTrailing(record: LogRecord, line: string, from: number): Malformed | undefined {
  if (line.charCodeAt(from) !== 32) return new Malformed("expected a space or the end", from + 1);
  const second = findTime(line, from);
  if (second >= 0) return new Malformed("a second line begins in this one", second + 1);
  setTrailingFields(record, line, from);
  return undefined;
}

function fieldText(line: string, start: number, end: number): string | undefined {
  if (end === start || end === start + 1 && line.charCodeAt(start) === 45) return undefined;
  return decodeQuoted(line.slice(start, end));
}

function accessClock(raw: string): WallClock {
  const sign = raw.charCodeAt(21) === 45 ? -1 : 1;
  return {
    year: twoDigitsAt(raw, 7) * 100 + twoDigitsAt(raw, 9),
    month: monthNumber(raw.slice(3, 6)),
    day: twoDigitsAt(raw, 0),
    hour: twoDigitsAt(raw, 12),
    minute: twoDigitsAt(raw, 15),
    second: twoDigitsAt(raw, 18),
    fraction: "",
    offset: sign * (twoDigitsAt(raw, 22) * 60 + twoDigitsAt(raw, 24)),
  };
}
