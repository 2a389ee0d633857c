import { parseTimeValue, type TimeForm } from "../../../grammar/mod.ts";
import { parseWatermark } from "../../cursor.ts";
import type { Incremental } from "./schema.ts";

/**
 * Returns where an incremental read begins: the watermark less the lag, and one step earlier, as the parameter can say.
 *
 * Some APIs take what comes "after" a value to leave the value itself out; what came late with the watermark's own
 * value would be lost. Text has no distance, so neither lag nor step.
 */
export function beginning(
  watermark: string,
  incremental: Incremental,
): number | string {
  const { format, param_format: paramFormat, lag } = incremental;
  const cursor = parseWatermark(watermark, format);
  return typeof cursor === "string" ? cursor : stepBack(cursor - lag, paramFormat);
}

/** Says whether a record with this cursor value may come when a read begins there. */
export function isFrom(begin: number | string, cursor: number | string): boolean {
  return cursor >=
    (parseTimeValue(begin, typeof begin === "number" ? "number" : "string") ?? begin);
}

/** Returns the value one step earlier, as the parameter can say it. */
export function stepBack(cursor: number | string, to: TimeForm): number | string {
  if (typeof cursor === "string") return cursor;
  const step = to === "epoch_s" ? 1000 : 1;
  const whole = to === "number" ? cursor : Math.floor(cursor / step) * step;
  // Zero is a border of its own: few APIs take ids or times below it.
  return cursor >= 0 ? Math.max(0, whole - step) : whole - step;
}
