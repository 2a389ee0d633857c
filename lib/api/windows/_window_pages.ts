import { HttpError } from "../../errors/mod.ts";
import { logUntold } from "./events.ts";
import {
  countRecords,
  type RecordCounts,
  recordHashes,
  type SharedBorder,
} from "./_shared_border.ts";
import { BOUNDARY_UNCLEAR } from "./_window_state.ts";
import type { Against } from "../paging/evidence.ts";
import type { Page } from "../paging/page.ts";
import type { StreamEnd } from "../paging/stream_end.ts";

/** Returns the end of a window with what speaks against it in comparison with the one before. */
export function doubted(
  end: StreamEnd,
  about: {
    readonly counts: RecordCounts | undefined;
    readonly before: RecordCounts | undefined;
    /** Whether neighbours may bring the same records. */
    readonly shared: boolean;
    readonly isUnclear: boolean;
    /** Whether the API brings the same records for any window. */
    readonly isRepeated: boolean;
  },
): StreamEnd {
  const { counts, before, shared, isUnclear, isRepeated } = about;
  const found: Against[] = [];
  if (isUnclear) found.push(BOUNDARY_UNCLEAR);
  if (isRepeated) {
    found.push({
      code: "page-repeated",
      message: "a window holds the same records as the one before",
    });
  }
  // An API of the declared bounds has no record in two windows.
  if (!shared && counts?.keys().some((hash) => before?.has(hash))) {
    const message = "a window holds records of the one before, which are there twice; " +
      "check window.bounds";
    found.push({ code: "pages-overlap", message });
  }
  if (found.length === 0) return end;
  return { ...end, contradictions: [...end.contradictions, ...found], proven: false };
}

/** Whether two windows brought the same records. */
export function isSame(one: RecordCounts | undefined, other: RecordCounts | undefined): boolean {
  if (one === undefined || other === undefined || one.size < 2) return false;
  return one.size === other.size &&
    one.entries().every(([hash, count]) => other.get(hash) === count);
}

/** Statuses by which one may refuse a span of no length. */
const NO_LENGTH = new Set<number | undefined>([400, 404, 416, 422]);

/** Counts the records of a span's pages; `undefined` where the API refuses a span that is so short. */
export async function countsOf(
  pages: AsyncIterable<Page> | Iterable<Page>,
  border: number,
): Promise<RecordCounts | undefined> {
  const counts: RecordCounts = new Map();
  try {
    for await (const page of pages) countRecords(counts, recordHashes(page.records));
  } catch (error) {
    if (!(error instanceof HttpError) || !NO_LENGTH.has(error.status)) throw error;
    logUntold({ border, status: error.status });
    return undefined;
  }
  return counts;
}

/** A page that can wait: the records of a large one would be gone when the next is read. */
export function kept(page: Page): Page {
  return Array.isArray(page.records) ? page : { ...page, records: [...page.records] };
}

/** Counts what a span brought, up to the cap. */
export class Brought {
  readonly #limit: number;
  #number = 0;
  counts: RecordCounts | undefined;

  /** @param limit Records of which it keeps count. @param isCounted Whether it counts at all. */
  constructor(limit: number, isCounted: boolean) {
    this.#limit = limit;
    this.counts = isCounted ? new Map() : undefined;
  }

  add(hashes: readonly string[]): void {
    this.#number += hashes.length;
    if (this.#number > this.#limit) this.counts = undefined;
    if (this.counts !== undefined) countRecords(this.counts, hashes);
  }
}

/** Leaves out of a page what the span before brought. */
export async function trim(
  page: Page,
  border: SharedBorder | undefined,
  brought: Brought,
): Promise<Page> {
  if (border === undefined && brought.counts === undefined) return page;
  const hashes = recordHashes(page.records);
  brought.add(hashes);
  return border === undefined
    ? page
    : { ...page, records: await border.trim(page.records, hashes), overlap: 0 };
}
