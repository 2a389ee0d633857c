import type { WindowOptions } from "../../../api/mod.ts";
import { formatTimeValue, isMoment } from "../../../grammar/mod.ts";
import type { Backfill } from "../../parse_backfill.ts";
import type { RecordFields } from "./record_fields.ts";
import type { ApiStream } from "./schema.ts";
import { inExpression, stepBack, wholeDayBefore } from "./watermark.ts";

/** Says where a record is; `unknown` if it has no usable cursor value. */
export function placeInRange(
  value: unknown,
  fields: RecordFields,
  { from, until }: Backfill,
): "inside" | "outside" | "unknown" {
  const cursor = fields.cursorOf(value);
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
  const { start_param: param, format: ownFormat, param_format: format } = incremental;
  const text = formatTimeValue(
    stepBack(isMoment(ownFormat) ? wholeDayBefore(from) : from, format),
    format,
  );
  return { [param]: inExpression(text, incremental) };
}

/** Returns a window between the range's borders, where both divide the same parameter. */
export function backfillWindow(
  window: NonNullable<ApiStream["window"]>,
  stream: ApiStream,
  { from, until }: Backfill,
): WindowOptions {
  const { incremental } = stream;
  // A range of when records changed says nothing about windows of when things happened.
  if (incremental?.start_param !== window.start_param) return window;
  const isCount = window.format === "number";
  const { format } = incremental;
  if (format === "string" || isCount !== (format === "number")) return window;
  const text = (border: number) => isCount ? String(border) : new Date(border).toISOString();
  return {
    ...window,
    ...(typeof from === "number" ? { start: text(Math.floor(from)) } : {}),
    ...(typeof until === "number" ? { end: text(Math.ceil(until)) } : {}),
  };
}
