/** Time as the sandbox sees it; the same object can be given to a client, so that both share one clock. */
export interface SandboxClock {
  /** Epoch ms: dates, expiry, quota. */
  now(): number;
  /** Steady time in ms: the latency in the access log. */
  monotonic(): number;
  /** Waits; ends early, with or without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real clock. */
export const REAL_CLOCK: SandboxClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.resolve();
  const wake = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
    resolve();
  };
  const timer = setTimeout(wake, ms);
  signal?.addEventListener("abort", wake);
  return promise;
}
