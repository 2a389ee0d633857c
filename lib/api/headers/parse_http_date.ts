const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = MONTHS.join("|");
const SHORT_DAY = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
const LONG_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";
const TIME = "(?<h>\\d{2}):(?<m>\\d{2}):(?<s>\\d{2})";

const FORMS = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^(?:${SHORT_DAY}), (?<d>\\d{2}) (?<mon>${MONTH}) (?<y>\\d{4}) ${TIME} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^(?:${LONG_DAY}), (?<d>\\d{2})-(?<mon>${MONTH})-(?<yy>\\d{2}) ${TIME} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(`^(?:${SHORT_DAY}) (?<mon>${MONTH}) (?<d>\\d{2}| \\d) ${TIME} (?<y>\\d{4})$`),
];

/**
 * Parses an HTTP date in one of its three forms (RFC 9110, section 5.6.7), strictly.
 *
 * @param text The field's value.
 * @param now Ms since the epoch; decides the century of a two-digit year, which is never more than 50 years ahead.
 * @returns Ms since the epoch, or `undefined` where the text is no such date.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777000);
 * assertEquals(parseHttpDate("1994-11-06"), undefined);
 * ```
 */
export function parseHttpDate(text: string, now: number = Date.now()): number | undefined {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return toEpoch(groups, now);
  }
  return undefined;
}

function toEpoch(groups: Record<string, string | undefined>, now: number): number | undefined {
  const day = Number(groups.d);
  const month = MONTHS.indexOf(groups.mon ?? "");
  const [hour, minute, second] = [Number(groups.h), Number(groups.m), Number(groups.s)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const year = groups.yy === undefined ? Number(groups.y) : fullYear(Number(groups.yy), now);
  const midnight = new Date(0).setUTCFullYear(year, month, day);
  if (new Date(midnight).getUTCDate() !== day) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
