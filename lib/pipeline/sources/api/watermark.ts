import {
  isMoment,
  parseTimeValue,
  stepOf,
  type TimeForm,
  type TimeValue,
} from "../../../grammar/mod.ts";
import { isZonelessWatermark, parseWatermark } from "../../cursor.ts";
import { START_PLACE } from "./_incremental_schema.ts";
import type { Incremental } from "./schema.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A clock that names no zone may be so far ahead of UTC. */
const MOST_AHEAD = 14 * HOUR;

/**
 * Returns where an incremental read asks to begin: the watermark less the lag, and one step earlier, as the parameter
 * can say.
 *
 * Some APIs take what comes "after" a value to leave the value itself out; what came late with the watermark's own
 * value would be lost. A time without a zone may be one of a clock that is ahead of UTC, so that without `timezone` the
 * read begins that much earlier; with one, an hour earlier where the clock went back, for what came after it with an
 * earlier time. Text has no distance, so neither lag nor step.
 */
export function askedFrom(watermark: string, incremental: Incremental): TimeValue {
  const { format, param_format: paramFormat, lag, timezone } = incremental;
  const cursor = parseWatermark(watermark, format);
  if (typeof cursor === "string") return cursor;
  if (!isZonelessWatermark(watermark)) return stepBack(cursor - lag, paramFormat);
  const back = timezone === undefined ? MOST_AHEAD : comesTwice(cursor, timezone) ? HOUR : 0;
  return stepBack(cursor - lag - back, paramFormat);
}

/** Says whether a clock shows a time again an hour later, as in autumn. */
function comesTwice(time: number, timezone: string): boolean {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(time)).toZonedDateTimeISO(timezone);
  return at.add({ hours: 1 }).offsetNanoseconds < at.offsetNanoseconds;
}

/**
 * Returns from where records are expected: what is older is either known or late. A clock without a zone goes back an
 * hour in autumn, so that its times may be an hour older.
 */
export function keptFrom(watermark: string, incremental: Incremental): TimeValue {
  const { format, param_format: paramFormat, lag } = incremental;
  const cursor = parseWatermark(watermark, format);
  if (typeof cursor === "string") return cursor;
  return stepBack(cursor - lag - (isZonelessWatermark(watermark) ? HOUR : 0), paramFormat);
}

/** Returns from where records are expected, up to where they are remembered, and from where the user wants them. */
export function rangeOf(
  incremental: Incremental | undefined,
  { from, knownTo }: { readonly from: string | null; readonly knownTo: string | null } = {
    from: null,
    knownTo: null,
  },
) {
  if (incremental === undefined) return { kept: undefined, known: undefined, start: undefined };
  const { start, format } = incremental;
  return {
    kept: from === null ? undefined : keptFrom(from, incremental),
    known: knownTo === null ? undefined : keptFrom(knownTo, incremental),
    start: start === undefined ? undefined : parseTimeValue(start, format, incremental),
  };
}

/** Returns the value one step earlier, as the parameter can say it. */
export function stepBack(cursor: TimeValue, to: TimeForm): TimeValue {
  if (typeof cursor === "string") return cursor;
  const step = stepOf(to);
  const whole = isMoment(to) ? Math.floor(cursor / step) * step : cursor;
  // Zero is a border of its own: few APIs take ids or times below it.
  return cursor >= 0 ? Math.max(0, whole - step) : whole - step;
}

/**
 * Returns a time of which an API that rounds it up, by as much as a day, leaves out nothing: itself if a day begins with
 * it, else a day earlier. There is no record yet by which such an API could be seen to round.
 */
export function wholeDayBefore(time: TimeValue): TimeValue {
  if (typeof time === "string" || time % DAY === 0) return time;
  return time >= 0 ? Math.max(0, time - DAY) : time - DAY;
}

/** Returns what a start's parameter takes. */
export function inExpression(text: string, { start_expression: whole }: Incremental): string {
  return whole?.replaceAll(START_PLACE, () => text) ?? text;
}
