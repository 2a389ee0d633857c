import type { WindowForm } from "../../grammar/mod.ts";

/** Which boundaries of a span the API counts as part of it: `[` and `]` do, `(` and `)` do not. */
export const WINDOW_BOUNDS = ["[)", "[]", "(]", "()"] as const;

/** One of {@linkcode WINDOW_BOUNDS}. */
export type WindowBounds = (typeof WINDOW_BOUNDS)[number];

/**
 * Divides a stream into spans of time or of ids, each of which stays under the API's cap on results.
 *
 * A span whose answer reaches the cap may be cut off: it is halved before any of its records is handed over.
 */
export interface WindowOptions {
  /** Parameter that takes the start of a span, which belongs to it. */
  readonly start_param: string;
  /** Parameter that takes its end. */
  readonly end_param: string;
  /** Form of both. @default "iso" */
  readonly format?: WindowForm | undefined;
  /** Start of the first span: a date, or a number for `number`. */
  readonly start: string | number;
  /** Whether nothing wanted is exactly on `start`, so that an API that leaves a start out need not be asked from before it. @default false */
  readonly start_is_early?: boolean | undefined;
  /** End of the last one, which does not belong to it. @default {now, as the stream begins} */
  readonly end?: string | number | undefined;
  /** Length of a span: ms, or a count for `number`. Dense spans are halved, and grow again behind them. */
  readonly step: number;
  /** Results that the API gives to one query at most. */
  readonly max_results: number;
  /**
   * Which boundaries of a span the API counts as part of it.
   *
   * Without it, a span ends one step after the next begins, or more if the API is seen to round times, so that every record
   * comes whatever the API counts; what both spans brought is left out the second time, and the API is asked for the overlap alone if the bytes of a record leave
   * doubt. The same holds where spans of time must share a boundary, with `[]` and `()`, since between two instants there
   * may always be a record. What is exactly on `end` comes with `[]` and `(]` for times. @default {found by overlap}
   */
  readonly bounds?: WindowBounds | undefined;
}
