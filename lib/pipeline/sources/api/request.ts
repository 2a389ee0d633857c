import { bodyErrorOf, EACH, type StreamRequest, type WindowOptions } from "../../../api/mod.ts";
import {
  formatTimeValue,
  isMoment,
  parseDotPath,
  parseTimeValue,
  stepOf,
  type TimeValue,
  withValueAt,
} from "../../../grammar/mod.ts";
import type { Backfill } from "../../parse_backfill.ts";
import { backfillParams, backfillWindow } from "./backfill.ts";
import type { ApiStream, Incremental } from "./schema.ts";
import { askedFrom, inExpression, stepBack, wholeDayBefore } from "./watermark.ts";

/** Where the reading of a stream begins. */
export interface StreamStart {
  /** The watermark of an ordinary run, where there is one. */
  readonly watermark: string | null;
  /** The range of a backfill. */
  readonly backfill: Backfill | undefined;
  /** The run's own clock when it began, in ms since the epoch; the same on every attempt. */
  readonly now: number;
  /** How much earlier to begin than the watermark says, in ms; any number is one letter of a text. @default {0} */
  readonly reach?: number;
  /** Whether a short page ends a stream that does not say so itself. */
  readonly shortPageEnds: boolean;
}

/** Returns the request of a stream, begun at its watermark less the lag where there is one, or at a backfill's range. */
export function streamRequest(stream: ApiStream, start: StreamStart): StreamRequest {
  const { watermark, backfill } = start;
  const begin = backfill === undefined ? since(stream, start) : backfillParams(stream, backfill);
  const range = placed(stream, { ...begin, ...until(stream, start) });
  return {
    path: stream.path,
    method: stream.method,
    params: { ...stream.params, ...range.query },
    ...(stream.window === undefined ? {} : { window: windowOf(stream.window, stream, start) }),
    format: stream.format,
    headers: { ...stream.headers, ...range.headers },
    ...(stream.body === undefined ? {} : { body: range.body }),
    idempotent: stream.idempotent,
    ...recordsOf(stream),
    contentType: stream.content_type,
    charset: stream.charset,
    badRecords: { maxBytes: stream.max_record_size },
    pagination: {
      ...startAt(stream.pagination, watermark),
      short_page_ends: stream.short_page_ends ?? start.shortPageEnds,
      repeats: stream.repeats,
    },
    onPageError: stream.on_page_error,
    ...errorsOf(stream),
    onStatus: stream.on_status,
  };
}

/** What of an answer is an error, and whether its text may be quoted: it may name somebody. */
function errorsOf({ error, privacy }: ApiStream): Pick<StreamRequest, "bodyError" | "isPrivate"> {
  const bodyError = bodyErrorOf(error);
  if (privacy === undefined) return { bodyError };
  return {
    isPrivate: true,
    bodyError: (body, records) =>
      bodyError(body, records) === undefined ? undefined : "its text is not kept",
  };
}

/** Where the records are. */
function recordsOf(
  { records, single = false }: ApiStream,
): Pick<StreamRequest, "records" | "gather"> {
  const path = records === undefined ? [] : parseDotPath(records);
  if (!single && !path.includes(EACH)) return { records };
  return { gather: { single, path } };
}

/** What the boundaries of an incremental read add to a request. */
interface Placed {
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

function placed(stream: ApiStream, values: Record<string, string>): Placed {
  const { body, window } = stream;
  const place = stream.incremental?.in ?? (body === undefined ? "query" : "body");
  if (place === "query") return { body, query: values };
  if (place === "header") return { body, headers: values };
  // A window sets its own parameters itself.
  const own = Object.entries(values).filter(([name]) => name !== window?.start_param);
  return {
    body: own.reduce<unknown>(
      (whole, [path, value]) => withValueAt(whole, parseDotPath(path), sendable(stream, value)),
      body,
    ),
  };
}

/** In a body a number stays one. */
function sendable({ incremental }: ApiStream, value: string): string | number {
  const isNumber = /^(epoch_|number$)/.test(incremental?.param_format ?? "");
  return isNumber && Number.isSafeInteger(Number(value)) ? Number(value) : value;
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
  from: StreamStart,
): WindowOptions {
  if (from.backfill !== undefined) return backfillWindow(window, stream, from.backfill);
  const { [window.start_param]: start } = since(stream, from);
  return start === undefined ? window : { ...window, start, start_is_early: true };
}

function since(
  stream: ApiStream,
  { watermark, reach = 0 }: Pick<StreamStart, "watermark" | "reach">,
): Record<string, string> {
  const { incremental } = stream;
  if (incremental === undefined) return {};
  const begin = watermark === null
    ? firstStart(incremental)
    : earlier(askedFrom(watermark, incremental), reach);
  if (begin === undefined) return {};
  const text = formatTimeValue(begin, incremental.param_format, incremental);
  return { [incremental.start_param]: inExpression(text, incremental) };
}

function earlier(begin: TimeValue, reach: number): TimeValue {
  if (typeof begin === "string") return reach > 0 ? begin.slice(0, -1) : begin;
  return begin - reach;
}

/** Says in words what a read asks for that begins at a watermark. */
export function askedInWords(stream: ApiStream, watermark: string | null): string {
  const [asked] = Object.entries(since(stream, { watermark }));
  return asked === undefined ? "everything" : `"${asked[0]}" from ${asked[1]}`;
}

/** The configured start: nothing was read before it, so that no lag is taken off. */
function firstStart(incremental: Incremental): TimeValue | undefined {
  const { start, format, param_format: paramFormat } = incremental;
  const value = start === undefined ? undefined : parseTimeValue(start, format, incremental);
  if (value === undefined) return undefined;
  return stepBack(isMoment(format) ? wholeDayBefore(value) : value, paramFormat);
}

/** Returns the parameter that ends the range asked for: where a backfill ends, or now. */
function until(stream: ApiStream, { backfill, now }: StreamStart): Record<string, string> {
  const { incremental } = stream;
  if (incremental?.end_param === undefined) return {};
  const { end_param: name, param_format: format } = incremental;
  const end = typeof backfill?.until === "number" ? backfill.until : now;
  // Rounded up: what happened within the last second is part of the range.
  const step = stepOf(format);
  return { [name]: formatTimeValue(Math.ceil(end / step) * step, format, incremental) };
}
