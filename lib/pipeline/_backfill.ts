import type { WindowOptions } from "../api/mod.ts";
import type { ApiStream, PipelineConfig } from "../config/mod.ts";
import { valueAt } from "../quality/mod.ts";
import type { Backfill } from "./parse_backfill.ts";
import { cursorOf, parameterText, stepBack } from "./_watermark.ts";

/** Returns the pipeline with nothing but the stream of a backfill in it. */
export function onlyStreamOf(backfill: Backfill, config: PipelineConfig): PipelineConfig {
  const sources = config.sources.flatMap((source) =>
    source.type === "api" && source.name === backfill.source
      ? [{ ...source, streams: source.streams.filter(({ name }) => name === backfill.stream) }]
      : []
  );
  return { ...config, sources };
}

/** Says where a record stands; `unknown` where it has no usable cursor value. */
export function placeInRange(
  value: unknown,
  stream: ApiStream,
  { from, until }: Backfill,
): "inside" | "outside" | "unknown" {
  const { incremental } = stream;
  const cursor = incremental && cursorOf(valueAt(value, incremental.field), incremental.from);
  if (cursor === undefined) return "unknown";
  const inside = (from === undefined || cursor >= from) && (until === undefined || cursor < until);
  return inside ? "inside" : "outside";
}

/**
 * Returns the parameter that makes the API begin at the range's start.
 *
 * It begins one step earlier: an API that is asked for what comes "after" a value leaves the value itself out, and
 * what is too much is left out here.
 */
export function backfillParams(stream: ApiStream, { from }: Backfill): Record<string, string> {
  const { incremental } = stream;
  if (incremental === undefined || from === undefined) return {};
  return { [incremental.param]: parameterText(stepBack(from, incremental.to), incremental.to) };
}

/** Returns a window between the range's borders, where both divide the same parameter. */
export function backfillWindow(
  window: NonNullable<ApiStream["window"]>,
  stream: ApiStream,
  { from, until }: Backfill,
): WindowOptions {
  const { incremental } = stream;
  // A range of when records changed says nothing about windows of when things happened.
  if (incremental?.param !== window.param_from) return window;
  const isCount = window.form === "number";
  if (incremental.from === "string" || isCount !== (incremental.from === "number")) return window;
  const text = (border: number) => isCount ? String(border) : new Date(border).toISOString();
  return {
    ...window,
    ...(typeof from === "number" ? { from: text(Math.floor(from)) } : {}),
    ...(typeof until === "number" ? { to: text(Math.ceil(until)) } : {}),
  };
}
