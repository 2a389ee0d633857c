import { formatTimeValue, type WindowForm } from "../grammar/mod.ts";
import type { WindowOptions } from "./window.ts";

/** Checked borders of a windowed stream, as numbers: ms since the epoch, or ids. */
export interface Borders {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** The shortest span: what the form can express. */
  readonly step: number;
  /** Whether a span contains the border that it shares with the next. */
  readonly shared: boolean;
}

/**
 * Reads the borders.
 *
 * @throws {TypeError} If one is not of its form.
 * @throws {RangeError} If the step or the cap is not a whole number of steps above 0.
 */
export function bordersOf(options: WindowOptions, now: number): Borders {
  const form = options.format ?? "iso";
  const step = form === "epoch_s" ? 1000 : 1;
  const { step: size, max_results: cap } = options;
  if (!(size >= step) || !Number.isInteger(size / step)) {
    throw new RangeError(`Cannot divide the stream: the window's step is ${size}, not n * ${step}`);
  }
  if (!(cap >= 1)) {
    throw new RangeError(`Cannot divide the stream: max_results is ${cap}, not >= 1`);
  }
  // The end of ids is not known as "now" is.
  const end = options.end ?? (form === "number" ? "" : new Date(now).toISOString());
  return {
    from: floor(valueOf(options.start, form, "start"), step),
    // Rounded up: what happened within the last second belongs to it.
    to: -floor(-valueOf(end, form, "end"), step),
    size,
    step,
    shared: options.bounds === "[]" && form !== "number",
  };
}

/** Returns a border as the API wants it. */
export function borderText(value: number, form: WindowForm = "iso"): string {
  return formatTimeValue(value, form);
}

function valueOf(value: string | number, form: WindowForm, name: string): number {
  const text = String(value);
  const number = form === "iso" || !/^-?\d+$/.test(text)
    ? form === "number" ? NaN : Date.parse(text)
    : Number(text) * (form === "epoch_s" ? 1000 : 1);
  if (Number.isSafeInteger(number)) return number;
  throw new TypeError(
    `Cannot divide the stream: the window's "${name}" is "${value}", wanted ${form}`,
  );
}

function floor(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
