/**
 * A line does not know its year; the file knows it, since it was written in order and since it was changed last at a known
 * moment. So the decision is made once for the file: the last line is the newest that it can be, and every turn of the year
 * before it takes one off. A rule for single lines ("the newest year that is not in the future") gives two neighbors of
 * one night two years, as soon as the file is old.
 *
 * A turn is a step back by more than half a year. Lines are late by seconds, and logs of several processes by minutes;
 * a rule without that slack begins a new year with every late line.
 *
 * "Not later than the file" compares instants, so the zone belongs to it: at 23:30 in New York on 31 December, it is next
 * year in UTC already, and in Auckland it was so for a day.
 *
 * A zone is a name and not an offset: Berlin is one hour ahead in January and two in July. Clocks that go forward skip an
 * hour; a time in it never was, and anyone who moves it to its neighbor invents an order. When they go back, an hour happens twice;
 * the task says which one counts, and a tool that guesses should say that it does.
 *
 * Date.parse makes 2 March of 30 February and knows no zones; Temporal refuses, if it is asked to.
 *
 * @module
 */
/** What is known of a log besides its lines. */
export interface LogClock {
  /** IANA name of the zone of the clock that wrote it. */
  readonly zone: string;
  /** When the file was last changed: ISO text in UTC. */
  readonly modified: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STAMP = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)$/;
const HALF_A_YEAR = 186;

interface Stamp {
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Returns the instants of a log's times, in their order; `null` for a time that never was. */
export function instants(stamps: readonly string[], clock: LogClock): (string | null)[] {
  const read = stamps.map(readStamp);
  const turns = turnsBefore(read);
  const { at, year } = anchorOf(read, clock);
  const first = year - (turns[at] ?? 0);
  return read.map((stamp, i) => instantOf(stamp, first + (turns[i] ?? 0), clock.zone));
}

function readStamp(text: string): Stamp | undefined {
  const [, name = "", ...numbers] = STAMP.exec(text) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  const [day = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number);
  return month === 0 ? undefined : { month, day, hour, minute, second };
}

/** For each stamp, how often the year has turned since the first one. */
function turnsBefore(stamps: readonly (Stamp | undefined)[]): number[] {
  let turns = 0;
  let last: number | undefined;
  return stamps.map((stamp) => {
    if (stamp === undefined) return turns;
    const day = stamp.month * 31 + stamp.day;
    const step = day - (last ?? day);
    // A late line of the year before is no step forward by a year.
    if (step > HALF_A_YEAR) return turns - 1;
    if (step < -HALF_A_YEAR) turns++;
    last = day;
    return turns;
  });
}

/** The last stamp that ever was, and the newest year in which it is not later than the file. */
function anchorOf(stamps: readonly (Stamp | undefined)[], { zone, modified }: LogClock) {
  const newest = Temporal.Instant.from(modified).add({ hours: 24 }).toZonedDateTimeISO("UTC").year;
  for (let at = stamps.length - 1; at >= 0; at--) {
    for (let year = newest; year > newest - 9; year--) {
      const instant = instantOf(stamps[at], year, zone);
      const isPast = instant !== null && Date.parse(instant) <= Date.parse(modified);
      if (isPast) return { at, year };
    }
  }
  return { at: 0, year: newest };
}

function instantOf(stamp: Stamp | undefined, year: number, zone: string): string | null {
  if (stamp === undefined) return null;
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from({ year, ...stamp }, { overflow: "reject" });
  } catch {
    return null; // 30 February, 25 o'clock.
  }
  const zoned = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  return zoned.toPlainDateTime().equals(local) ? zoned.toInstant().toString() : null;
}
