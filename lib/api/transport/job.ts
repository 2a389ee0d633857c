import type { IngestError } from "../../errors/mod.ts";
import type { AllowedHosts } from "./allowed_hosts.ts";
import type { Authenticator } from "./authenticator.ts";
import type { Body, BodyLimits } from "../body/read_body.ts";
import type { Redactor } from "./redactor.ts";
import type { RequestIds } from "./request_ids.ts";
import type { ApiResponse } from "./api_response.ts";
import type { Clock } from "./clock.ts";
import type { OriginLimits } from "./origin_limits.ts";
import type { RateLimitOptions } from "./rate_limiter.ts";
import type { CompleteRetryOptions } from "./retry_options.ts";
import type { WaitDecision } from "./wait_decision.ts";

/** What an executor needs to know once. */
export interface ExecutorOptions {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: CompleteRetryOptions;
  readonly rateLimit: Required<RateLimitOptions>;
  /** Limiters shared with other clients. */
  readonly origins: OriginLimits;
  /** Put before the origin: requests of another purpose have limiters of their own. */
  readonly purpose: string;
  readonly timeout: number;
  readonly limits: BodyLimits;
  readonly maxRedirects: number;
  /** Origins that may see our credentials. */
  readonly allowed: AllowedHosts;
  readonly redactor: Redactor;
  readonly ids: RequestIds;
  /** Called before a wait for the next attempt, with what failed. */
  readonly onWait: (wait: WaitDecision, error: IngestError) => void;
}

/** One request, ready but for its credentials. */
export interface Job<T> {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  readonly idempotent: boolean;
  readonly conditional: boolean;
  readonly signal: AbortSignal | undefined;
  readonly auth: Authenticator;
  /** Reads the body of a good answer; what it throws is judged like any other failure of the attempt. */
  readonly read: (response: ApiResponse, body: Body) => T;
  /** What the body is in, whatever it says. */
  readonly charset?: string | undefined;
  /**
   * Whether bodies may come compressed, because `read` takes none that is cut short for a whole one: of gzip with several
   * members the runtime drops all but the first. @default false
   */
  readonly compressed?: boolean;
  /** Whether it only asks what there is, so that a server that fails at it is not asked again. @default false */
  readonly isProbe?: boolean;
  /** Whether a redirect that would drop the body is an answer, as it is to a login. @default false */
  readonly endsAtRedirect?: boolean;
  /** Whether no error may quote an answer. @default false */
  readonly isPrivate?: boolean | undefined;
  /** Whether `read` copes with a body in a file. */
  readonly spools: boolean;
}
