import type { ApiStream } from "../config/mod.ts";

/** Forms of a cursor value. */
export type CursorFormat = NonNullable<ApiStream["incremental"]>["from"];

/** The last moment that a date can name, in ms. */
const LAST_TIME = 8.64e15;

/**
 * Returns a record's cursor value in comparable form: milliseconds or a number for numeric forms, the text itself
 * for `string`; `undefined` where the record has no usable value.
 *
 * What a double cannot hold is rounded down: a watermark that is too low costs a record read twice, one that is too
 * high would cost a record.
 */
export function cursorOf(
  value: unknown,
  format: CursorFormat,
): number | string | undefined {
  switch (format) {
    case "string":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "iso": {
      const time = typeof value === "string" ? parseTime(value) : NaN;
      return Number.isNaN(time) ? undefined : time;
    }
    default: {
      const number = typeof value === "string" && value !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
      if (format === "number") return roundedDown(number);
      const time = format === "epoch_s" ? number * 1000 : number;
      return Math.abs(time) <= LAST_TIME ? time : undefined;
    }
  }
}

/** The runtime takes a time without a zone for local time; what a record means cannot depend on who reads it. */
function parseTime(text: string): number {
  if (/[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text)) return Date.parse(`${text}Z`);
  if (/^\d{4}-/.test(text)) return Date.parse(text);
  const inUtc = Date.parse(`${text} UTC`);
  return Number.isNaN(inUtc) ? Date.parse(text) : inUtc;
}

function roundedDown(number: number): number {
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = number;
  bits[0] = (bits[0] ?? 0n) - (number > 0 ? 1n : -1n);
  return double[0];
}

/** Returns the text in which the ledger keeps a cursor value: ISO 8601 for times. */
export function watermarkText(cursor: number | string, format: CursorFormat): string {
  if (typeof cursor === "string") return cursor;
  return format === "number" ? numberText(cursor) : new Date(cursor).toISOString();
}

/** The runtime writes no more digits than tell a double from its neighbours; they may add up to more than it is. */
function numberText(number: number): string {
  return Number.isInteger(number) ? BigInt(number).toString() : String(number);
}

/** Reads back what {@linkcode watermarkText} wrote. */
export function parseWatermark(text: string, format: CursorFormat): number | string {
  if (format === "string") return text;
  return format === "number" ? Number(text) : Date.parse(text);
}

/**
 * Returns where an incremental read begins: the watermark less the lag, and one step earlier, as the parameter can say.
 *
 * Some APIs take what comes "after" a value to leave the value itself out; what came late with the watermark's own
 * value would be lost. Text has no distance, so neither lag nor step.
 */
export function beginning(
  watermark: string,
  incremental: NonNullable<ApiStream["incremental"]>,
): number | string {
  const { from, to, lag } = incremental;
  const cursor = parseWatermark(watermark, from);
  return typeof cursor === "string" ? cursor : stepBack(cursor - lag, to);
}

/** Says whether a record with this cursor value may come when a read begins there. */
export function isFrom(begin: number | string, cursor: number | string): boolean {
  return cursor >= (typeof begin === "number" ? roundedDown(begin) : begin);
}

/** Returns the value one step earlier, as the parameter can say it. */
export function stepBack(cursor: number | string, to: CursorFormat): number | string {
  if (typeof cursor === "string") return cursor;
  const step = to === "epoch_s" ? 1000 : 1;
  const whole = to === "number" ? cursor : Math.floor(cursor / step) * step;
  // Zero is a border of its own: few APIs take ids or times below it.
  return cursor >= 0 ? Math.max(0, whole - step) : whole - step;
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
      return numberText(cursor);
  }
}
