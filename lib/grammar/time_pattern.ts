import { type Civil, civilTime, type ParsedTime } from "./civil_time.ts";

/** One part of a pattern: what it reads, and how it is written. */
interface Part {
  readonly source: string;
  readonly take?: (text: string, fields: Fields) => void;
  readonly write: (time: Temporal.ZonedDateTime) => string;
}

type Fields = { -readonly [Key in keyof Civil]: Civil[Key] } & { afternoon?: boolean };

interface Compiled {
  readonly expression: RegExp;
  readonly parts: readonly Part[];
  readonly hasZone: boolean;
}

const cache = new Map<string, Compiled | undefined>();

/** A letter run, a quoted text (`''` is a quote) or any other character. */
const TOKEN = /([A-Za-z])\1*|'(?:[^']|'')*'|[^]/g;

/** Says whether a text is a date pattern in the letters of Java and Spark, with at least year, month and day. */
export function isTimePattern(pattern: string): boolean {
  return compile(pattern) !== undefined;
}

/** Says whether values of a pattern name their own zone. */
export function patternHasZone(pattern: string): boolean {
  return compile(pattern)?.hasZone ?? false;
}

/**
 * Reads a value in a date pattern, such as `dd.MM.yyyy HH:mm`; nothing may come before or after it.
 *
 * @returns `undefined` if the value has another form or names a day that does not exist.
 */
export function parseByPattern(text: string, pattern: string): ParsedTime | undefined {
  const compiled = compile(pattern);
  const found = compiled?.expression.exec(text);
  if (compiled === undefined || !found) return undefined;
  const fields: Fields = { year: 0, month: 0, day: 0 };
  for (const [index, { take }] of compiled.parts.entries()) take?.(found[index + 1] ?? "", fields);
  if (fields.afternoon !== undefined) {
    const { hour = 0 } = fields;
    if (hour < 1 || hour > 12) return undefined;
    fields.hour = hour % 12 + (fields.afternoon ? 12 : 0);
  }
  return civilTime(fields);
}

/** Writes an instant in a date pattern, as clocks in a zone show it. */
export function formatByPattern(ms: number, pattern: string, timezone: string): string {
  const time = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timezone);
  return compile(pattern)?.parts.map((part) => part.write(time)).join("") ?? "";
}

/** How long the shortest step of a pattern is, in ms: a time cannot be said more exactly in it. */
export function patternStep(pattern: string): number {
  const letters = new Set(pattern.replaceAll(/'(?:[^']|'')*'/g, ""));
  if (letters.has("S")) return 1;
  if (letters.has("s")) return 1000;
  if (letters.has("m")) return 60_000;
  return letters.has("H") || letters.has("h") ? 3_600_000 : 86_400_000;
}

function compile(pattern: string): Compiled | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  const parts = Array.from(pattern.matchAll(TOKEN), ([token]) => partOf(token));
  const known = parts.filter((part) => part !== undefined);
  const has = (letter: string) => new RegExp(letter).test(pattern.replaceAll(/'[^']*'/g, ""));
  const isWhole = known.length === parts.length && ["y", "M", "d"].every(has);
  const compiled = isWhole
    ? {
      expression: new RegExp(`^${known.map(({ source }) => `(${source})`).join("")}$`, "i"),
      parts: known,
      hasZone: has("[XZ]"),
    }
    : undefined;
  cache.set(pattern, compiled);
  return compiled;
}

function partOf(token: string): Part | undefined {
  if (!/^[A-Za-z]/.test(token)) {
    const text = /^'.+'$/s.test(token) ? token.slice(1, -1) : token;
    const literal = text.replaceAll("''", "'");
    return { source: RegExp.escape(literal), write: () => literal };
  }
  const width = token.length;
  switch (token[0]) {
    case "y":
      return width === 2 ? shortYear() : width === 4 ? number("year", 4) : undefined;
    case "M":
      return width <= 2 ? number("month", width) : undefined;
    case "d":
      return width <= 2 ? number("day", width) : undefined;
    case "H":
      return width <= 2 ? number("hour", width) : undefined;
    case "h":
      return width <= 2 ? twelveHour(width) : undefined;
    case "m":
      return width <= 2 ? number("minute", width) : undefined;
    case "s":
      return width <= 2 ? number("second", width) : undefined;
    case "S":
      return width <= 9 ? fraction(width) : undefined;
    case "a":
      return width === 1 ? half() : undefined;
    case "X":
    case "Z":
      return width <= 3 ? zone(token) : undefined;
    default:
      return undefined;
  }
}

function number(
  field: "year" | "month" | "day" | "hour" | "minute" | "second",
  width: number,
): Part {
  return {
    source: width === 1 ? "\\d{1,2}" : `\\d{${width}}`,
    take: (text, fields) => {
      fields[field] = Number(text);
    },
    write: (time) => String(time[field]).padStart(width, "0"),
  };
}

/** Two digits are a year of this century. */
function shortYear(): Part {
  return {
    source: "\\d{2}",
    take: (text, fields) => {
      fields.year = 2000 + Number(text);
    },
    write: (time) => String(time.year % 100).padStart(2, "0"),
  };
}

function twelveHour(width: number): Part {
  const part = number("hour", width);
  return { ...part, write: ({ hour }) => String(hour % 12 || 12).padStart(width, "0") };
}

function half(): Part {
  return {
    source: "[AP]M",
    take: (text, fields) => {
      fields.afternoon = /^p/i.test(text);
    },
    write: ({ hour }) => hour < 12 ? "AM" : "PM",
  };
}

function fraction(width: number): Part {
  return {
    source: `\\d{${width}}`,
    take: (text, fields) => {
      fields.fraction = text;
    },
    write: (time) => String(time.millisecond).padStart(3, "0").padEnd(width, "0").slice(0, width),
  };
}

function zone(token: string): Part {
  const colon = token === "XXX";
  return {
    source: `${token[0] === "X" ? "Z|" : ""}[+-]\\d\\d(?::?\\d\\d)?`,
    take: (text, fields) => {
      fields.zone = text;
    },
    write: ({ offset }) => {
      if (token[0] === "X" && offset === "+00:00") return "Z";
      return colon ? offset : offset.replace(":", "");
    },
  };
}
