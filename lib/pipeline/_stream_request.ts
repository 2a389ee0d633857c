import type { StreamRequest, WindowOptions } from "../api/mod.ts";
import type { ApiStream } from "../config/mod.ts";
import { backfillParams, backfillWindow } from "./_backfill.ts";
import { beginning, parameterText } from "./_watermark.ts";
import type { Backfill } from "./parse_backfill.ts";

/** Where the reading of a stream begins. */
export interface StreamStart {
  /** The watermark of an ordinary run, where there is one. */
  readonly watermark: string | null;
  /** The range of a backfill. */
  readonly backfill: Backfill | undefined;
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
    params: { ...stream.params, ...begin },
    ...(stream.window === undefined ? {} : { window: windowOf(stream.window, stream, start) }),
    format: stream.format,
    headers: stream.headers,
    ...(stream.body === undefined ? {} : { body: stream.body }),
    idempotent: stream.idempotent,
    records: stream.records,
    pagination: stream.pagination,
    onPageError: stream.on_page_error,
  };
}

/** A watermark for the parameter that takes a window's start is where the windows begin. */
function windowOf(
  window: NonNullable<ApiStream["window"]>,
  stream: ApiStream,
  { watermark, backfill }: StreamStart,
): WindowOptions {
  if (backfill !== undefined) return backfillWindow(window, stream, backfill);
  const { [window.param_from]: from } = since(stream, watermark);
  return from === undefined ? window : { ...window, from };
}

function since(stream: ApiStream, watermark: string | null): Record<string, string> {
  const { incremental } = stream;
  if (incremental === undefined || watermark === null) return {};
  const from = beginning(watermark, incremental);
  return { [incremental.param]: parameterText(from, incremental.to) };
}
