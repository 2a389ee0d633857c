// deno-lint-ignore-file no-unused-vars require-yield
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
  // TODO(you): load the state; then for each page: fetch, make it safe, yield.
  throw new Error(
    "Not written yet: ingest() in this file; begin with a loop that reads every page",
  );
}
