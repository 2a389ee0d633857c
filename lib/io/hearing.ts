import { setImmediate } from "node:timers";

/** How often signals are listened to, in ms. */
const HEAR_EVERY_MS = 50;
/** The runtime looks for what came from outside after 61 turns at the latest; with a timer it looks at once, but sleeps 2 ms. */
const TURNS = 64;

/**
 * Returns what a loop that never waits calls between two steps: a signal, and the end of the launcher, are heard between
 * two turns of the event loop only.
 *
 * @param signal Aborted when the loop must stop. @default never
 * @returns Gives the event loop its turn if that is due, then throws the signal's reason if there is one.
 */
export function hearing(signal: AbortSignal | undefined): () => Promise<void> {
  let heardAt = performance.now();
  return async () => {
    if (performance.now() - heardAt > HEAR_EVERY_MS) {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((done) => setImmediate(done));
      heardAt = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/**
 * Waits for something that may never come, such as the other end of a pipe, but no longer than until a stop.
 *
 * @throws The reason of the signal.
 */
export async function untilStopped<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal?.reason);
  signal?.addEventListener("abort", stop);
  try {
    if (signal?.aborted) stop();
    return await Promise.race([promise, stopped.promise]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
