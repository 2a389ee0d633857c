// Never asks how far the run before it came; the page names save it from duplicates, not from the work.
/** One record of the API. */
export interface Item {
  readonly id: number;
}

/** Where a run stands. */
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

/** Tells that a page is safe. */
export interface PageDone {
  readonly name: string;
  readonly count: number;
}

/** Reads all pages into the store, or what is left of them after a crash. */
export async function* ingest(url: string, store: Store): AsyncGenerator<PageDone, void> {
  const state = await store.load();
  if (state?.next === null) return;
  let cursor: string | undefined;
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
