import { AccessReader } from "./_access_reader.ts";
import type { CountedAccess, CountJob } from "./count_access.ts";
import { LogMetrics } from "./log_metrics.ts";

/** A worker that counts the part of a log that it is sent. */
interface WorkerScope {
  onmessage: (event: MessageEvent<CountJob>) => void;
  postMessage(message: FromCounter): void;
}

/** What it answers: bytes that it has read, or what it has counted; `undefined`: the log cannot be read. */
export type FromCounter =
  | { readonly read: number }
  | { readonly counted: CountedAccess | undefined };

const READ_BYTES = 256 * 1024;
const MOST_LINE = 64 * 1024;
const NEWLINE = 10;
/** Progress is reported each time this many bytes have been counted. */
const TOLD_BYTES = 4 * 1024 * 1024;

/** Counts lines until one comes that is no plain access line, or has no end. */
function count({ path, start, end }: CountJob, onCounted: (bytes: number) => void): CountedAccess {
  using file = Deno.openSync(path);
  file.seekSync(start, Deno.SeekMode.Start);
  const metrics = new LogMetrics();
  const reader = new AccessReader(metrics, MOST_LINE);
  const buffer = new Uint8Array(READ_BYTES);
  let kept = 0;
  let bytes = 0;
  for (let left = end - start; left > 0;) {
    const read = file.readSync(buffer.subarray(kept, Math.min(buffer.length, kept + left)));
    if (read === null) break;
    left -= read;
    const filled = kept + read;
    const block = buffer.subarray(0, filled);
    const counted = reader.read(block, 0, { offset: 0, line: 0 });
    bytes += counted;
    onCounted(counted);
    // Before a newline it is a line that only a parser can read.
    if (block.indexOf(NEWLINE, counted) >= 0 || filled - counted > MOST_LINE) break;
    buffer.copyWithin(0, counted, filled);
    kept = filled - counted;
  }
  return { lines: reader.lines, bytes, part: metrics.part() };
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  let untold = 0;
  const tell = (bytes: number) => {
    untold += bytes;
    if (untold < TOLD_BYTES) return;
    scope.postMessage({ read: untold });
    untold = 0;
  };
  try {
    const counted = count(data, tell);
    scope.postMessage({ read: untold });
    scope.postMessage({ counted });
  } catch {
    // Whoever reads the log instead has the error as it is.
    scope.postMessage({ counted: undefined });
  }
};
