/** Forms in which the borders of a window are sent. */
export const WINDOW_FORMS = ["iso", "epoch_s", "epoch_ms", "number"] as const;

/** One of {@linkcode WINDOW_FORMS}. */
export type WindowForm = (typeof WINDOW_FORMS)[number];

/**
 * Divides a stream into spans of time or of ids, each of which stays under the API's cap on results.
 *
 * A span whose answer reaches the cap may be cut off: it is halved before any of its records is handed over.
 */
export interface WindowOptions {
  /** Parameter that takes the start of a span, which belongs to it. */
  readonly param_from: string;
  /** Parameter that takes its end. */
  readonly param_to: string;
  /** Form of both. @default "iso" */
  readonly form?: WindowForm | undefined;
  /** Start of the first span: a date, or a number for `number`. */
  readonly from: string | number;
  /** End of the last one, which does not belong to it. @default {now, as the stream begins} */
  readonly to?: string | number | undefined;
  /** Length of a span: ms, or a count for `number`. Dense spans are halved, and grow again behind them. */
  readonly size: number;
  /** Results that the API gives to one query at most. */
  readonly max_results: number;
  /**
   * Whether the API counts the end as part of a span. Ids then end one earlier. Spans of time share their borders
   * instead, since between two instants there may always be a record: what stands on a border comes twice and is left
   * out the second time; where the bytes of a record leave doubt, the API is asked for that instant alone. What stands
   * exactly on `to` comes too. @default "exclusive"
   */
  readonly end?: "exclusive" | "inclusive" | undefined;
}
