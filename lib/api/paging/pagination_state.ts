import type { Sign } from "./evidence.ts";

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Where a stream stands between two pages: all that is needed to go on after a crash.
 *
 * It survives `JSON.stringify`; treat it as opaque.
 */
export interface PaginationState {
  /** Version of this form. */
  readonly v: 1;
  /** Position of the next page, in the strategy's own terms. */
  readonly position: JsonValue;
  /** Pages behind it, skipped ones included. */
  readonly pages: number;
  /** Records behind it. */
  readonly records: number;
  /** Pages skipped. */
  readonly skipped: number;
  /** Pages skipped in a row just before it. */
  readonly skippedInRow: number;
  /** Pages without records in a row just before it. */
  readonly emptyInRow: number;
  /** Whether the server was seen to honour the page size: `broken` once a page held more. */
  readonly pageSize: "unseen" | "honoured" | "broken";
  /** The last total that the server declared. */
  readonly total?: number;
  /** Whether it ever declared another one: then no total proves anything. */
  readonly totalChanged?: boolean;
  /** Whether a page had the place where its next one is named. */
  readonly nextSeen?: boolean;
  /** Whether a page showed that every page has that place. */
  readonly nextAlways?: boolean;
  /** Records of the longest page. */
  readonly longest?: number;
  /** Whether the last page with records was shorter than asked for, and than the longest before it. */
  readonly afterShort?: boolean;
  /** Signs of the end on the page just before it that another sign disputed. */
  readonly said?: readonly Sign[];
  /** Whether a page began with what the one before ended with, and not by chance. */
  readonly overlaps?: boolean;
  /** Whether a page began with a record from the middle of the one before. */
  readonly unstable?: boolean;
  /** Whether a page that was empty had records when it was asked for again, after later pages. */
  readonly filled?: boolean;
  /** Whether a page without records that was unlike the others came before one with records. */
  readonly odd?: boolean;
  /** Whether an empty page did not follow the last record. */
  readonly miscounted?: boolean;
  /** Whether there is a page 0, with records that no page brought. */
  readonly firstLeftOut?: boolean;
  /** Whether its links count pages or records. */
  readonly numbered?: boolean;
  /** Whether the page just before it said that there are more. */
  readonly promised?: boolean;
}
