/** Forms of the boundaries of a window. */
export const WINDOW_FORMS = ["iso", "epoch_s", "epoch_ms", "number"] as const;

/** One of {@linkcode WINDOW_FORMS}. */
export type WindowForm = (typeof WINDOW_FORMS)[number];

/** Forms of a watermark: a time, a number that grows, or text that sorts. */
export const TIME_FORMS = [...WINDOW_FORMS, "string"] as const;

/** One of {@linkcode TIME_FORMS}. */
export type TimeForm = (typeof TIME_FORMS)[number];

/** A value that can be compared with others of its form: ms since the epoch, a number, or text. */
export type TimeValue = number | string;

/** Options of {@linkcode parseTimeValue}. */
export interface ParseTimeValueOptions {
  /** IANA zone of ISO values that name none. @default {"UTC"} */
  readonly timezone?: string | undefined;
}

/** The last moment that a date can name, in ms. */
const LAST_TIME = 8.64e15;

/**
 * Reads a value of a form: milliseconds for times, a number for `number`, the text itself for `string`.
 *
 * A number that a double cannot hold is rounded down: a watermark that is too low costs a record read twice, one that
 * is too high would cost a record. A local time that happens twice, as clocks go back, is the earlier one.
 *
 * @returns `undefined` if the value is not of that form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTimeValue("1517356800", "epoch_s"), Date.UTC(2018, 0, 31));
 * assertEquals(
 *   parseTimeValue("2018-01-31T01:00", "iso", { timezone: "Europe/Berlin" }),
 *   Date.UTC(2018, 0, 31),
 * );
 * ```
 */
export function parseTimeValue(
  value: unknown,
  form: TimeForm,
  options: ParseTimeValueOptions = {},
): TimeValue | undefined {
  switch (form) {
    case "string":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "iso": {
      const time = typeof value === "string" ? parseTime(value, options.timezone ?? "UTC") : NaN;
      return Number.isNaN(time) ? undefined : time;
    }
    default: {
      const number = typeof value === "string" && value !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
      if (form === "number") return roundedDown(number);
      const time = form === "epoch_s" ? number * 1000 : number;
      return Math.abs(time) <= LAST_TIME ? time : undefined;
    }
  }
}

/** The runtime takes a time without a zone for local time; what a record means cannot depend on who reads it. */
function parseTime(text: string, timezone: string): number {
  const utc = parseAsUtc(text);
  if (Number.isNaN(utc)) return Date.parse(text);
  return timezone === "UTC" ? utc : inZone(utc, timezone);
}

/** Reads a time without a zone as if it were in UTC; `NaN` if it has one. */
function parseAsUtc(text: string): number {
  if (/[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text)) return Date.parse(`${text}Z`);
  if (/^\d{4}-/.test(text)) return /^\d{4}-\d\d(?:-\d\d)?$/.test(text) ? Date.parse(text) : NaN;
  return Date.parse(`${text} UTC`);
}

function inZone(utc: number, timezone: string): number {
  const local = Temporal.PlainDateTime.from(new Date(utc).toISOString().slice(0, -1));
  return local.toZonedDateTime(timezone, { disambiguation: "earlier" }).epochMilliseconds;
}

/** Says whether the runtime knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.PlainDate.from("2000-01-01").toZonedDateTime(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false; // the runtime's way to say no
    throw error;
  }
}

function roundedDown(number: number): number {
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = number;
  bits[0] = (bits[0] ?? 0n) - (number > 0 ? 1n : -1n);
  return double[0];
}

/** Writes a value as a request sends it; seconds are rounded down. */
export function formatTimeValue(value: TimeValue, form: TimeForm): string {
  if (typeof value === "string") return value;
  switch (form) {
    case "iso":
      return new Date(value).toISOString();
    case "epoch_s":
      return String(Math.floor(value / 1000));
    default:
      return numberText(value);
  }
}

/** The runtime writes no more digits than tell a double from its neighbours; they may add up to more than it is. */
function numberText(number: number): string {
  return Number.isInteger(number) ? BigInt(number).toString() : String(number);
}
