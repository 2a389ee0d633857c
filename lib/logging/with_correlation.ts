import { withContext } from "@logtape/logtape";

/** Fields that tell which run, stream, page and attempt a line belongs to, in the order in which a line shows them. */
export const CORRELATION_KEYS = ["run_id", "source", "stream", "page", "attempt"] as const;

/** Values of {@linkcode CORRELATION_KEYS}. */
export interface Correlation {
  /** Id of the run. */
  readonly run_id?: string;
  /** Name of the source. */
  readonly source?: string;
  /** Name of the stream. */
  readonly stream?: string;
  /** Page within the stream, 1-based. */
  readonly page?: number;
  /** Attempt at the same request, 1-based. */
  readonly attempt?: number;
}

/**
 * Runs a function whose log lines, and those of everything that it awaits, all carry the fields.
 *
 * Calls nest: an inner one adds to the outer one's fields.
 *
 * @param fields What the lines carry.
 * @param fn The function; may be async.
 * @returns What the function returns.
 */
export function withCorrelation<T>(fields: Correlation, fn: () => T): T {
  return withContext({ ...fields }, fn);
}
