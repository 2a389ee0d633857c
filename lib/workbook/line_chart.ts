import { formatValue } from "./_format_value.ts";
import { colourOf, FAINT, round, svgFrame, svgText } from "./_svg_parts.ts";
import type { ChartOptions } from "./bar_chart.ts";
import { Displayable } from "./displayable.ts";

/** A point of a line. */
export type ChartPoint = readonly [x: number, y: number];

/** Options of {@linkcode lineChart}. */
export interface LineChartOptions extends ChartOptions {
  /** What the horizontal axis shows, with its unit. */
  readonly x: string;
  /** Draws steps instead of slopes: for values that hold until the next point. @default {false} */
  readonly steps?: boolean;
}

const WIDTH = 640;
const HEIGHT = 240;
const PLOT = { left: 64, right: 16, top: 48, bottom: 40 };
const TICKS = 4;
const SPARKS = "▁▂▃▄▅▆▇█";
const SPARK_COLUMNS = 48;

/**
 * Draws lines over one pair of axes; the vertical one starts at zero.
 *
 * @param series Points by the line's name, from left to right; at least one point in all.
 * @throws {RangeError} If there is no point, or one is not finite.
 */
export function lineChart(
  series: Readonly<Record<string, readonly ChartPoint[]>>,
  options: LineChartOptions,
): Displayable {
  const lines = Object.entries(series);
  const points = lines.flatMap(([, line]) => line);
  if (points.length === 0 || !points.flat().every(Number.isFinite)) {
    throw new RangeError(`Cannot draw "${options.title}": a point is missing or not finite`);
  }
  const format = options.format ?? formatValue;
  return new Displayable({
    "text/plain": sparkLines(lines, { ...options, format }),
    "image/svg+xml": svgLines(lines, scaleOf(points), { ...options, format }),
  });
}

type Lines = readonly (readonly [name: string, points: readonly ChartPoint[]])[];
type Complete = LineChartOptions & Required<ChartOptions>;

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly most: number;
  readonly at: (point: ChartPoint) => ChartPoint;
}

function scaleOf(points: readonly ChartPoint[]): Scale {
  const xs = points.map(([x]) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const most = niceCeiling(Math.max(...points.map(([, y]) => y)));
  const width = WIDTH - PLOT.left - PLOT.right;
  const height = HEIGHT - PLOT.top - PLOT.bottom;
  const at = ([x, y]: ChartPoint): ChartPoint => [
    round(PLOT.left + width * (x - from) / (to - from || 1)),
    round(PLOT.top + height * (1 - y / most)),
  ];
  return { from, to, most, at };
}

/** Returns the next of 1, 2, 2.5, 5, 10 times a power of ten, so that quarters of it are short numbers. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= value) ?? 10;
  return factor * power;
}

function svgLines(lines: Lines, scale: Scale, options: Complete): string {
  const parts = [...gridLines(scale, options), ...legend(lines)];
  for (const [i, [, points]] of lines.entries()) {
    const path = points.map((point, at) => {
      const [x, y] = scale.at(point);
      if (at === 0) return `M${x} ${y}`;
      return options.steps ? `H${x}V${y}` : `L${x} ${y}`;
    }).join("");
    parts.push(`<path d="${path}" fill="none" stroke="${colourOf(i)}" stroke-width="2"/>`);
  }
  return svgFrame(parts, { width: WIDTH, height: HEIGHT, title: options.title });
}

function gridLines({ from, to, most, at }: Scale, { format, x: title }: Complete): string[] {
  const parts: string[] = [];
  for (let tick = 0; tick <= TICKS; tick++) {
    const value = most * tick / TICKS;
    const [left, y] = at([from, value]);
    parts.push(`<path d="M${left} ${y}H${WIDTH - PLOT.right}" stroke="${FAINT}"/>`);
    parts.push(svgText({ x: left - 8, y: y + 4, text: format(value), anchor: "end" }));
  }
  const y = HEIGHT - PLOT.bottom + 18;
  parts.push(svgText({ x: PLOT.left, y, text: formatValue(from), anchor: "middle" }));
  parts.push(svgText({ x: WIDTH - PLOT.right, y, text: formatValue(to), anchor: "end" }));
  const middle = (PLOT.left + WIDTH - PLOT.right) / 2;
  parts.push(svgText({ x: middle, y, text: title, anchor: "middle" }));
  return parts;
}

function legend(lines: Lines): string[] {
  let x = PLOT.left;
  return lines.flatMap(([name], i) => {
    const at = x;
    x += name.length * 7 + 34;
    return [
      `<rect x="${round(at)}" y="27" width="12" height="4" rx="2" fill="${colourOf(i)}"/>`,
      svgText({ x: at + 18, y: 33, text: name }),
    ];
  });
}

function sparkLines(lines: Lines, { title, format }: Complete): string {
  const most = Math.max(...lines.flatMap(([, points]) => points.map(([, y]) => y)), 1e-9);
  const width = Math.max(...lines.map(([name]) => name.length));
  const rows = lines.map(([name, points]) => {
    const step = Math.max(1, points.length / SPARK_COLUMNS);
    const sparks: string[] = [];
    for (let at = 0; at < points.length; at += step) {
      const [, y] = points[Math.floor(at)] ?? [0, 0];
      sparks.push(SPARKS[Math.round((SPARKS.length - 1) * Math.max(0, y) / most)] ?? "");
    }
    const last = format(points.at(-1)?.[1] ?? 0);
    return `${name.padEnd(width)}  ${sparks.join("")} ends at ${last}`;
  });
  return [title, ...rows].join("\n");
}
