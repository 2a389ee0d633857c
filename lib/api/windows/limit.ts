import type { StreamRequest } from "../paging/stream_request.ts";

/** Names by which APIs take the number of records per page, without case, `$`, `_` and `-`. */
const LIMIT_NAMES: ReadonlySet<string> = new Set([
  "count",
  "first",
  "limit",
  "maxitems",
  "maxresults",
  "pagelimit",
  "pagesize",
  "perpage",
  "rows",
  "size",
  "top",
]);

/** Returns the number of records per page that a request asks for, as far as the names of its parameters tell. */
export function limitOf({ path, params, body }: StreamRequest): number | undefined {
  const query = new URLSearchParams(/\?(.*)/.exec(path)?.[1]);
  const all = { ...Object.fromEntries(query), ...params, ...bodyFields(body) };
  for (const [name, value] of Object.entries(all)) {
    if (!LIMIT_NAMES.has(name.toLowerCase().replaceAll(/[$_-]/g, ""))) continue;
    const limit = typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
    if (Number.isInteger(limit) && limit > 0) return limit;
  }
  return undefined;
}

/** Returns the fields of a JSON body that is an object. */
function bodyFields(body: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body) &&
    !(body instanceof Uint8Array);
  return isObject ? body as Record<string, unknown> : {};
}

/**
 * Says whether an answer of so many records may have been cut: it is full, or a round number that nobody asked for.
 *
 * Such a window is split, which costs two requests and shows whether there is more.
 */
export function mayBeCut(records: number, stream: StreamRequest): boolean {
  const { pagination } = stream;
  const size = pagination !== undefined && "size" in pagination ? pagination.size : undefined;
  const full = size ?? limitOf(stream);
  if (records === 0) return false;
  if (full !== undefined) return records % full === 0;
  return records % 10 === 0 && (pagination?.type ?? "none") === "none";
}
