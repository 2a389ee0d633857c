import type { HeavyHitter, LogMetricsSnapshot } from "../../log_parser/mod.ts";
import { cutText } from "../../logging/mod.ts";
import { escapeLine, formatBytes, formatCount } from "../../terminal/mod.ts";

/** Returns what a log's metrics say, as pairs for a table: errors, levels, status classes, latency, volume. */
export function metricRows(metrics: LogMetricsSnapshot): [string, string][] {
  const { levels, statusClasses, latency, volume, firstTimestamp, lastTimestamp } = metrics;
  const counts = (entries: Readonly<Record<string, number>>) =>
    Object.entries(entries).filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${formatCount(count)}`).join("  ");
  const { peak, peakErrors, bucketMinutes } = volume;
  const most = (values: readonly HeavyHitter[]) =>
    values.slice(0, 3).map(({ value, count }) =>
      `${escapeLine(cutText(value, 60))} ${formatCount(count)}`
    ).join("  ");
  return [
    ["errors", formatCount(metrics.errors)],
    [
      "peak errors",
      peakErrors === undefined
        ? ""
        : `${formatCount(peakErrors.errors)} in ${bucketMinutes} min from ${peakErrors.start}`,
    ],
    ["error types", most(metrics.errorTypes)],
    ["levels", counts(levels)],
    ["status", counts(statusClasses)],
    ["latency", latency === undefined ? "" : quantiles(latency)],
    [
      "volume",
      peak === undefined
        ? ""
        : `peak ${formatCount(peak.records)} in ${bucketMinutes} min from ${peak.start}`,
    ],
    ["bytes", metrics.responseBytes === undefined ? "" : formatBytes(metrics.responseBytes)],
    ["paths", most(metrics.paths)],
    ["clients", most(metrics.clients)],
    ["from", firstTimestamp ?? ""],
    ["to", lastTimestamp ?? ""],
  ].filter((row): row is [string, string] => row[1] !== "");
}

function quantiles(
  latency: {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  },
): string {
  const { p50, p95, p99 } = latency;
  return `p50 ${milliseconds(p50)}  p95 ${milliseconds(p95)}  p99 ${milliseconds(p99)}`;
}

function milliseconds(ns: number): string {
  const ms = ns / 1e6;
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`;
}
