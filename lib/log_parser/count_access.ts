import type { FromCounter } from "./_count_worker.ts";
import type { LogMetricsPart } from "./log_metrics_snapshot.ts";

/** Bytes of a log that begin and end between two lines. */
export interface CountJob {
  /** The log, which is not compressed. */
  readonly path: string;
  /** Where they begin. */
  readonly start: number;
  /** Where they end. */
  readonly end: number;
}

/** Plain access lines that were counted. */
export interface CountedAccess {
  /** Lines, each of them a record of the combined format. */
  readonly lines: number;
  /** Their size: what comes after them is another line, or none that is whole. */
  readonly bytes: number;
  /** What was counted of them; `undefined`: it cannot be added up. */
  readonly part: LogMetricsPart | undefined;
}

/** Options of {@linkcode countAccess}. */
export interface CountAccessOptions {
  /** Takes bytes that were counted. */
  readonly onRead: (bytes: number) => void;
  /** Stops the thread. */
  readonly signal: AbortSignal;
}

const COUNT_WORKER = new URL("./_count_worker.ts", import.meta.url);

/**
 * Counts the plain access lines that a part of a log begins with, on a thread that has loaded no parser and so begins at
 * once. What a parser must read is left.
 *
 * @returns What was counted; `undefined`: the thread could not begin, or not read the log.
 * @throws The reason of the signal.
 */
export async function countAccess(
  job: CountJob,
  { onRead, signal }: CountAccessOptions,
): Promise<CountedAccess | undefined> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<CountedAccess | undefined>();
  const stop = () => reject(signal.reason);
  const worker = new Worker(COUNT_WORKER, { type: "module" });
  signal.addEventListener("abort", stop);
  worker.onmessage = ({ data }: MessageEvent<FromCounter>) => {
    if ("read" in data) onRead(data.read);
    else resolve(data.counted);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    resolve(undefined);
  };
  worker.postMessage(job);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
  }
}
