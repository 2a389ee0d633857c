/**
 * Parses the logs that it is sent, one after the other; see {@linkcode ParsePool}.
 *
 * @module
 */
import { parseInto } from "./parse_into.ts";
import type { FromWorker, ToWorker } from "./parse_pool.ts";

const worker = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};
const stop = new AbortController();
/** Progress is reported each time this many bytes have been read. */
const TOLD_BYTES = 4 * 1024 * 1024;

worker.onmessage = async ({ data }) => {
  if (data === "stop") {
    stop.abort();
    return;
  }
  const { log, reading, force } = data;
  let untold = 0;
  const tell = () => {
    worker.postMessage({ read: untold });
    untold = 0;
  };
  const onRead = (bytes: number) => {
    untold += bytes;
    if (untold >= TOLD_BYTES) tell();
  };
  try {
    const parsed = await parseInto(log, { ...reading, onRead, signal: stop.signal }, { force });
    tell();
    worker.postMessage({ parsed });
  } catch {
    // The command parses it again itself, and so has the error as it is: nothing of it is lost on the way.
    worker.postMessage({ parsed: undefined });
  }
};
