import { BACKOFF, type BackoffOptions } from "../../errors/mod.ts";
import type { WaitUnit } from "../headers/parse_wait.ts";

/** When a failed request is repeated; times in ms. */
export interface RetryOptions extends BackoffOptions {
  /** Methods that may be repeated without being declared idempotent. @default GET, HEAD, OPTIONS, PUT, DELETE */
  readonly methods?: readonly string[];
  /** Statuses worth another attempt. @default 408, 413, 425, 429, 500, 502, 503, 504 */
  readonly statuses?: readonly number[];
  /** The longest single wait, backoff included; when the server asks for more, the run is suspended. @default 120_000 */
  readonly maxWait?: number;
  /**
   * The time that all attempts and waits of one request may take; an attempt that hangs is cut by it. When the server
   * asks for a wait beyond it, the run is suspended. @default 900_000
   */
  readonly elapsed?: number;
  /** Where the API asks for a wait, if not in one of the usual headers. @default {nowhere else} */
  readonly waitFrom?: WaitFrom | undefined;
  /** Has the first word on a failure: `true` retries, `false` does not, `undefined` leaves it to the rules. */
  readonly shouldRetry?: (failure: RetryQuestion) => boolean | undefined;
  /** Retries earned by each request, shared by the whole client, so that retries cannot become a storm. @default 0.1 */
  readonly budgetRatio?: number;
  /** Retries at hand from the start, and the most that can be saved up. @default 100 */
  readonly budgetReserve?: number;
}

/** Where an API asks for a wait; one of `header` and `path`. */
export interface WaitFrom {
  /** Name of a header. */
  readonly header?: string | undefined;
  /** Dot path in the JSON body of a refusal. */
  readonly path?: string | undefined;
  /** What the value counts. @default {by its form} */
  readonly unit?: WaitUnit | undefined;
}

/** What {@linkcode RetryOptions.shouldRetry} is asked about. */
export interface RetryQuestion {
  /** What happened. */
  readonly error: Error;
  /** The HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** The number of the failed attempt, from 1. */
  readonly attempt: number;
}

/** {@linkcode RetryOptions} with every default filled in. */
export type CompleteRetryOptions =
  & Required<Omit<RetryOptions, "shouldRetry" | "waitFrom">>
  & Pick<RetryOptions, "shouldRetry" | "waitFrom">;

const DEFAULTS = {
  ...BACKOFF,
  methods: ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"],
  statuses: [408, 413, 425, 429, 500, 502, 503, 504],
  maxWait: 120_000,
  elapsed: 900_000,
  budgetRatio: 0.1,
  budgetReserve: 100,
} as const satisfies RetryOptions;

/**
 * Fills in the defaults and checks the numbers.
 *
 * @throws {RangeError} If a number is negative or not a number.
 */
export function completeRetryOptions(options: RetryOptions = {}): CompleteRetryOptions {
  const complete = { ...DEFAULTS, ...options };
  for (const [name, value] of Object.entries(complete)) {
    if (typeof value === "number" && !(value >= 0)) {
      throw new RangeError(`Cannot use retry option "${name}": ${value} is not a number from 0 up`);
    }
  }
  if (!Number.isInteger(complete.limit)) {
    throw new RangeError(`Cannot use retry option "limit": ${complete.limit} is not whole`);
  }
  // A backoff is a wait like any other.
  return { ...complete, cap: Math.min(complete.cap, complete.maxWait) };
}
