import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { RateLimitOptions } from "./rate_limiter.ts";
import type { RetryOptions } from "./retry_options.ts";

/** Options of an `ApiClient`. */
export interface ApiClientOptions {
  /** The API's address; paths are added to its own path. */
  readonly baseUrl: string | URL;
  /** How requests are signed. @default {{ type: "none" }} */
  readonly auth?: Auth | undefined;
  /** Headers of every request. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** When attempts are repeated. */
  readonly retry?: RetryOptions | undefined;
  /** How often each origin may be asked. */
  readonly rateLimit?: RateLimitOptions | undefined;
  /** Ms for one attempt, its body included. @default 30_000 */
  readonly timeout?: number | undefined;
  /** The largest body, in bytes after decompression. @default 268_435_456 (256 MiB) */
  readonly maxBodyBytes?: number | undefined;
  /** Redirects followed for one attempt. @default 5 */
  readonly maxRedirects?: number | undefined;
  /** Sends the requests. @default {globalThis.fetch} */
  readonly fetch?: typeof fetch | undefined;
  /** Time. @default {SYSTEM_CLOCK} */
  readonly clock?: Clock | undefined;
  /** Source of numbers in [0, 1). @default {Math.random} */
  readonly random?: (() => number) | undefined;
  /** Starts every request id. @default a random one */
  readonly runId?: string | undefined;
  /** Aborts everything. */
  readonly signal?: AbortSignal | undefined;
}
