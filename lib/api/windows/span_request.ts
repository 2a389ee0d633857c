import { borderText } from "./window_borders.ts";
import { parseDotPath, withValueAt } from "../../grammar/mod.ts";
import type { StreamRequest } from "../paging/stream_request.ts";
import type { WindowOptions } from "../paging/window_options.ts";

/** Returns the request for one span of a windowed stream: its borders stand in the query, or in the body where there is one. */
export function spanRequest(
  stream: StreamRequest,
  window: WindowOptions,
  span: { readonly from: number; readonly to: number; readonly maxPages: number },
): StreamRequest {
  const { start_param: first, end_param: last, format } = window;
  const borders = { [first]: borderText(span.from, format), [last]: borderText(span.to, format) };
  const { window: _, pagination, ...rest } = stream;
  const paged: StreamRequest = {
    ...rest,
    ...(pagination === undefined || pagination.max_pages === undefined
      ? { pagination }
      : { pagination: { ...pagination, max_pages: span.maxPages } }),
  };
  if (stream.body === undefined) return { ...paged, params: { ...stream.params, ...borders } };
  const body = Object.entries(borders).reduce<unknown>(
    (whole, [path, value]) => withValueAt(whole, parseDotPath(path), value),
    stream.body,
  );
  return { ...paged, body };
}
