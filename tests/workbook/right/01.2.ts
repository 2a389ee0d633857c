import type {
  Item,
  PageDone,
  Store,
} from "../../../notebooks/exercises/01/01.2_cursor_paginator/stub.ts";
import type { Subject } from "../../../notebooks/exercises/01/01.2_cursor_paginator/check.ts";

type Form = Subject["ingest"];

interface Page {
  readonly items: readonly Item[];
  readonly next: string | null;
}

class ApiError extends Error {
  override readonly name = "ApiError";
}

async function fetchPage(url: string, cursor?: string | null): Promise<Page> {
  const query = cursor === undefined || cursor === null
    ? ""
    : `?${new URLSearchParams({ cursor })}`;
  const response = await fetch(url + query);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ApiError(`${response.status}`);
  }
  return await response.json();
}

/** With the store's functions taken out of it. */
async function* destructured(
  url: string,
  { load, save, writePage }: Store,
): AsyncGenerator<PageDone, void> {
  let next = (await load())?.next;
  while (next !== null) {
    const { items, next: after } = await fetchPage(url, next);
    const name = `page ${next ?? "0"}`;
    await writePage(name, items);
    await save({ next: after });
    yield { name, count: items.length };
    next = after;
  }
}

/** One page, then the pages after it. */
async function* recursive(url: string, store: Store): AsyncGenerator<PageDone, void> {
  const state = await store.load();
  if (state?.next === null) return;
  const page = await fetchPage(url, state?.next);
  const name = encodeURIComponent(state?.next ?? "-");
  await store.writePage(name, page.items);
  await store.save({ next: page.next });
  yield { name, count: page.items.length };
  yield* recursive(url, store);
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "a destructured store": { ingest: destructured },
  "a spread store": { ingest: (url, store) => destructured(url, { ...store }) },
  "recursion, with the state read back each time": { ingest: recursive },
  "a promise of a generator": {
    ingest: (async (url: string, store: Store) => {
      await Promise.resolve();
      return destructured(url, store);
    }) as unknown as Form,
  },
  "an object with its own iterator": {
    ingest: ((url: string, store: Store) => ({
      async *[Symbol.asyncIterator]() {
        yield* recursive(url, store);
      },
    })) as unknown as Form,
  },
  "named by the first row": {
    async *ingest(url, store) {
      const state = await store.load();
      for (let next = state?.next; next !== null;) {
        const page: Page = await fetchPage(url, next);
        const name = `from-${page.items[0]?.id ?? `nothing-at-${next}`}`;
        await store.writePage(name, page.items.map(({ id }) => ({ id })));
        await store.save({ next: page.next });
        yield { name, count: page.items.length };
        next = page.next;
      }
    },
  },
  "saved when the reader comes back": {
    async *ingest(url, store) {
      let next = (await store.load())?.next;
      do {
        if (next === null) return;
        const page: Page = await fetchPage(url, next);
        const name = next ?? "(first)";
        await store.writePage(name, page.items);
        yield { name, count: page.items.length };
        await store.save({ next: page.next });
        next = page.next;
      } while (true);
    },
  },
  "a class with a step": {
    async *ingest(url, store) {
      class Run {
        next: string | null | undefined;
        async step() {
          const page = await fetchPage(url, this.next);
          const done = { name: `c:${this.next}`, count: page.items.length };
          await store.writePage(done.name, page.items);
          await store.save(page);
          this.next = page.next;
          return done;
        }
      }
      const run = new Run();
      run.next = (await store.load())?.next;
      while (run.next !== null) yield await run.step();
    },
  },
};
