import type { IngestError } from "../../errors/mod.ts";
import type { PageValidators } from "../transport/api_request.ts";
import type { PageRecords } from "../body/page_records.ts";
import type { PaginationState } from "./pagination_state.ts";
import type { RequestTiming } from "../transport/request_timing.ts";
import type { StreamEnd } from "./stream_end.ts";

/** One page of a stream. */
export interface Page {
  /** Its number in the stream, from 1. */
  readonly number: number;
  /** Number of its listing, from 0, in a stream of many. */
  readonly listing?: number;
  /** Its URL, secrets hidden. */
  readonly url: string;
  /** The `X-Request-Id` of the attempt that brought it. */
  readonly requestId: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Size of its body, decompressed. */
  readonly bytes: number;
  /** How many attempts it took. */
  readonly attempts: number;
  /** When it was asked for, and how long that took. */
  readonly timing: RequestTiming;
  /** Identity of its position, by which a repeat is recognized. */
  readonly token: string;
  /** Sha256, in hex, of the bytes from its first record to the end of its last. */
  readonly sha256: string;
  /** Its records, in order. */
  readonly records: PageRecords;
  /** How many of them, at the beginning, are those that the page before ended with. @default 0 */
  readonly overlap?: number;
  /** Where to go on; `undefined` on the last page. */
  readonly next: PaginationState | undefined;
  /** By what the server knows this version of the page, where it says so: for `ifChanged` the next time. */
  readonly validators: PageValidators | undefined;
  /** How the stream ended; set on the last page, so that it can be stored together with it. */
  readonly end: StreamEnd | undefined;
  /** How many records there are by the server's own word, where it gives one. */
  readonly total: number | undefined;
  /** Why the page could not be read; set only under `onPageError: "skip"`, and then `records` is empty. */
  readonly skipped?: { readonly error: IngestError; readonly bodySample: Uint8Array };
}
