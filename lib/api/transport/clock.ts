/** Time as the client sees it; a test injects its own and takes microseconds where the real one takes minutes. */
export interface Clock {
  /** The wall clock, in ms since the epoch. Compared with dates that servers send. */
  now(): number;
  /** A clock that never jumps, in ms from any origin. Measures what has passed. */
  monotonic(): number;
  /** Waits at least `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real clock. Its `sleep` is never early: timers may fire a fraction of a millisecond before their time. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) await timer(left, signal);
    signal?.throwIfAborted();
  },
};

/** The longest delay that setTimeout takes. */
const MAX_TIMER = 2 ** 31 - 1;

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal?.throwIfAborted();
  const onAbort = () => reject(signal?.reason);
  const id = setTimeout(resolve, Math.min(Math.ceil(ms), MAX_TIMER));
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise.finally(() => {
    clearTimeout(id);
    signal?.removeEventListener("abort", onAbort);
  });
}
