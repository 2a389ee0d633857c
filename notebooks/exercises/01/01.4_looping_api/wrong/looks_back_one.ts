// Compares a page with the one before it.
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
  let before = "";
  let read = 0;
  const end = (reason: Outcome["reason"], complete: boolean): Outcome => {
    return { complete, reason, read, written: ids.size, duplicates: read - ids.size };
  };
  while (true) {
    const { items, total } = await fetchPage(url, read, limit);
    if (items.length === 0) return end("empty-page", total === undefined || read >= total);
    const identity = JSON.stringify(items.map(({ id }) => id));
    if (identity === before) return end("loop", false);
    before = identity;
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
