import type { Subject } from "../../../notebooks/exercises/05/05.3_what_time/check.ts";

type Instants = Subject["instants"];
type Clock = Parameters<Instants>[1];

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

interface Fields {
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function fieldsOf(stamp: string): Fields {
  return {
    month: MONTHS.indexOf(stamp.slice(0, 3)) / 3 + 1,
    day: Number(stamp.slice(4, 6)),
    hour: Number(stamp.slice(7, 9)),
    minute: Number(stamp.slice(10, 12)),
    second: Number(stamp.slice(13, 15)),
  };
}

/** By Temporal. */
function byTemporal(fields: Fields, year: number, zone: string): string | null {
  try {
    const wall = Temporal.PlainDateTime.from({ year, ...fields }, { overflow: "reject" });
    const zoned = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
    if (!zoned.toPlainDateTime().equals(wall)) return null;
    return zoned.toInstant().toString({ smallestUnit: "second" });
  } catch {
    return null;
  }
}

/** By what Intl shows of an instant: the earliest one that has this wall clock. */
function byIntl(fields: Fields, year: number, zone: string): string | null {
  const { month, day, hour, minute, second } = fields;
  const guess = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(guess);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day &&
    date.getUTCHours() === hour && date.getUTCMinutes() === minute;
  if (!isReal) return null;
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const wanted = date.toISOString().slice(0, 19).replace("T", " ");
  for (let quarter = -60; quarter <= 60; quarter++) {
    const at = new Date(guess + quarter * 900_000);
    if (format.format(at) === wanted) return `${at.toISOString().slice(0, 19)}Z`;
  }
  return null;
}

type ToInstant = typeof byTemporal;

function day({ month, day }: Fields): number {
  return month * 31 + day;
}

/** Years relative to that of the first stamp, from the front. */
function yearsFromFront(all: readonly Fields[]): number[] {
  const years: number[] = [];
  let year = 0;
  let last: Fields | undefined;
  for (const fields of all) {
    const step = last === undefined ? 0 : day(fields) - day(last);
    if (step > 186) {
      years.push(year - 1);
      continue;
    }
    if (step < -186) year++;
    years.push(year);
    last = fields;
  }
  return years;
}

function lastYear(
  last: Fields | undefined,
  { zone, modified }: Clock,
  toInstant: ToInstant,
): number {
  const limit = Date.parse(modified);
  const years = Array.from({ length: 9 }, (_, i) => new Date(limit + 864e5).getUTCFullYear() - i);
  return years.find((year) => {
    const instant = last && toInstant(last, year, zone);
    return typeof instant === "string" && Date.parse(instant) <= limit;
  }) ?? years[0] ?? 0;
}

function solve(stamps: readonly string[], clock: Clock, toInstant: ToInstant): (string | null)[] {
  const all = stamps.map(fieldsOf);
  const years = yearsFromFront(all);
  const offset = lastYear(all.at(-1), clock, toInstant) - (years.at(-1) ?? 0);
  return all.map((fields, i) => toInstant(fields, (years[i] ?? 0) + offset, clock.zone));
}

/** A walk from the last stamp to the first. */
function fromTheEnd(stamps: readonly string[], clock: Clock): (string | null)[] {
  const all = stamps.map(fieldsOf);
  const result: (string | null)[] = [];
  let year = lastYear(all.at(-1), clock, byTemporal);
  let next: Fields | undefined;
  for (const fields of all.toReversed()) {
    const step = next === undefined ? 0 : day(next) - day(fields);
    // Seen from behind, a turn is a step up; a late line of the old year is one for itself.
    const isTurn = step < -186;
    if (next !== undefined && step > 186) year++;
    if (isTurn) year--;
    result.unshift(byTemporal(fields, year, clock.zone));
    next = fields;
  }
  return result;
}

/** A year that only this class changes. */
class Calendar {
  #year: number;
  #last: Fields | undefined;

  constructor(year: number) {
    this.#year = year;
  }

  yearOf(fields: Fields): number {
    const step = day(fields) - day(this.#last ?? fields);
    if (step > 186) return this.#year - 1;
    if (step < -186) this.#year += 1;
    this.#last = fields;
    return this.#year;
  }
}

/** Leaves out the stamps at the end that never were. */
function withoutEnd(instants: Instants): Instants {
  return (stamps, clock) => {
    const limit = Date.parse(clock.modified);
    const end = stamps.findLastIndex((stamp) =>
      Array.from({ length: 9 }, (_, i) => new Date(limit).getUTCFullYear() - i)
        .some((year) => byTemporal(fieldsOf(stamp), year, clock.zone) !== null)
    );
    const found = instants(stamps.slice(0, end + 1), clock);
    return [...found, ...stamps.slice(end + 1).map(() => null)];
  };
}

const FORMS: Record<string, { instants: Instants }> = {
  "Temporal": { instants: (stamps, clock) => solve(stamps, clock, byTemporal) },
  "Intl, and no Temporal": { instants: (stamps, clock) => solve(stamps, clock, byIntl) },
  "from the end to the start": { instants: fromTheEnd },
  "destructured parameters": {
    instants: (stamps, { zone, modified }) => solve(stamps, { zone, modified }, byTemporal),
  },
  "a calendar that keeps its year": {
    instants(stamps, clock) {
      const all = stamps.map(fieldsOf);
      const probe = new Calendar(0);
      const years = all.map((fields) => probe.yearOf(fields));
      const calendar = new Calendar(lastYear(all.at(-1), clock, byTemporal) - (years.at(-1) ?? 0));
      return all.map((fields) => byTemporal(fields, calendar.yearOf(fields), clock.zone));
    },
  },
  "every first year is tried": {
    instants(stamps, clock) {
      const all = stamps.map(fieldsOf);
      const years = yearsFromFront(all);
      const limit = Date.parse(clock.modified);
      for (let first = new Date(limit + 864e5).getUTCFullYear(); first > 1970; first--) {
        const found = all.map((fields, i) =>
          byTemporal(fields, first + (years[i] ?? 0), clock.zone)
        );
        const last = found.at(-1);
        if (typeof last === "string" && Date.parse(last) <= limit) return found;
      }
      return stamps.map(() => null);
    },
  },
  "milliseconds in its answers": {
    instants: (stamps, clock) =>
      solve(stamps, clock, byTemporal).map((one) =>
        one === null ? null : new Date(one).toISOString()
      ),
  },
  "a generator behind an array": {
    instants(stamps, clock) {
      function* all() {
        yield* solve(stamps, clock, byTemporal);
      }
      return [...all()];
    },
  },
};

/** Unusual, and right. */
export const right = Object.fromEntries(
  Object.entries(FORMS).map(([name, { instants }]) => [name, { instants: withoutEnd(instants) }]),
);
