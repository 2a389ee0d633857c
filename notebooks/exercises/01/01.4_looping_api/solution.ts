/**
 * The offset grows by what came, not by what was asked for. A server that caps the page size is within its rights; a client
 * that assumes its own number skips rows, and nothing anywhere turns red.
 *
 * A short page is no evidence. Servers cap, filter after paging, or have a bad day. The evidence for the end is a declared total
 * that was reached, or an empty page if no total was declared. An empty page before the total is reached is the opposite of
 * proof, and is said to be: complete is false, and what was read is kept.
 *
 * The page is judged before its rows. A loop's rows look like duplicates; counted, they would carry `read` up to `total`, and
 * a run that lost half of the data would call itself complete. So a repeated page stops the stream and counts for nothing.
 *
 * All pages are remembered, not only the last. Two caches behind a load balancer give A, B, A, B; a guard that looks one back
 * sees nothing. A page is remembered by its ids (in production: by a hash of its bytes), so that this costs little memory.
 *
 * Duplicates are counted, not only dropped. read = written + duplicates is the line that makes the sum checkable for those
 * who come after us.
 *
 * @module
 */
/** One row of the API. */
export interface Item {
  readonly id: number;
}

/** What the API answers. */
export interface Body {
  readonly items: readonly Item[];
  /** Rows in all, if the server says so. */
  readonly total?: number;
}

/** How the stream ended. */
export interface Outcome {
  /** Whether every row was read, by the evidence. */
  readonly complete: boolean;
  readonly reason: "total-reached" | "empty-page" | "loop";
  /** Rows of the pages that counted. */
  readonly read: number;
  readonly written: number;
  readonly duplicates: number;
}

/** Reads every row of an offset-paged API once, and says whether that is all of them. */
export async function readEverything(
  url: string,
  limit: number,
  write: (item: Item) => Promise<void>,
): Promise<Outcome> {
  const ids = new Set<number>();
  const pages = new Set<string>();
  let read = 0;
  const end = (reason: Outcome["reason"], complete: boolean): Outcome => {
    return { complete, reason, read, written: ids.size, duplicates: read - ids.size };
  };
  while (true) {
    const { items, total } = await fetchPage(url, read, limit);
    if (items.length === 0) return end("empty-page", total === undefined || read >= total);
    const identity = JSON.stringify(items.map(({ id }) => id));
    if (pages.has(identity)) return end("loop", false);
    pages.add(identity);
    for (const item of items) {
      read++;
      if (ids.has(item.id)) continue;
      await write(item);
      ids.add(item.id);
    }
    if (total !== undefined && read >= total) return end("total-reached", true);
  }
}

async function fetchPage(url: string, offset: number, limit: number): Promise<Body> {
  const address = new URL(url);
  address.searchParams.set("offset", String(offset));
  address.searchParams.set("limit", String(limit));
  const response = await fetch(address);
  if (response.status === 200) return await response.json();
  await response.body?.cancel();
  throw new Error(`Cannot read ${address.pathname}: status ${response.status}, wanted 200`);
}
