import { createHash } from "node:crypto";

/** Id of the last run that was asked for: a process has one at a time. */
let latest = { runId: "", id: "" };

/**
 * Returns the trace id of a run (W3C Trace Context): the same in its log, its requests and its spans, and the same when
 * the run is resumed.
 *
 * @returns 32 hex digits.
 */
export function traceIdOf(runId: string): string {
  if (latest.runId !== runId || latest.id === "") {
    latest = { runId, id: createHash("sha256").update(runId).digest("hex").slice(0, 32) };
  }
  return latest.id;
}

/**
 * Returns the span id of a part of a run, by its name: a stream, a page, a file, or the id of a request.
 *
 * It is a hash that takes no part in any proof (cyrb53's two lanes, whole): a line asks for one or two, and SHA-256 would
 * cost more than the rest of the line.
 *
 * @returns 16 hex digits, not all of them 0.
 */
export function spanIdOf(name: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    high = Math.imul(high ^ c, 0x9e3779b1);
    low = Math.imul(low ^ c, 0x5f356495);
  }
  high = Math.imul(high ^ high >>> 16, 0x85ebca6b) ^ Math.imul(low ^ low >>> 13, 0xc2b2ae35);
  low = Math.imul(low ^ low >>> 16, 0x85ebca6b) ^ Math.imul(high ^ high >>> 13, 0xc2b2ae35);
  return hex(high === 0 && low === 0 ? 1 : high) + hex(low);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
