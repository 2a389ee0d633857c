import { formatTimeValue, type TimeForm } from "../grammar/mod.ts";

/** Returns the text in which the audit database keeps a cursor value: ISO 8601 for times. */
export function watermarkText(cursor: number | string, format: TimeForm): string {
  return formatTimeValue(cursor, format === "number" ? "number" : "iso");
}

/** Reads back what {@linkcode watermarkText} wrote. */
export function parseWatermark(text: string, format: TimeForm): number | string {
  if (format === "string") return text;
  return format === "number" ? Number(text) : Date.parse(text);
}
