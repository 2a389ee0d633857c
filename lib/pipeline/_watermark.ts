import type { ApiStream } from "../config/mod.ts";

/** Forms of a cursor value. */
export type CursorFormat = NonNullable<ApiStream["incremental"]>["from"];

/**
 * Returns a record's cursor value in comparable form: milliseconds or a number for numeric forms, the text itself
 * for `string`; `undefined` where the record has no usable value.
 */
export function cursorOf(
  value: unknown,
  format: CursorFormat,
): number | string | undefined {
  switch (format) {
    case "string":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "iso": {
      const time = typeof value === "string" ? Date.parse(inUtc(value)) : NaN;
      return Number.isNaN(time) ? undefined : time;
    }
    default: {
      const number = typeof value === "string" && value !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
      return format === "epoch_s" ? number * 1000 : number;
    }
  }
}

/** The runtime takes a time of day without a zone for local time; what a record means cannot depend on who reads it. */
function inUtc(text: string): string {
  return /[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text) ? `${text}Z` : text;
}

/** Returns the text in which the ledger keeps a cursor value: ISO 8601 for times. */
export function watermarkText(cursor: number | string, format: CursorFormat): string {
  if (typeof cursor === "string") return cursor;
  return format === "number" ? String(cursor) : new Date(cursor).toISOString();
}

/** Reads back what {@linkcode watermarkText} wrote. */
export function parseWatermark(text: string, format: CursorFormat): number | string {
  if (format === "string") return text;
  return format === "number" ? Number(text) : Date.parse(text);
}

/** Returns where an incremental read begins: the cursor value less the lag (text has no distance, so no lag). */
export function lessLag(cursor: number | string, lag: number): number | string {
  return typeof cursor === "number" ? cursor - lag : cursor;
}

/** Returns a cursor value as the request wants it. */
export function parameterText(cursor: number | string, to: CursorFormat): string {
  if (typeof cursor === "string") return cursor;
  switch (to) {
    case "iso":
      return new Date(cursor).toISOString();
    case "epoch_s":
      return String(Math.floor(cursor / 1000));
    default:
      return String(cursor);
  }
}
