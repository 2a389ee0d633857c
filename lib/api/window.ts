import type { WindowForm } from "../grammar/mod.ts";

/** Which boundaries of a span the API counts as part of it: the start alone, or both. */
export const WINDOW_BOUNDS = ["[)", "[]"] as const;

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
  /** End of the last one, which does not belong to it. @default {now, as the stream begins} */
  readonly end?: string | number | undefined;
  /** Length of a span: ms, or a count for `number`. Dense spans are halved, and grow again behind them. */
  readonly step: number;
  /** Results that the API gives to one query at most. */
  readonly max_results: number;
  /**
   * Which boundaries of a span the API counts as part of it. With `[]` spans of ids end one earlier. Spans of time share their borders
   * instead, since between two instants there may always be a record: what stands on a border comes twice and is left
   * out the second time; where the bytes of a record leave doubt, the API is asked for that instant alone. What stands
   * exactly on `end` comes too. @default "[)"
   */
  readonly bounds?: WindowBounds | undefined;
}
