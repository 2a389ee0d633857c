import { formatTimeValue, type TimeForm } from "../grammar/mod.ts";

/**
 * Returns the text in which the audit database keeps a cursor value: ISO 8601 for times.
 *
 * @param isZoneless Whether the time is one that names no zone: it is kept without one.
 */
export function watermarkText(
  cursor: number | string,
  format: TimeForm,
  isZoneless = false,
): string {
  if (format === "number" || typeof cursor === "string") return formatTimeValue(cursor, "number");
  const text = formatTimeValue(cursor, "iso");
  return isZoneless ? text.slice(0, -1) : text;
}

/** Reads back what {@linkcode watermarkText} wrote. */
export function parseWatermark(text: string, format: TimeForm): number | string {
  if (format === "string") return text;
  if (format === "number") return Number(text);
  return Date.parse(isZonelessWatermark(text) ? `${text}Z` : text);
}

/** Says whether a watermark is a time that names no zone. */
export function isZonelessWatermark(text: string): boolean {
  return /T\d\d:\d\d:\d\d\.\d{3}$/.test(text);
}
