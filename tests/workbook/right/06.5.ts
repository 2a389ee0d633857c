import type { Ask, Item, Listing } from "../../../notebooks/exercises/06/06.5_unknown_api/stub.ts";

type ReadAll = (ask: Ask, before?: Listing) => Promise<Listing>;

interface Page {
  records: Item[];
  next: string | undefined;
  total: number | undefined;
}

/** By a walk over everything, two levels deep. */
function plain(answer: unknown): Page {
  const page: Page = { records: [], next: undefined, total: undefined };
  const take = (key: string, value: unknown, depth: number) => {
    if (Array.isArray(value)) page.records = page.records.concat(value);
    else if (typeof value === "object" && value !== null && depth < 2) {
      for (const [name, inner] of Object.entries(value)) take(name, inner, depth + 1);
    } else if (/^(next|next_cursor|cursor)$/.test(key) && typeof value === "string" && value) {
      page.next = value;
    } else if (/^(total|count)$/.test(key) && typeof value === "number") page.total = value;
  };
  take("", answer, 0);
  return page;
}

/** By the text of the answer. */
function byText(answer: unknown): Page {
  const text = JSON.stringify(answer);
  const { records } = plain(answer);
  const [, next] = /"(?:next|next_cursor|cursor)":"([^"]+)"/.exec(text) ?? [];
  const [, total] = /"(?:total|count)":(\d+)/.exec(text) ?? [];
  return { records, next, total: total === undefined ? undefined : Number(total) };
}

function unique(records: readonly Item[]): Item[] {
  return records.filter(({ id }, i) => records.findIndex((one) => one.id === id) === i);
}

function judged(records: readonly Item[], total: number | undefined): Listing {
  const own = unique(records);
  const complete = total === undefined || own.length === total;
  return { records: own, complete, why: `${own.length} of ${total ?? "an unknown number"}` };
}

function loop(read: (answer: unknown) => Page): ReadAll {
  return async (ask, before) => {
    const records = [...before?.records ?? []];
    const been: (string | undefined)[] = [];
    for (let cursor = before?.next;;) {
      been.push(cursor);
      const answer = await ask(cursor).then(read, (error: Error) => error);
      if (answer instanceof Error) {
        return { records: unique(records), complete: false, why: answer.message, next: cursor };
      }
      records.push(...answer.records);
      if (answer.next === undefined) return judged(records, answer.total);
      if (been.includes(answer.next)) {
        return { records: unique(records), complete: false, why: "a circle" };
      }
      cursor = answer.next;
    }
  };
}

/** One page, and then the rest. */
async function recursive(ask: Ask, before?: Listing): Promise<Listing> {
  const step = async (
    cursor: string | undefined,
    records: readonly Item[],
    been: ReadonlySet<string | undefined>,
  ): Promise<Listing> => {
    if (been.has(cursor)) return { records, complete: false, why: `back at ${cursor}` };
    let page: Page;
    try {
      page = plain(await ask(cursor));
    } catch (error) {
      return { records, complete: false, why: `${error}`, next: cursor };
    }
    const all = unique([...records, ...page.records]);
    return page.next === undefined
      ? judged(all, page.total)
      : await step(page.next, all, new Set([...been, cursor]));
  };
  return await step(before?.next, before?.records ?? [], new Set());
}

async function* pages(ask: Ask, from: string | undefined): AsyncGenerator<Page, string, void> {
  const been = new Set<string | undefined>();
  for (let cursor = from; !been.has(cursor);) {
    been.add(cursor);
    const page = plain(await ask(cursor));
    yield page;
    if (page.next === undefined) return "end";
    cursor = page.next;
  }
  return "circle";
}

async function generated(ask: Ask, before?: Listing): Promise<Listing> {
  let [records, next, total] = [
    before?.records ?? [],
    before?.next,
    undefined as number | undefined,
  ];
  const all = pages(ask, next);
  for (;;) {
    let step: IteratorResult<Page, string>;
    try {
      step = await all.next();
    } catch (error) {
      return { records, complete: false, why: String(error), next };
    }
    if (step.done) {
      const listing = judged(records, total);
      return step.value === "end" ? listing : { ...listing, complete: false, why: "a circle" };
    }
    records = unique([...records, ...step.value.records]);
    ({ next, total } = step.value);
  }
}

class Reader {
  readonly #records = new Map<Item["id"], Item>();
  readonly #been = new Set<string>();
  #cursor: string | undefined;

  constructor({ records = [], next }: Partial<Listing> = {}) {
    this.#take(records);
    this.#cursor = next;
  }

  async read(ask: Ask): Promise<Listing> {
    const key = this.#cursor ?? "";
    if (this.#been.has(key)) return this.#listing(false, "a circle");
    this.#been.add(key);
    let page: Page;
    try {
      page = byText(await ask(this.#cursor));
    } catch (error) {
      return { ...this.#listing(false, `${error}`), next: this.#cursor };
    }
    this.#take(page.records);
    this.#cursor = page.next;
    if (page.next !== undefined) return await this.read(ask);
    const wanted = page.total ?? this.#records.size;
    return this.#listing(wanted === this.#records.size, `${wanted} wanted`);
  }

  #take(records: readonly Item[]): void {
    for (const one of records) if (!this.#records.has(one.id)) this.#records.set(one.id, one);
  }

  #listing(complete: boolean, why: string): Listing {
    return { records: [...this.#records.values()], complete, why };
  }
}

/** Unusual, and right. */
export const right: Record<string, { readonly readAll: ReadAll }> = {
  "a walk": { readAll: loop(plain) },
  "the text of the answer": { readAll: loop(byText) },
  "recursive": { readAll: recursive },
  "a generator": { readAll: generated },
  "a class": { readAll: (ask, before) => new Reader(before).read(ask) },
  "says next as undefined": {
    readAll: async (ask, before) => ({ next: undefined, ...await recursive(ask, before) }),
  },
  "frozen": { readAll: async (...args) => Object.freeze(await generated(...args)) },
  "a chain": { readAll: (ask, before) => Promise.resolve().then(() => loop(plain)(ask, before)) },
};
