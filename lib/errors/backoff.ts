/** How an attempt that failed is repeated, of whatever kind it is; times in ms. */
export interface BackoffOptions {
  /** Attempts after the first. @default 5 */
  readonly limit?: number;
  /** First ceiling of the wait; it doubles each time. @default 500 */
  readonly base?: number;
  /** Highest ceiling of the wait. @default 30_000 */
  readonly cap?: number;
  /** Whether waits are spread at random, so that those who failed together do not come back together. @default true */
  readonly jitter?: boolean;
}

/** Defaults of {@linkcode BackoffOptions}. */
export const BACKOFF: Required<BackoffOptions> = {
  limit: 5,
  base: 500,
  cap: 30_000,
  jitter: true,
};

/** How long to wait, and why. */
export interface BackoffWait {
  /** In ms. */
  readonly wait: number;
  /** For logs. */
  readonly reason: string;
}

/**
 * Decides how long to wait before an attempt where nobody asks for a wait: U(0, min(cap, base * 2^retries)), as AWS's
 * "full jitter".
 *
 * @param retries How many were made before.
 * @param random Returns a number in [0, 1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(backoff(2, () => 0.5), { wait: 1000, reason: "retry 3: up to 2000 ms" });
 * ```
 */
export function backoff(
  retries: number,
  random: () => number,
  options: BackoffOptions = {},
): BackoffWait {
  const { base, cap, jitter } = { ...BACKOFF, ...options };
  const ceiling = Math.min(cap, base * 2 ** Math.min(retries, 50));
  const wait = Math.ceil(jitter ? random() * ceiling : ceiling);
  return { wait, reason: `retry ${retries + 1}: up to ${ceiling} ms` };
}
