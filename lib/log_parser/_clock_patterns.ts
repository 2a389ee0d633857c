import { monthNumber } from "./_calendar.ts";
import type { WallClock } from "./_timestamp.ts";

/** One way in which applications write a timestamp. */
interface ClockPattern {
  /** Anchored at the start of the line; group numbers are what `read` knows. */
  readonly pattern: RegExp;
  read(groups: readonly (string | undefined)[]): WallClock;
}

/** A timestamp found at the start of a line. */
export interface FoundClock {
  readonly clock: WallClock;
  /** Length of the timestamp as written. */
  readonly length: number;
}

const TIME = "(\\d\\d):(\\d\\d):(\\d\\d)(?:[.,:](\\d{1,9})(?!\\d))?";
const ZONE = "(?: ?(Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)(?![\\w:]))?";
const MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";

const PATTERNS: readonly ClockPattern[] = [
  {
    pattern: new RegExp(`^(\\d{4})([-/.])(\\d\\d)\\2(\\d\\d)[T ]${TIME}${ZONE}`),
    read: ([, y, , mo, d, h, mi, s, f, z]) => clock([y, mo, d, h, mi, s, f], z),
  },
  {
    pattern: new RegExp(`^(\\d\\d)/(\\d\\d)/(\\d\\d) ${TIME}${ZONE}`),
    read: ([, y, mo, d, h, mi, s, f, z]) => clock([century(y), mo, d, h, mi, s, f], z),
  },
  {
    pattern: /^(\d\d)(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)(?= )/,
    read: ([, y, mo, d, h, mi, s]) => clock([century(y), mo, d, h, mi, s, ""], undefined),
  },
  {
    pattern: new RegExp(`^(\\d\\d)[-/]${MONTH}[-/](\\d{4})[ :]${TIME}${ZONE}`),
    read: ([, d, mo, y, h, mi, s, f, z]) => clock([y, month(mo), d, h, mi, s, f], z),
  },
  {
    pattern: new RegExp(`^${MONTH} (\\d\\d?), (\\d{4}) (\\d\\d?):(\\d\\d):(\\d\\d) ([AP])M`),
    read: ([, mo, d, y, h, mi, s, half]) =>
      clock([y, month(mo), d, String(Number(h) % 12 + (half === "P" ? 12 : 0)), mi, s, ""]),
  },
  {
    pattern: /^(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})(?!\d)/,
    read: ([, mo, d, h, mi, s, f]) => clock([undefined, mo, d, h, mi, s, f]),
  },
];

let lastUsed = 0;

/** Reads a timestamp at the start of a text; the kind found last is tried first. */
export function findClock(text: string): FoundClock | undefined {
  for (let i = 0; i < PATTERNS.length; i++) {
    const index = i === 0 ? lastUsed : i <= lastUsed ? i - 1 : i;
    const kind = PATTERNS[index];
    const match = kind?.pattern.exec(text);
    if (kind === undefined || match === null || match === undefined) continue;
    lastUsed = index;
    return { clock: kind.read(match), length: match[0].length };
  }
  return undefined;
}

/** Returns the minutes east of UTC of `Z`, `UTC`, `+02:00` or `+0200`. */
export function zoneMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return zone.startsWith("-") ? -minutes : minutes;
}

type Parts = readonly [
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
];

function clock(parts: Parts, zone?: string): WallClock {
  const [year, month, day, hour, minute, second, fraction] = parts;
  return {
    year: year === undefined ? undefined : Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction: fraction ?? "",
    offset: zone === undefined ? undefined : zoneMinutes(zone),
  };
}

function century(year: string | undefined): string {
  return `${Number(year) < 70 ? "20" : "19"}${year}`;
}

function month(name: string | undefined): string {
  return String(monthNumber(name ?? ""));
}
