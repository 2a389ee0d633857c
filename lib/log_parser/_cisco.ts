import { monthNumber } from "./_calendar.ts";
import type { FileTimes } from "./_file_times.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { setTimestamp } from "./_timestamp.ts";
import { ZONE_WORDS, zoneBehind } from "./_zones.ts";

/** What IOS writes before `%FACILITY-severity-MNEMONIC`: its name, and a time; a mark says that its clock is not set. */
const BEFORE_MNEMONIC = new RegExp(
  "^(?:: )?(?:([A-Za-z][\\w.-]*): (?=[*.]?[A-Z][a-z]{2} ))?" +
    "(?:([*.]?)(([A-Z][a-z]{2}) {1,2}(\\d{1,2})(?: (\\d{4}))? (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?" +
    `(?: (${ZONE_WORDS}))?(?: (\\d{4}))?): )?(?=%[A-Z]\\w*(?:-[A-Z]\\w*)*-[0-7]-\\w+: )`,
);
const DAY_SECONDS = 86_400;

/** Behind the count of all messages, the number of the line. */
export const CISCO_SEQUENCE =
  "(?:(\\d{1,10}): (?=(?:[A-Za-z][\\w.-]*: )?[*.]?[A-Z][a-z]{2} {1,2}\\d))?";
const SEQUENCE = /^(\d{1,10}): /;
const HOST_AND_MNEMONIC = /[A-Za-z][\w.-]* (?=%[A-Z]\w*(?:-[A-Z]\w*)*-[0-7]-\w+: )/y;

/** Whether the name of the device is between its time and the mnemonic. */
export function isHostOfCisco(line: string, at: number): boolean {
  HOST_AND_MNEMONIC.lastIndex = at;
  return HOST_AND_MNEMONIC.test(line);
}

/** Sets what IOS counts: its lines, and before them, where there are two numbers, all its messages. */
export function setCounts(record: LogRecord, count?: string, sequence?: string): void {
  if (sequence !== undefined) setAttribute(record, "sequence", sequence);
  if (count) setAttribute(record, sequence === undefined ? "sequence" : "message_counter", count);
}

/**
 * Takes off a record of syslog what IOS wrote before its mnemonic, as a server stores it behind its own time.
 *
 * @returns The length of what is taken off the body; `undefined`: it is not Cisco's.
 */
export function readStoredCisco(record: LogRecord, times: FileTimes): number | undefined {
  const { service_name: count, body = "" } = record;
  if (record.process_pid !== undefined || count !== undefined && !/^\d{1,10}$/.test(count)) return;
  const [number = "", sequence] = count === undefined ? [] : SEQUENCE.exec(body) ?? [];
  const head = BEFORE_MNEMONIC.exec(body.slice(number.length));
  if (head === null) return;
  setCounts(record, count, sequence);
  record.service_name = undefined;
  const origin = head[1];
  if (origin !== undefined && origin !== record.host_name) {
    if (record.host_name === undefined) record.host_name = origin;
    else setAttribute(record, "origin", origin);
  }
  if (head[3] !== undefined) setDeviceTime(record, head, times);
  return number.length + head[0].length;
}

/** The device's time is nearer to the event than the server's, unless its clock is not set, or its zone a guess where the server's is none. */
function setDeviceTime(record: LogRecord, head: RegExpExecArray, times: FileTimes): void {
  const [, , mark = "", raw = ""] = head;
  const { epochSeconds: stored, timestamp_raw: storedRaw = "" } = record;
  const own = stored === undefined ? undefined : deviceTime(stored, head, times);
  const seconds = own?.epochSeconds;
  const isGuess = record.tz_source === "explicit" && own?.tz_source !== "explicit";
  const isFar = Math.abs((seconds ?? 0) - (stored ?? 0)) > DAY_SECONDS;
  if (own === undefined || seconds === undefined || isGuess || mark !== "" && isFar) {
    setAttribute(record, "device_time", mark + raw);
    return;
  }
  record.timestamp = own.timestamp;
  record.timestamp_nanos = own.timestamp_nanos;
  record.timestamp_raw = raw;
  record.timestamp_precision = own.timestamp_precision;
  record.tz_source = own.tz_source;
  if (head[6] !== undefined || head[12] !== undefined) record.year_source = own.year_source;
  record.epochSeconds = seconds;
  record.fraction = own.fraction;
  record.unzoned = own.unzoned;
  setAttribute(record, "envelope_time", storedRaw);
}

/** Returns a record that has the device's time alone. */
function deviceTime(stored: number, head: RegExpExecArray, times: FileTimes): LogRecord {
  const [, , , raw = "", name = "", day, early, hour, minute, second, fraction = "", zone, late] =
    head;
  const month = monthNumber(name);
  const year = early ?? late;
  const own = new LogRecord("rfc3164");
  const { lastClock } = times;
  setTimestamp(own, raw, {
    year: year === undefined ? yearBeside(stored, month) : Number(year),
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    ...zoneBehind(zone),
  }, times);
  times.lastClock = lastClock; // The year of a file is that of the server's times.
  return own;
}

/** The year of a month without one, next to a time that has it: only at its turn are they two. */
function yearBeside(seconds: number, month: number): number {
  const date = new Date(seconds * 1000);
  const stored = date.getUTCMonth() + 1;
  const step = stored === 1 && month === 12 ? -1 : stored === 12 && month === 1 ? 1 : 0;
  return date.getUTCFullYear() + step;
}
