import type { IngestError } from "../../errors/mod.ts";
import type { SpoolOptions } from "../body/spool_options.ts";
import type { Auth } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { OriginLimits } from "./origin_limits.ts";
import type { RateLimitOptions } from "./rate_limiter.ts";
import type { RetryOptions } from "./retry_options.ts";
import type { WaitDecision } from "./wait_decision.ts";

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
  /** Further hosts (`host` or `host:port`) that next links and redirects may lead to, with our credentials. @default [] */
  readonly allowHosts?: readonly string[] | undefined;
  /** Limiters that the client shares with others. @default {its own} */
  readonly origins?: OriginLimits | undefined;
  /** Ms for one attempt, its body included; a body that goes to a file may take as long for each threshold's worth. @default 30_000 */
  readonly timeout?: number | undefined;
  /** The largest body, in bytes after decompression. @default 256 MiB, with `spool` 64 GiB */
  readonly maxBodyBytes?: number | undefined;
  /** Sets a stream's large bodies aside in files, so that memory need not hold them. @default {all in memory} */
  readonly spool?: SpoolOptions | undefined;
  /** Redirects followed for one attempt. @default 5 */
  readonly maxRedirects?: number | undefined;
  /** Sends the requests. @default {globalThis.fetch} */
  readonly fetch?: typeof fetch | undefined;
  /** Time. @default {SYSTEM_CLOCK} */
  readonly clock?: Clock | undefined;
  /** Source of numbers in [0, 1). @default {Math.random} */
  readonly random?: (() => number) | undefined;
  /** Called before a wait for the next attempt, with its length and reason, and what failed. @default () => {} */
  readonly onWait?: ((wait: WaitDecision, error: IngestError) => void) | undefined;
  /** Starts every request id. @default a random one */
  readonly runId?: string | undefined;
  /** Aborts everything. */
  readonly signal?: AbortSignal | undefined;
}
