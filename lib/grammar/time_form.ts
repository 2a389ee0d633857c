import { civilTime, type ParsedTime } from "./civil_time.ts";
import {
  formatByPattern,
  isTimePattern,
  parseByPattern,
  patternHasZone,
  patternStep,
} from "./time_pattern.ts";

/** Forms of the boundaries of a window. */
export const WINDOW_FORMS = ["iso", "epoch_s", "epoch_ms", "number"] as const;

/** One of {@linkcode WINDOW_FORMS}. */
export type WindowForm = (typeof WINDOW_FORMS)[number];

/** Forms of a watermark that have a name: a time, a number that grows, or text that sorts. */
export const TIME_FORMS = [
  "iso",
  "date",
  "http_date",
  "epoch_s",
  "epoch_ms",
  "epoch_us",
  "epoch_ns",
  "number",
  "string",
] as const;

/** A date pattern in the letters of Java and Spark, such as `dd.MM.yyyy HH:mm`; all of them have a year. */
export type TimePattern = `${string}yy${string}`;

/** One of {@linkcode TIME_FORMS}, or a pattern. */
export type TimeForm = (typeof TIME_FORMS)[number] | TimePattern;

/** A value that can be compared with others of its form: ms since the epoch, a number, or text. */
export type TimeValue = number | string;

/** Options of {@linkcode parseTimeValue}. */
export interface ParseTimeValueOptions {
  /** IANA zone of values that name none. @default {"UTC"} */
  readonly timezone?: string | undefined;
}

/** The year 10000: a later time is a number in another unit than was declared. */
const LAST_TIME = Date.UTC(10_000, 0, 1) - 1;
/** The year 1. */
const FIRST_TIME = -62_135_596_800_000;

const DAY = 86_400_000;
const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HTTP_DATE = new RegExp(
  `^(?:[A-Z][a-z]{2}, )?(\\d{1,2}) (${
    MONTHS.join("|")
  }) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) (GMT|UTC|[+-]\\d{4})$`,
);

/** Says whether values of a form name a moment, so that a distance can be taken from them. */
export function isMoment(form: TimeForm): boolean {
  return form !== "number" && form !== "string";
}

/** Says whether a text names a form of values, or is a pattern of one. */
export function isTimeForm(text: string): text is TimeForm {
  return TIME_FORMS.some((form) => form === text) || (text.includes("yy") && isTimePattern(text));
}

/** The smallest step that a value of a form can express: ms for times, 1 for numbers. */
export function stepOf(form: TimeForm): number {
  switch (form) {
    case "date":
      return DAY;
    case "http_date":
    case "epoch_s":
      return 1000;
    case "iso":
    case "epoch_ms":
    case "epoch_us":
    case "epoch_ns":
    case "number":
    case "string":
      return 1;
    default:
      return patternStep(form);
  }
}

/**
 * Reads a value of a form: milliseconds for times, a number for `number`, the text itself for `string`.
 *
 * It is strict: a value of another form, a day that does not exist and a time after the year 9999 are `undefined`. A
 * number that a double cannot hold is rounded down: a watermark that is too low costs a record read twice, one that
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
 * assertEquals(parseTimeValue("31.01.2018", "dd.MM.yyyy"), Date.UTC(2018, 0, 31));
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
    case "number": {
      const number = numberOf(value);
      return number === undefined ? undefined : roundedDown(number);
    }
    case "epoch_s":
      return inRange(numberOf(value), 1000);
    case "epoch_ms":
      return inRange(numberOf(value), 1);
    case "epoch_us":
      return inRange(numberOf(value), 1e-3);
    case "epoch_ns":
      return inRange(numberOf(value), 1e-6);
    default: {
      const parsed = parseTime(value, form);
      if (parsed === undefined) return undefined;
      const { timezone = "UTC" } = options;
      const { ms, hasZone } = parsed;
      return hasZone || timezone === "UTC" ? ms : inZone(ms, timezone);
    }
  }
}

/** Says whether a value of a form is a time that names no zone, so that what it means depends on where it was written. */
export function isZoneless(value: unknown, form: TimeForm): boolean {
  switch (form) {
    case "string":
    case "number":
    case "epoch_s":
    case "epoch_ms":
    case "epoch_us":
    case "epoch_ns":
    case "http_date":
      return false;
    default:
      return parseTime(value, form)?.hasZone === false;
  }
}

/** Says whether values of a form may be times that name no zone. */
export function mayLackZone(form: TimeForm): boolean {
  if (form === "iso" || form === "date") return true;
  const isNamed = TIME_FORMS.some((name) => name === form);
  return !isNamed && !patternHasZone(form);
}

function parseTime(value: unknown, form: Exclude<TimeForm, "string">): ParsedTime | undefined {
  if (typeof value !== "string") return undefined;
  switch (form) {
    case "iso":
      return parseIso(value);
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(value) ? parseIso(value) : undefined;
    case "http_date":
      return parseHttpDate(value);
    default:
      return parseByPattern(value, form);
  }
}

function parseIso(text: string): ParsedTime | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction, zone] = found;
  return civilTime({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction,
    zone,
  });
}

function parseHttpDate(text: string): ParsedTime | undefined {
  const [, day, month = "", year, hour, minute, second, zone = ""] = HTTP_DATE.exec(text) ?? [];
  if (day === undefined) return undefined;
  return civilTime({
    year: Number(year),
    month: MONTHS.indexOf(month) + 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    zone: /^[+-]/.test(zone) ? zone : "Z",
  });
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && PLAIN_NUMBER.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function inRange(number: number | undefined, factor: number): number | undefined {
  if (number === undefined) return undefined;
  const time = factor < 1 ? Math.floor(number * factor) : number * factor;
  return time >= FIRST_TIME && time <= LAST_TIME ? time : undefined;
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

/**
 * Writes a value as a request sends it; what the form cannot say is rounded down.
 *
 * @param options Zone of the forms that name none.
 */
export function formatTimeValue(
  value: TimeValue,
  form: TimeForm,
  options: ParseTimeValueOptions = {},
): string {
  if (typeof value === "string") return value;
  const { timezone = "UTC" } = options;
  switch (form) {
    case "iso":
      return new Date(value).toISOString();
    case "date":
      return formatByPattern(value, "yyyy-MM-dd", timezone);
    case "http_date":
      return new Date(value).toUTCString();
    case "epoch_s":
      return String(Math.floor(value / 1000));
    case "epoch_us":
      return String(BigInt(Math.floor(value)) * 1000n);
    case "epoch_ns":
      return String(BigInt(Math.floor(value)) * 1_000_000n);
    case "epoch_ms":
    case "number":
    case "string":
      return numberText(value);
    default:
      return formatByPattern(value, form, timezone);
  }
}

/** The runtime writes no more digits than tell a double from its neighbors; they may add up to more than it is. */
function numberText(number: number): string {
  return Number.isInteger(number) ? BigInt(number).toString() : String(number);
}
