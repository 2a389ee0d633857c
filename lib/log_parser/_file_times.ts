import { isDate } from "./_calendar.ts";
import { DATE_ORDERS, type DateOrder } from "./date_order.ts";
import { fullYear } from "./clock_patterns.ts";
import { LocalZone } from "./_local_zone.ts";
import type { NormalizeLogOptions } from "./normalize_log.ts";
import { exists, secondsOf, type WallClock } from "./_timestamp.ts";
import { isNewestFirst, YearTurns } from "./_year_turns.ts";
import type { WrittenZone } from "./_zones.ts";

/** What the user and the file system say of a file's times. */
export interface TimeOptions {
  /** The file's modification time in ms. */
  readonly mtimeMs: number;
  /** Year of the first line without one. */
  readonly year: number | undefined;
  /** Zone of lines without one; `undefined`: UTC is assumed. */
  readonly zone: LocalZone | undefined;
  /** Order of dates such as 07/08/22; `undefined`: the file's own dates tell it. */
  readonly dateOrder: DateOrder | undefined;
  /** Refuses every guess. */
  readonly isStrict: boolean;
  /** Writes times as text; without it only the seconds are kept, as metrics need them. */
  readonly isWritten: boolean;
}

/**
 * Checks what the user says of a file's times.
 *
 * @throws {RangeError} For a year that is not whole, or an unknown time zone.
 * @throws {TypeError} For an order of dates that is none.
 */
export function resolveTimes(options: NormalizeLogOptions): TimeOptions {
  const { year, dateOrder } = options;
  if (year !== undefined && !(Number.isSafeInteger(year) && year >= 0 && year <= 9999)) {
    throw new RangeError(`Cannot normalize log: year is ${year}, expected one of 0 to 9999`);
  }
  if (dateOrder !== undefined && !DATE_ORDERS.includes(dateOrder)) {
    const orders = DATE_ORDERS.join(", ");
    throw new TypeError(
      `Cannot normalize log: dateOrder is "${dateOrder}", expected one of ${orders}`,
    );
  }
  return {
    mtimeMs: options.mtimeMs,
    year,
    zone: options.timezone === undefined ? undefined : new LocalZone(options.timezone),
    dateOrder,
    isStrict: options.strict ?? false,
    isWritten: options.records ?? true,
  };
}

/** A time of the sample, and whether its line is as Spark and Hadoop write it: `yy/MM/dd HH:mm:ss LEVEL class: text`. */
export interface SampledClock {
  readonly clock: WallClock;
  readonly isSpark: boolean;
}

type Parts = readonly [string, string, string];

const DAY_SECONDS = 86_400;

/** Decides, once for a file, what its lines do not say of their times: year, order of dates, zone. */
export class FileTimes {
  readonly zone: LocalZone | undefined;
  readonly isStrict: boolean;
  readonly isWritten: boolean;
  readonly dateOrder: DateOrder | undefined;
  /** The clock that was read last, for those who sample a file. */
  lastClock: WallClock | undefined;
  readonly #options: TimeOptions;
  /** The year of the first line without one. */
  readonly #year: number | undefined;
  readonly #turns: YearTurns;

  /** @param sample Times of the file's head, middle and tail, in order. */
  constructor(options: TimeOptions, sample: readonly SampledClock[]) {
    this.#options = options;
    this.zone = options.zone;
    this.isStrict = options.isStrict;
    this.isWritten = options.isWritten;
    this.dateOrder = options.dateOrder ?? (options.isStrict ? undefined : orderOf(sample, options));
    const yearless = sample.map(({ clock }) => clock)
      .filter((clock) => clock.year === undefined && clock.month > 0);
    const isFalling = isNewestFirst(yearless);
    this.#turns = new YearTurns(isFalling);
    this.#year = options.year ??
      (options.isStrict ? undefined : this.#firstYear(yearless, isFalling));
  }

  /** Reads three numbers as a date; `undefined`: the order is not known. */
  dateOf(parts: Parts): { year: number; month: number; day: number } | undefined {
    const order = this.dateOrder ?? (isSameInAll(parts) ? "dmy" : undefined);
    return order === undefined ? undefined : dateIn(order, parts);
  }

  /** The year of a line without one: it goes up where the file's dates start over. */
  yearOf(clock: WallClock): number | undefined {
    return this.#year === undefined ? undefined : this.#year + this.#turns.next(clock);
  }

  /** Whether a time whose year was decided here may be right: it is not later than the file. */
  isPast(seconds: number): boolean {
    return this.#options.year !== undefined || seconds <= this.#latest;
  }

  /** Where a year comes from that was decided here. */
  yearSource(year: number, zone: WrittenZone | undefined): string {
    if (this.#options.year !== undefined) return "configured";
    return year === this.#mtimeYear(zone) ? "file_mtime" : "rollover";
  }

  get #latest(): number {
    return this.#options.mtimeMs / 1000 + DAY_SECONDS; // A day's grace for clocks and zones.
  }

  #mtimeYear(zone: WrittenZone | undefined): number {
    const seconds = Math.floor(this.#options.mtimeMs / 1000);
    const offset = typeof zone === "number" ? zone * 60 : zone?.offsetAt(seconds) ?? 0;
    return new Date((seconds + offset) * 1000).getUTCFullYear();
  }

  /**
   * The newest line, which is the last of most files, gets the newest year in which it is not later than the file; the
   * others follow from their order. Where a line is of 29 February, its year has that day.
   */
  #firstYear(clocks: readonly WallClock[], isFalling: boolean): number | undefined {
    const turns = new YearTurns(isFalling);
    const years = clocks.map((clock) => turns.next(clock));
    const newest = new Date(this.#latest * 1000).getUTCFullYear();
    const last = clocks.at(isFalling ? 0 : -1);
    if (last === undefined) return newest;
    const leaps = new Set(years.filter((_, i) => clocks[i]?.month === 2 && clocks[i]?.day === 29));
    const zone = typeof last.offset === "object" || typeof last.offset === "number"
      ? last.offset
      : this.zone;
    for (let year = newest; year > newest - 9; year--) {
      const first = year - (years.at(isFalling ? 0 : -1) ?? 0);
      const hasLeaps = [...leaps].every((turn) => isDate(first + turn, 2, 29));
      if (hasLeaps && exists(year, last) && secondsOf(year, last, zone) <= this.#latest) {
        return first;
      }
    }
    return undefined;
  }
}

function dateIn(order: DateOrder, parts: Parts): { year: number; month: number; day: number } {
  const [year, month, day] = order === "ymd"
    ? parts
    : order === "mdy"
    ? [parts[2], parts[0], parts[1]]
    : [parts[2], parts[1], parts[0]];
  return {
    year: year.length === 2 ? fullYear(year) : Number(year),
    month: Number(month),
    day: Number(day),
  };
}

/** Whether a date is the same one in each order that it may have: 05/05/2026, and 05/05/05. */
function isSameInAll([first, second, third]: Parts): boolean {
  return Number(first) === Number(second) && (third.length === 4 || third === first);
}

function existsIn(order: DateOrder, parts: Parts, clock: WallClock): boolean {
  if (order === "ymd" && parts[2].length === 4) return false;
  const date = dateIn(order, parts);
  return exists(date.year, { ...clock, ...date });
}

/** The one order in which all dates of the sample exist, are not later than the file, and do not fall; `undefined`: several. */
function orderOf(
  sample: readonly SampledClock[],
  { mtimeMs }: TimeOptions,
): DateOrder | undefined {
  // A date that exists in no order says nothing.
  const dated = sample.filter(({ clock }) =>
    DATE_ORDERS.some((order) => clock.parts !== undefined && existsIn(order, clock.parts, clock))
  );
  if (dated.length === 0) return undefined;
  const latest = mtimeMs / 1000 + DAY_SECONDS;
  const possible = DATE_ORDERS.filter((order) => {
    let before = -Infinity;
    return dated.every(({ clock }) => {
      const parts = clock.parts ?? ["", "", ""];
      if (!existsIn(order, parts, clock)) return false;
      const date = dateIn(order, parts);
      const seconds = secondsOf(date.year, { ...clock, ...date }, undefined);
      const isRight = seconds >= before - DAY_SECONDS && seconds <= latest;
      before = Math.max(before, seconds);
      return isRight;
    });
  });
  if (possible.length === 1) return possible[0];
  return possible.includes("ymd") && dated.every(({ isSpark }) => isSpark) ? "ymd" : undefined;
}
