import { displayWidth, truncate } from "../terminal/mod.ts";
import { formatValue } from "./_format_value.ts";
import { colourOf, FAINT, round, svgFrame, svgText } from "./_svg_parts.ts";
import { Displayable } from "./displayable.ts";

/** Options of charts. */
export interface ChartOptions {
  /** What is shown, with its unit. */
  readonly title: string;
  /** Writes a value. @default {thousands apart, at most three digits after the point} */
  readonly format?: (value: number) => string;
}

const WIDTH = 640;
const TOP = 28;
const ROW = 24;
const LONGEST_LABEL = 34;
const CHAR = 6.7;
const TEXT_BARS = 40;

/**
 * Draws a bar for each value, with its label and its number.
 *
 * @param values By label; not negative.
 * @throws {RangeError} If a value is negative or not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const chart = barChart({ "whole file": 80, streamed: 20 }, { title: "peak memory, MB" });
 * assertEquals(String(chart).split("\n").at(2), "streamed    ██████████ 20");
 * ```
 */
export function barChart(
  values: Readonly<Record<string, number>>,
  options: ChartOptions,
): Displayable {
  const bars = Object.entries(values);
  for (const [label, value] of bars) {
    if (value >= 0 && value < Infinity) continue;
    throw new RangeError(`Cannot draw bar "${label}": found ${value}, expected 0 or more`);
  }
  const format = options.format ?? formatValue;
  return new Displayable({
    "text/plain": textBars(bars, { ...options, format }),
    "image/svg+xml": svgBars(bars, { ...options, format }),
  });
}

type Bars = readonly (readonly [label: string, value: number])[];

function svgBars(bars: Bars, { title, format }: Required<ChartOptions>): string {
  const most = Math.max(...bars.map(([, value]) => value), Number.MIN_VALUE);
  const labels = bars.map(([label]) => truncate(label, LONGEST_LABEL));
  const left = Math.max(...labels.map(displayWidth), 4) * CHAR + 10;
  const right = Math.max(...bars.map(([, value]) => displayWidth(format(value))), 3) * CHAR + 12;
  const room = WIDTH - left - right;
  const parts = bars.flatMap(([, value], i) => {
    const y = TOP + i * ROW;
    const length = round(Math.max(room * value / most, 1));
    return [
      svgText({ x: left - 8, y: y + 14, text: labels[i] ?? "", anchor: "end" }),
      `<rect x="${round(left)}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="2" fill="${
        colourOf(0)
      }"/>`,
      svgText({ x: left + length + 6, y: y + 14, text: format(value) }),
    ];
  });
  const height = TOP + bars.length * ROW + 4;
  const axis = `<path d="M${round(left)} ${TOP - 2}V${height - 4}" stroke="${FAINT}"/>`;
  return svgFrame([axis, ...parts], { width: WIDTH, height, title });
}

function textBars(bars: Bars, { title, format }: Required<ChartOptions>): string {
  const most = Math.max(...bars.map(([, value]) => value), Number.MIN_VALUE);
  const width = Math.max(...bars.map(([label]) => displayWidth(label)), 0);
  const lines = bars.map(([label, value]) => {
    const blank = " ".repeat(width - displayWidth(label));
    return `${label}${blank}  ${"█".repeat(Math.round(TEXT_BARS * value / most))} ${format(value)}`;
  });
  return [title, ...lines].join("\n");
}
