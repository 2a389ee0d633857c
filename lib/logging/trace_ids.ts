import { createHash } from "node:crypto";

/** Most ids that are remembered: a span is asked for once a line. */
const MOST = 1_000;
const ids = new Map<string, string>();

/**
 * Returns the trace id of a run (W3C Trace Context): the same in its log, its requests and its spans, and the same when
 * the run is resumed.
 *
 * @returns 32 hex digits.
 */
export function traceIdOf(runId: string): string {
  return spanOf(runId, 32);
}

/**
 * Returns the span id of a part of a run, by its name: a stream, a page, a file, or the id of a request.
 *
 * @returns 16 hex digits.
 */
export function spanIdOf(name: string): string {
  return spanOf(name, 16);
}

function spanOf(name: string, digits: number): string {
  const known = ids.get(name);
  if (known !== undefined) return known.slice(0, digits);
  if (ids.size >= MOST) ids.clear();
  const id = createHash("sha256").update(name).digest("hex");
  ids.set(name, id);
  return id.slice(0, digits);
}
