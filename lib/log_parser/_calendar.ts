const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Two-digit numbers by value. */
export const TWO_DIGITS: readonly string[] = Array.from(
  { length: 100 },
  (_, n) => String(n).padStart(2, "0"),
);

/** Returns 1-12 for the first three letters of an English month name, or 0. */
export function monthNumber(name: string): number {
  const at = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
}

/** English names of the months, as logs abbreviate them. */
export const ENGLISH_MONTHS: readonly string[] = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];
/** French, German, Spanish, Italian and Dutch abbreviations that are not English. */
const FOREIGN_MONTHS = [
  ...[
    "janv ene gen januar",
    "févr februar",
    "mars mär märz mrt",
    "avr abr",
    "mai mag mei",
    "juin giu juni",
  ],
  ...["juil lug juli", "août ago", "sept set", "okt ott oktober", "", "déc dez dic dezember"],
].map((names) => names.split(" "));

/** Source of an expression for these names, small or with a capital. */
export const FOREIGN_MONTH = FOREIGN_MONTHS.flat().filter((name) => name !== "")
  .toSorted((a, b) => b.length - a.length)
  .map((name) => `[${name[0]?.toUpperCase()}${name[0]}]${name.slice(1)}`).join("|");

/** Source of an expression for the months of Japanese, Chinese and Korean: `5月`, `五月`, `5월`. */
export const COUNTED_MONTH = "(?:1[0-2]|[1-9])[月월]|十?[一二]月|[三四五六七八九十]月";

/** Returns 1-12 for a month as other languages abbreviate it, or 0. */
export function foreignMonth(name: string): number {
  if (/[月월]$/.test(name)) return countedMonth(name.slice(0, -1));
  const lower = name.toLowerCase();
  return lower === "" ? 0 : FOREIGN_MONTHS.findIndex((names) => names.includes(lower)) + 1;
}

/** Says whether a proleptic Gregorian date exists. */
export function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && (year % 4 === 0 && year % 100 !== 0 || year % 400 === 0);
  return day <= (DAYS_IN_MONTH[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Returns the days since 1970-01-01 (H. Hinnant's days_from_civil). */
export function daysFromDate(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

let lastDay = Number.NaN;
let lastDate = "";

/** Returns `yyyy-mm-dd` for days since 1970-01-01. */
export function dateFromDays(days: number): string {
  if (days !== lastDay) {
    lastDate = new Date(days * 86_400_000).toISOString().split("T")[0] ?? "";
    lastDay = days;
  }
  return lastDate;
}

/** Reads two decimal digits at an index; NaN-free: anything else gives a number out of range. */
export function twoDigitsAt(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 48;
  const ones = text.charCodeAt(index + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 999;
}

function countedMonth(number: string): number {
  const [, ten = "", one = ""] = /^(十?)([一二三四五六七八九]?)$/.exec(number) ?? [];
  return ten + one === ""
    ? Number(number)
    : (ten === "" ? 0 : 10) + "零一二三四五六七八九".indexOf(one === "" ? "零" : one);
}
