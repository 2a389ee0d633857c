import type { StreamRequest, WindowOptions } from "../api/mod.ts";
import type { ApiStream } from "../config/mod.ts";
import { lessLag, parameterText, parseWatermark } from "./_watermark.ts";

/** Returns the request of a stream, begun at its watermark less the lag where there is one. */
export function streamRequest(stream: ApiStream, watermark: string | null): StreamRequest {
  return {
    path: stream.path,
    method: stream.method,
    params: { ...stream.params, ...since(stream, watermark) },
    ...(stream.window === undefined
      ? {}
      : { window: windowSince(stream.window, stream, watermark) }),
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
function windowSince(
  window: NonNullable<ApiStream["window"]>,
  stream: ApiStream,
  watermark: string | null,
): WindowOptions {
  const { [window.param_from]: from } = since(stream, watermark);
  return from === undefined ? window : { ...window, from };
}

function since(stream: ApiStream, watermark: string | null): Record<string, string> {
  const { incremental } = stream;
  if (incremental === undefined || watermark === null) return {};
  const from = lessLag(parseWatermark(watermark, incremental.from), incremental.lag);
  return { [incremental.param]: parameterText(from, incremental.to) };
}
