import type { TimeForm } from "../grammar/mod.ts";

const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Reads a cursor value that a person wrote; `undefined` where it has not the stream's format.
 *
 * Times are ISO 8601 whatever the records hold, in UTC where no zone is named.
 */
export function parseCursor(text: string, format: TimeForm): number | string | undefined {
  if (format === "string") return text;
  if (format === "number") {
    const number = NUMBER.test(text) ? Number(text) : NaN;
    // Beyond, neighbors cannot be told apart, and a range is nothing but its boundaries.
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
  }
  const [, date, zone] = DATE.exec(text) ?? [];
  if (date === undefined || !isDay(date)) return undefined;
  const time = Date.parse(zone === undefined && text !== date ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

/** The runtime takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
