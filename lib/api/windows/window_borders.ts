import { formatTimeValue, type WindowForm } from "../../grammar/mod.ts";
import type { WindowBounds, WindowOptions } from "../paging/window_options.ts";

/** Checked borders of a windowed stream, as numbers: ms since the epoch, or ids. */
export interface Borders {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** The shortest span: what the form can express. */
  readonly step: number;
  /** Whether spans may bring the same record at the border that they share. */
  readonly shared: boolean;
  /** Whether the API's own bounds are not known, so that spans overlap. */
  readonly isOverlap: boolean;
  /** Whether the first id may be missing: it is asked for as it is, and the API may leave it out. */
  readonly isStartOpen: boolean;
  /** Whether they are times, which an API may round. */
  readonly isTime: boolean;
  /** What is added to the start of a span that is asked for. */
  readonly low: number;
  /** What is added to its end. */
  readonly high: number;
  /** What is added to the start of the first. */
  readonly firstLow: number;
  /** What is added to the end of the last. */
  readonly lastHigh: number;
}

type Shifts = Pick<Borders, "shared" | "low" | "high" | "firstLow" | "lastHigh">;

/** Between two ids there is nothing; between two instants there is. */
function shiftsOf(
  bounds: WindowBounds | undefined,
  { isCount, step, from }: {
    readonly isCount: boolean;
    readonly step: number;
    readonly from: number;
  },
): Shifts {
  const none = { shared: false, low: 0, high: 0, firstLow: 0, lastHigh: 0 };
  const end = isCount ? -step : 0;
  switch (bounds) {
    case "[)":
      return none;
    case "[]":
      return { ...none, shared: !isCount, high: end, lastHigh: end };
    case "(]":
      return isCount
        ? { ...none, low: -step, firstLow: -step, high: end, lastHigh: end }
        : { ...none, firstLow: -step };
    case "()":
      return { ...none, shared: !isCount, low: -step, firstLow: -step };
    case undefined: {
      // Below the first id there is seldom another one; elsewhere one more would be too much (see isStartOpen).
      const firstLow = isCount && from > 1 ? 0 : -step;
      return { ...none, shared: true, high: step, firstLow };
    }
  }
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
  const from = floor(valueOf(options.start, form, "start"), step);
  const shifts = shiftsOf(options.bounds, { isCount: form === "number", step, from });
  const isOverlap = options.bounds === undefined;
  return {
    from,
    // Rounded up: what happened within the last second belongs to it.
    to: -floor(-valueOf(end, form, "end"), step),
    size,
    step,
    isOverlap,
    isStartOpen: isOverlap && shifts.firstLow === 0 && !options.start_is_early,
    isTime: form !== "number",
    ...shifts,
    ...(options.start_is_early ? { firstLow: 0 } : {}),
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
