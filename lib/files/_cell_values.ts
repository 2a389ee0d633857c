const DAY_MS = 86_400_000;
/** Serial numbers from here on are after the year 9999. */
const END_1900 = 2_958_466;

/** How a cell shows its number, if it is a date or time. */
export interface DateStyle {
  readonly hasDate: boolean;
  readonly hasTime: boolean;
  /** Whether hours go on beyond 24. */
  readonly isElapsed: boolean;
}

const [DATE, TIME, BOTH, ELAPSED] = [
  { hasDate: true, hasTime: false, isElapsed: false },
  { hasDate: false, hasTime: true, isElapsed: false },
  { hasDate: true, hasTime: true, isElapsed: false },
  { hasDate: false, hasTime: true, isElapsed: true },
] as const;

/** Returns what a number format that every workbook has shows (ECMA-376, 18.8.30). */
export function builtInStyle(id: number): DateStyle | undefined {
  if (id === 22) return BOTH;
  if (id === 46) return ELAPSED;
  if (id >= 14 && id <= 17 || id >= 27 && id <= 31 || id === 36 || id >= 50 && id <= 58) {
    return DATE;
  }
  if (id >= 18 && id <= 21 || id >= 32 && id <= 35 || id === 45 || id === 47) return TIME;
  return undefined;
}

/** Returns what the code of a number format shows, by its first section. */
export function styleOf(code: string): DateStyle | undefined {
  const shown = code.replaceAll(/"[^"]*"|\\.|_.|\*./g, "").split(";", 1)[0] ?? "";
  if (/\[(?:h+|m+|s+)\]/i.test(shown)) return ELAPSED;
  const letters = shown.replaceAll(/\[[^\]]*\]|am\/pm|a\/p|general/gi, "").toLowerCase();
  const hasTime = /[hs]/.test(letters);
  const hasDate = /[yd]/.test(letters) || !hasTime && letters.includes("m");
  return hasDate || hasTime ? { hasDate, hasTime, isElapsed: false } : undefined;
}

/**
 * Returns a number as a date or time in ISO 8601, without a zone, as the cell has none. What is no such date stays the
 * number that it is: one before 1900 or after 9999, and the day 60, which 1900 did not have.
 */
export function dateText(
  number: string,
  { hasDate, hasTime, isElapsed }: DateStyle,
  is1904: boolean,
): string {
  const serial = Number(number);
  const ms = Math.round(serial * DAY_MS);
  if (!(serial >= 0 && serial < END_1900)) return number;
  if (isElapsed) return timeText(ms);
  if (serial < 1 && hasTime && !is1904) return timeText(ms);
  if (serial < 1 && !hasDate) return timeText(ms);
  const day = Math.floor(ms / DAY_MS);
  if (!is1904 && (day === 0 || day === 60)) return number;
  const start = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  const text = new Date(start + ms).toISOString();
  return hasTime || ms % DAY_MS !== 0 ? text.replace(/(?:\.000)?Z$/, "") : text.slice(0, 10);
}

function timeText(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const time = `${two(ms / 3_600_000)}:${two(ms / 60_000 % 60)}:${two(ms / 1000 % 60)}`;
  return ms % 1000 === 0 ? time : `${time}.${String(ms % 1000).padStart(3, "0")}`;
}

/**
 * Returns a number as it is in its file. Of fractions programs write the 17 digits of a double, `1.1000000000000001`:
 * they become the shortest that say the same, as a cell shows them.
 */
export function numberText(number: string): string {
  const [, digits = ""] = /^-?0*((?:\d*\.)?\d+)$/.exec(number) ?? [];
  const length = digits.replace(/^\.0*|\./, "").length;
  if (!digits.includes(".") || length < 16 || length > 17) return number;
  const shortest = String(Number(number));
  return shortest.includes("e") ? number : shortest;
}

/** Takes the escapes of characters that XML cannot hold out of a text (ECMA-376, 22.9.2.19). */
export function unescaped(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replaceAll(
    /_x([\da-f]{4})_/gi,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Returns the number of a column, from 0, and the row of a cell's name, such as `B12`. */
export function cellPlace(
  name: string,
): { readonly column: number; readonly row: number } | undefined {
  const [, letters = "", row = ""] = /^([A-Z]{1,3})(\d{1,7})$/.exec(name) ?? [];
  if (letters === "") return undefined;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return { column: column - 1, row: Number(row) };
}

/** Returns a value as a field of CSV. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
