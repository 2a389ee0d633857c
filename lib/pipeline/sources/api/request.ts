import type { StreamRequest, WindowOptions } from "../../../api/mod.ts";
import { formatTimeValue, parseTimeValue, type TimeValue } from "../../../grammar/mod.ts";
import type { Backfill } from "../../parse_backfill.ts";
import { reportedError } from "./reported_error.ts";
import { backfillParams, backfillWindow } from "./backfill.ts";
import type { ApiStream, Incremental } from "./schema.ts";
import { beginning, stepBack } from "./watermark.ts";

/** Where the reading of a stream begins. */
export interface StreamStart {
  /** The watermark of an ordinary run, where there is one. */
  readonly watermark: string | null;
  /** The range of a backfill. */
  readonly backfill: Backfill | undefined;
  /** The run's own clock when it began, in ms since the epoch; the same on every attempt. */
  readonly now: number;
  /** Whether a short page ends a stream that does not say so itself. */
  readonly shortPageEnds: boolean;
}

/** Returns the request of a stream, begun at its watermark less the lag where there is one, or at a backfill's range. */
export function streamRequest(stream: ApiStream, start: StreamStart): StreamRequest {
  const { watermark, backfill } = start;
  const begin = backfill === undefined
    ? since(stream, watermark)
    : backfillParams(stream, backfill);
  return {
    path: stream.path,
    method: stream.method,
    params: { ...stream.params, ...begin, ...until(stream, start) },
    ...(stream.window === undefined ? {} : { window: windowOf(stream.window, stream, start) }),
    format: stream.format,
    headers: stream.headers,
    ...(stream.body === undefined ? {} : { body: stream.body }),
    idempotent: stream.idempotent,
    records: stream.records,
    pagination: {
      ...startAt(stream.pagination, watermark),
      short_page_ends: stream.short_page_ends ?? start.shortPageEnds,
      repeats: stream.repeats,
    },
    onPageError: stream.on_page_error,
    bodyError: reportedError,
  };
}

/** A change feed goes on from the token that it was left with. */
function startAt(
  pagination: ApiStream["pagination"],
  watermark: string | null,
): ApiStream["pagination"] {
  if (pagination.type !== "cursor" || !pagination.change_feed || watermark === null) {
    return pagination;
  }
  return { ...pagination, start: watermark };
}

/** A watermark for the parameter that takes a window's start is where the windows begin. */
function windowOf(
  window: NonNullable<ApiStream["window"]>,
  stream: ApiStream,
  { watermark, backfill }: StreamStart,
): WindowOptions {
  if (backfill !== undefined) return backfillWindow(window, stream, backfill);
  const { [window.start_param]: start } = since(stream, watermark);
  return start === undefined ? window : { ...window, start, start_is_early: true };
}

function since(stream: ApiStream, watermark: string | null): Record<string, string> {
  const { incremental } = stream;
  if (incremental === undefined) return {};
  const begin = watermark === null ? firstStart(incremental) : beginning(watermark, incremental);
  if (begin === undefined) return {};
  return { [incremental.start_param]: formatTimeValue(begin, incremental.param_format) };
}

/** The configured start: nothing was read before it, so that only the step is taken off, not the lag. */
function firstStart(incremental: Incremental): TimeValue | undefined {
  const { start, format, param_format: paramFormat } = incremental;
  const value = start === undefined ? undefined : parseTimeValue(start, format, incremental);
  return value === undefined ? undefined : stepBack(value, paramFormat);
}

/** Returns the parameter that ends the range asked for: where a backfill ends, or now. */
function until(stream: ApiStream, { backfill, now }: StreamStart): Record<string, string> {
  const { end_param: name, param_format: format } = stream.incremental ?? {};
  if (name === undefined || format === undefined) return {};
  const end = typeof backfill?.until === "number" ? backfill.until : now;
  // Rounded up: what happened within the last second is part of the range.
  return {
    [name]: formatTimeValue(format === "epoch_s" ? Math.ceil(end / 1000) * 1000 : end, format),
  };
}
