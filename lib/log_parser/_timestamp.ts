import { dateFromDays, daysFromDate, isDate, TWO_DIGITS } from "./_calendar.ts";
import type { FileTimes } from "./_file_times.ts";
import { type LogRecord, markPartial } from "./_log_record.ts";
import { mayMean, type WrittenZone } from "./_zones.ts";

/** A timestamp taken apart. */
export interface WallClock {
  /** `undefined`: the line has no year. */
  readonly year: number | undefined;
  /** 0: the line has no date, or one whose order only the file tells; see `parts`. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Fraction digits as written, at most nine are kept. */
  readonly fraction: string;
  /** `undefined`: the line has no zone; `"unknown"`: it has one that is unknown or means several. */
  readonly offset: WrittenZone | "unknown" | undefined;
  /** The name of the zone, if several countries mean different times by it. */
  readonly zoneName?: string | undefined;
  /** The three numbers of a date such as 07/08/22, in the order in which they are written. */
  readonly parts?: readonly [string, string, string];
  /** Set for a time that is written as a count of seconds. */
  readonly epochSeconds?: number;
}

const DAY_SECONDS = 86_400;
/** A time without its year has the offset that it has in this one. */
const LEAP_YEAR = 2024;
const NANOS_YEARS = [1678, 2261] as const;

/** Sets the timestamp columns; a time that does not exist, or that would be a guess too far, makes the record partial. */
export function setTimestamp(
  record: LogRecord,
  raw: string,
  written: WallClock,
  times: FileTimes,
): void {
  record.timestamp_raw = raw;
  times.lastClock = written;
  record.unzoned = written.offset === undefined ? written : undefined;
  if (written.epochSeconds !== undefined) {
    record.tz_source = "explicit";
    record.year_source = "explicit";
    setInstant(record, written.epochSeconds, written.fraction, times);
    return;
  }
  const problem = setWallClock(record, written, times);
  if (problem === undefined) return;
  record.tz_source = undefined;
  record.year_source = undefined;
  markPartial(record, `timestamp "${raw.slice(0, 64)}" ${problem}`);
}

/** Returns why the time cannot be told, if it cannot. */
function setWallClock(record: LogRecord, written: WallClock, times: FileTimes): string | undefined {
  let clock = written;
  if (written.parts !== undefined) {
    const ordered = times.dateOf(written.parts);
    if (ordered === undefined) return "may mean several dates: give their order";
    clock = { ...written, ...ordered };
  } else if (written.month === 0) return "has no date";
  const [offset, source] = zoneIn(clock, times);
  if (offset === "unknown") return "has a zone that is unknown or means several";
  const zone = offset ?? times.zone;
  if (zone === undefined && times.isStrict) return "has no zone";
  const year = clock.year ?? times.yearOf(clock);
  if (year === undefined) return "has no year, and the file does not show one: give it";
  if (!exists(year, clock)) return "does not exist";
  const seconds = secondsOf(year, clock, zone);
  const state = typeof zone === "object"
    ? zone.stateAt(secondsOf(year, clock, undefined))
    : undefined;
  if (state === "skipped") return "does not exist in its zone, whose clocks skip it";
  if (state === "twice" && times.isStrict) return "happens twice in its zone, as clocks go back";
  if (clock.year === undefined && !times.isPast(seconds)) {
    return "has no year, and is later than the file: give it";
  }
  record.tz_source = state === "twice" ? "assumed_earlier" : source;
  record.year_source = clock.year !== undefined ? "explicit" : times.yearSource(year, zone);
  if (written.parts !== undefined) record.date_order = times.dateOrder;
  setInstant(record, seconds, clock.fraction, times);
  return undefined;
}

/** Returns the zone of a time, and where it comes from. */
function zoneIn(clock: WallClock, { zone, isStrict }: FileTimes): [WallClock["offset"], string] {
  const { offset, zoneName } = clock;
  if (offset === undefined) return [zone, zone === undefined ? "assumed_utc" : "configured"];
  if (zoneName === undefined) return [offset, "explicit"];
  const ahead = zone?.offsetAt(secondsOf(clock.year ?? LEAP_YEAR, clock, undefined));
  if (ahead !== undefined && mayMean(zoneName, ahead)) return [zone, "configured"];
  return [isStrict ? "unknown" : offset, "assumed_us"];
}

/** Sets the timestamp columns that follow from an instant. */
function setInstant(
  record: LogRecord,
  epochSeconds: number,
  fraction: string,
  { isWritten }: FileTimes,
): void {
  record.epochSeconds = epochSeconds;
  record.fraction = fraction;
  if (!isWritten) return;
  const days = Math.floor(epochSeconds / DAY_SECONDS);
  const rest = epochSeconds - days * DAY_SECONDS;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  const date = dateFromDays(days);
  const micros = fraction === "" ? "000000" : fraction.slice(0, 6).padEnd(6, "0");
  record.timestamp = `${date}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${
    TWO_DIGITS[rest % 60]
  }.${micros}Z`;
  record.timestamp_precision = precisionOf(fraction.length);
  const year = Number.parseInt(date, 10);
  if (year < NANOS_YEARS[0] || year > NANOS_YEARS[1]) return;
  record.timestamp_nanos = nanosOf(epochSeconds, fraction);
}

function nanosOf(epochSeconds: number, fraction: string): string {
  if (epochSeconds > 0) {
    return fraction === ""
      ? `${epochSeconds}000000000`
      : `${epochSeconds}${fraction.slice(0, 9).padEnd(9, "0")}`;
  }
  const nanos = BigInt(fraction === "" ? 0 : Number(fraction.slice(0, 9).padEnd(9, "0")));
  return String(BigInt(epochSeconds) * 1_000_000_000n + nanos);
}

function precisionOf(digits: number): string {
  if (digits === 0) return "s";
  if (digits <= 3) return "ms";
  return digits <= 6 ? "us" : "ns";
}

/** Whether a date and time exist in a year. */
export function exists(year: number, clock: WallClock): boolean {
  const { offset } = clock;
  return isDate(year, clock.month, clock.day) && clock.hour <= 23 && clock.minute <= 59 &&
    clock.second <= 59 && (typeof offset !== "number" || Math.abs(offset) < 1440);
}

/** Seconds since 1970 of a time in a year; without a zone, on its own clocks. */
export function secondsOf(year: number, clock: WallClock, zone: WrittenZone | undefined): number {
  const local = daysFromDate(year, clock.month, clock.day) * DAY_SECONDS + clock.hour * 3600 +
    clock.minute * 60 + clock.second;
  if (zone === undefined) return local;
  return local - (typeof zone === "number" ? zone * 60 : zone.offsetAt(local));
}
