import type { Page } from "../../../api/mod.ts";
import type { PageEntry } from "../../../audit/mod.ts";
import { maskSecrets } from "../../../logging/mod.ts";
import type { RecordBatch } from "../../record_batch.ts";
import { type Listings, ofListing } from "./listings.ts";

/** Returns a page as a batch of records. */
export function batchOf(
  page: Page,
  validators: unknown,
  listings: Listings | undefined,
): RecordBatch {
  const values = listings?.values[page.listing ?? -1];
  return {
    records: values === undefined ? page.records : ofListing(page.records, values),
    position: page.next && listings ? { ...page.next, listings: listings.identity } : page.next,
    number: page.number,
    origin: page.url,
    requests: page.attempts,
    waited: page.timing.waited,
    bytes: page.bytes,
    total: page.total,
    validators,
    skipped: page.skipped &&
      { message: page.skipped.error.message, raw: page.skipped.bodySample },
  };
}

/** Returns a page as the audit database keeps it, of a run that started then. */
export function entryOf(page: Page, startedAt: number): PageEntry {
  const { askedAt, took, waited } = page.timing;
  return {
    number: page.number,
    token: page.token,
    sha256: page.sha256,
    url: maskSecrets(page.url),
    requestId: page.requestId,
    status: page.status,
    attempts: page.attempts,
    bytes: page.bytes,
    records: page.records.length,
    askedMs: Math.round(askedAt - startedAt),
    tookMs: Math.round(took),
    waitedMs: Math.round(waited),
  };
}
