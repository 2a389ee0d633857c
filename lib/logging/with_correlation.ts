import { AsyncLocalStorage } from "node:async_hooks";
import type { ContextLocalStorage } from "@logtape/logtape";

/** Fields that say which run, stream, page or file a line belongs to, in the order in which a line shows them. */
export const CORRELATION_KEYS = [
  "run_id",
  "source",
  "stream",
  "page",
  "file",
  "attempt",
  "trace_id",
  "span_id",
] as const;

/** Holds the fields of what is being done. */
const context = new AsyncLocalStorage<Record<string, unknown>>();

/** What LogTape reads the fields from. */
export const CONTEXT_STORAGE: ContextLocalStorage<Record<string, unknown>> = context;

/** Values of {@linkcode CORRELATION_KEYS}; trace and span are made of the others. */
export interface Correlation {
  /** Id of the run. */
  readonly run_id?: string;
  /** Name of the source. */
  readonly source?: string;
  /** Name of the stream. */
  readonly stream?: string;
  /** Page within the stream, 1-based. */
  readonly page?: number;
  /** Path of a file within its source. */
  readonly file?: string;
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
  return context.run({ ...context.getStore(), ...fields }, fn);
}

const NOWHERE: Readonly<Record<string, unknown>> = {};

/** The same object for as long as the fields are the same. */
export function currentContext(): Readonly<Record<string, unknown>> {
  return context.getStore() ?? NOWHERE;
}

/**
 * Returns the fields that the lines of this moment carry, to be sent to a Worker: there `withCorrelation` takes them, since
 * no context goes with a message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const seen = withCorrelation({ stream: "orders" }, () => withCorrelation({ page: 2 }, currentCorrelation));
 * assertEquals(seen, { stream: "orders", page: 2 });
 * ```
 */
export function currentCorrelation(): Correlation {
  return { ...context.getStore() };
}
