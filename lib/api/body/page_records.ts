import type { PageRecord } from "./page_record.ts";

/**
 * The records of a page, in order. For most pages it is an array.
 *
 * The records of a body too large for memory stand in a temporary file and are cut out of it each time they are gone
 * through; they can be read until the next page is asked for.
 */
export interface PageRecords extends Iterable<PageRecord> {
  /** How many there are. */
  readonly length: number;
  /** Calls a function with each and returns what it returned, as an array. */
  map<T>(use: (record: PageRecord, index: number) => T): T[];
}
