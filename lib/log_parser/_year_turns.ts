import { daysFromDate } from "./_calendar.ts";
import type { WallClock } from "./_timestamp.ts";

/** Dates without a year are compared in one that has all of them. */
const LEAP_YEAR = 2024;
const YEAR_DAYS = 366;
/** By how many days a line may be late in its year; what is further back is the year after. */
const LATE_DAYS = 31;
/** By how many days a line may be late across the turn of the year: if the file has shown that turn, and if not. */
const LATE_AFTER_TURN = 14;
const LATE_AT_START = 3;
/** How many steps back, small ones, it takes to call a file one that begins with its newest line. */
const LEAST_FALLS = 3;

/**
 * Counts the years that go by in a file whose times have none, by the order of its lines alone.
 *
 * However long a gap is, it goes forward: `Feb  1` and then `Nov 20` are of one year, `Oct  1` and then `Jul  1` of two. A
 * line that is a few days late stays in its year, and one of 31 December after those of 1 January is of the year before.
 */
export class YearTurns {
  readonly #isFalling: boolean;
  #years = 0;
  #day: number | undefined;
  #hasTurned = false;
  /** The day before a device started with its clock not set. */
  #beforeStart: number | undefined;

  /** @param isFalling Whether the file begins with its newest line. */
  constructor(isFalling: boolean) {
    this.#isFalling = isFalling;
  }

  /** Returns how many years after the file's first line the next one was written; it may be negative. */
  next(clock: WallClock): number {
    const day = dayOf(clock);
    const turn = this.#day === undefined ? 0 : this.#turnOf(day - this.#day, day);
    if (turn !== 0) this.#hasTurned = true;
    if (!isUnset(clock)) this.#beforeStart = undefined;
    else if (turn > 0) this.#beforeStart = this.#day;
    this.#day = day;
    return this.#years += turn;
  }

  #turnOf(step: number, day: number): number {
    // Without its clock a device begins at 1 January, and goes on where it was.
    if (this.#beforeStart !== undefined && step > LATE_DAYS) {
      if (Math.abs(day - this.#beforeStart) <= LATE_DAYS) return -1;
    }
    const late = YEAR_DAYS - (this.#hasTurned ? LATE_AFTER_TURN : LATE_AT_START);
    if (this.#isFalling) return step > LATE_DAYS ? -1 : step <= -late ? 1 : 0;
    return step < -LATE_DAYS ? 1 : step >= late ? -1 : 0;
  }
}

/** Whether most lines of a sample are older than the line before them. */
export function isNewestFirst(clocks: readonly WallClock[]): boolean {
  let falls = 0;
  let rises = 0;
  let before: number | undefined;
  for (const clock of clocks) {
    const hours = dayOf(clock) * 24 + clock.hour + clock.minute / 60 + clock.second / 3600;
    const step = before === undefined ? 0 : hours - before;
    if (step < 0 && step > -LATE_DAYS * 24) falls++;
    if (step > 0 && step < LATE_DAYS * 24) rises++;
    before = hours;
  }
  return falls >= LEAST_FALLS && falls > 3 * rises;
}

function isUnset({ month, day, hour }: WallClock): boolean {
  return month === 1 && day === 1 && hour === 0;
}

function dayOf({ month, day }: WallClock): number {
  return daysFromDate(LEAP_YEAR, month, day);
}
