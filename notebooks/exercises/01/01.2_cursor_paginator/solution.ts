/**
 * Data first, cursor second. Two writes have a moment between them, and a crash will find it. If the data is there and the
 * cursor is not, the page is read once more: work is repeated. If the cursor is there and the data is not, nobody will ever
 * ask for that page again: data is lost, silently. So the order is not a matter of taste; "at least once" is the best that two
 * separate writes can do.
 *
 * Exactly once comes from the name. A page that is read again gets the same name (its own cursor) and replaces itself. A
 * counter that starts at 1 in every run would, after a crash, write page 7's data over page 1.
 *
 * The generator yields after the page is safe, and fetches the next one only when it is asked. Its reader sets the pace;
 * one page is in memory, whether there are four or four thousand.
 *
 * An error status is thrown. Taken as a page without items it would look like the end, and a run that lost half of the data
 * would be green.
 *
 * In lib/pipeline both writes are one SQLite transaction with the file's length in it; then a crash repeats nothing at all.
 * That is the same idea with a better store.
 *
 * @module
 */
/** One record of the API. */
export interface Item {
  readonly id: number;
}

/** How far a run is. */
export interface State {
  /** The cursor of the page to read next; `null` when all pages are read. */
  readonly next: string | null;
}

/** What outlives a crash. */
export interface Store {
  /** What was saved last; `undefined` before the first save. */
  load(): Promise<State | undefined>;
  /** Durable when it returns. */
  save(state: State): Promise<void>;
  /** Durable when it returns; replaces the page of that name. */
  writePage(name: string, items: readonly Item[]): Promise<void>;
}

/** Reports that a page is safe. */
export interface PageDone {
  readonly name: string;
  readonly count: number;
}

/** Reads all pages into the store, or what is left of them after a crash. */
export async function* ingest(url: string, store: Store): AsyncGenerator<PageDone, void> {
  const state = await store.load();
  if (state?.next === null) return;
  let cursor = state?.next;
  while (true) {
    const page = await fetchPage(url, cursor);
    const name = cursor === undefined ? "first" : `cursor-${cursor}`;
    await store.writePage(name, page.items);
    await store.save({ next: page.next });
    yield { name, count: page.items.length };
    if (page.next === null) return;
    cursor = page.next;
  }
}

interface Page {
  readonly items: readonly Item[];
  readonly next: string | null;
}

async function fetchPage(url: string, cursor: string | undefined): Promise<Page> {
  const address = new URL(url);
  if (cursor !== undefined) address.searchParams.set("cursor", cursor);
  const response = await fetch(address);
  if (response.status === 200) return await response.json();
  await response.body?.cancel();
  throw new Error(`Cannot read ${address.pathname}: status ${response.status}, wanted 200`);
}
