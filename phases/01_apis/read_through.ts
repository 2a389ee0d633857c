import type {
  ApiClient,
  Page,
  PagesOptions,
  PaginationState,
  StreamEnd,
  StreamRequest,
} from "../../lib/api/mod.ts";
import { IngestError } from "../../lib/errors/mod.ts";

/** A stream, read as far as it goes. */
export interface ReadThrough {
  /** Records that were handed over. */
  readonly read: number;
  /** The different ids among them: fewer than `read` where records came twice. */
  readonly ids: ReadonlySet<unknown>;
  readonly pages: readonly Pick<Page, "number" | "url" | "attempts" | "status" | "skipped">[];
  /** How it ended; absent if it failed. */
  readonly end?: StreamEnd;
  /** Why it failed. */
  readonly error?: IngestError;
  /** The position to resume from, after a trip through JSON; a pipeline commits it together with the page. */
  readonly state: PaginationState | undefined;
}

/** Reads a stream to its end or to its failure. */
export async function readThrough(
  client: ApiClient,
  stream: StreamRequest,
  options: PagesOptions = {},
): Promise<ReadThrough> {
  const pages: ReadThrough["pages"][number][] = [];
  const ids = new Set<unknown>();
  const listing = client.pages(stream, options);
  let read = 0;
  let state: PaginationState | undefined;
  try {
    for (;;) {
      const step = await listing.next();
      if (step.done) return { read, ids, pages, state, end: step.value };
      const { number, url, attempts, status, records, next, skipped } = step.value;
      pages.push({ number, url, attempts, status, ...(skipped === undefined ? {} : { skipped }) });
      read += records.length;
      for (const { value } of records) ids.add((value as { readonly id?: unknown }).id);
      state = next === undefined ? undefined : JSON.parse(JSON.stringify(next)) as PaginationState;
    }
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { read, ids, pages, state, error };
  }
}
