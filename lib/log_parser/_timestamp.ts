import { dateFromDays, daysFromDate, isDate, TWO_DIGITS } from "./_calendar.ts";
import type { LocalZone } from "./_local_zone.ts";
import { type LogRecord, markPartial } from "./_log_record.ts";

/** What is known of a file's times beyond what its lines say. */
export interface TimeContext {
  /** The file's modification time in ms: it gives the year to lines that have none. */
  readonly mtimeMs: number;
  /** Gives the year to lines that have none; `undefined`: the modification time does. */
  readonly year: number | undefined;
  /** Zone of lines without one; `undefined`: UTC is assumed. */
  readonly zone: LocalZone | undefined;
}

/** A timestamp taken apart. */
export interface WallClock {
  /** `undefined`: the line has no year. */
  year: number | undefined;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Fraction digits as written, at most nine are kept. */
  fraction: string;
  /** Minutes east of UTC; `undefined`: the line has no zone. */
  offset: number | undefined;
}

const DAY_SECONDS = 86_400;
const NANOS_YEARS = [1678, 2261] as const;

/** Sets the timestamp columns; a time that does not exist makes the record partial. */
export function setTimestamp(
  record: LogRecord,
  raw: string,
  clock: WallClock,
  time: TimeContext,
): void {
  record.timestamp_raw = raw;
  record.tz_source = clock.offset !== undefined
    ? "explicit"
    : time.zone !== undefined
    ? "configured"
    : "assumed_utc";
  const year = clock.year ?? time.year ?? guessYear(clock, time);
  if (year === undefined || !exists(year, clock)) {
    record.tz_source = undefined;
    markPartial(record, `timestamp "${raw}" does not exist`);
    return;
  }
  record.year_source = clock.year !== undefined
    ? "explicit"
    : time.year !== undefined
    ? "configured"
    : year === localYear(clock, time)
    ? "file_mtime"
    : "rollover";
  setInstant(record, secondsOf(year, clock, time), clock.fraction);
}

/** Sets the timestamp columns that follow from an instant. */
export function setInstant(record: LogRecord, epochSeconds: number, fraction: string): void {
  const days = Math.floor(epochSeconds / DAY_SECONDS);
  const rest = epochSeconds - days * DAY_SECONDS;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  const date = dateFromDays(days);
  const micros = fraction === "" ? "000000" : fraction.slice(0, 6).padEnd(6, "0");
  record.epochSeconds = epochSeconds;
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

function exists(year: number, clock: WallClock): boolean {
  return isDate(year, clock.month, clock.day) && clock.hour <= 23 && clock.minute <= 59 &&
    clock.second <= 59 && Math.abs(clock.offset ?? 0) < 1440;
}

function secondsOf(year: number, clock: WallClock, { zone }: TimeContext): number {
  const local = daysFromDate(year, clock.month, clock.day) * DAY_SECONDS + clock.hour * 3600 +
    clock.minute * 60 + clock.second;
  if (clock.offset !== undefined) return local - clock.offset * 60;
  return zone === undefined ? local : local - zone.offsetAt(local);
}

/** The year in which the file was changed last, by the clock of the line. */
function localYear({ offset }: WallClock, { mtimeMs, zone }: TimeContext): number {
  const seconds = offset === undefined
    ? zone?.offsetAt(Math.floor(mtimeMs / 1000)) ?? 0
    : offset * 60;
  return new Date(mtimeMs + seconds * 1000).getUTCFullYear();
}

/** The newest year in which the line is not later than the file's last change, with a day's grace for clocks and zones. */
function guessYear(clock: WallClock, time: TimeContext): number | undefined {
  const latest = time.mtimeMs / 1000 + DAY_SECONDS;
  const newest = new Date(time.mtimeMs + DAY_SECONDS * 1000).getUTCFullYear();
  for (let year = newest; year > newest - 9; year--) {
    if (exists(year, clock) && secondsOf(year, clock, time) <= latest) return year;
  }
  return undefined;
}
