import type { Body, Item, Outcome } from "../../../notebooks/exercises/01/01.4_looping_api/stub.ts";
import type { Subject } from "../../../notebooks/exercises/01/01.4_looping_api/check.ts";

async function pageAt(url: string, offset: number, limit: number): Promise<Body> {
  const response = await fetch(`${url}?limit=${limit}&offset=${offset}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return await response.json();
}

/** Knows a page again by a text made of its rows. */
function reader(identity: (items: readonly Item[]) => string): Subject["readEverything"] {
  return async (url, limit, write) => {
    const [seen, pages] = [new Map<number, number>(), [] as string[]];
    let [read, written] = [0, 0];
    for (;;) {
      const { items: rows, total } = await pageAt(url, read, limit);
      const outcome = { read, written, duplicates: read - written };
      if (rows.length === 0) {
        return {
          ...outcome,
          reason: "empty-page",
          complete: !(total !== undefined && read < total),
        };
      }
      const id = identity(rows);
      if (pages.includes(id)) return { ...outcome, reason: "loop", complete: false };
      pages.push(id);
      for (const row of rows) {
        read += 1;
        const times = seen.get(row.id) ?? 0;
        seen.set(row.id, times + 1);
        if (times > 0) continue;
        await write(row);
        written += 1;
      }
      if (total !== undefined && read >= total) {
        return {
          complete: true,
          reason: "total-reached",
          read,
          written,
          duplicates: read - written,
        };
      }
    }
  };
}

const plain = reader((items) => JSON.stringify(items));

/** Pages come from a generator that judges them; the rows are counted outside. */
async function* pagesOf(url: string, limit: number) {
  const known = new Set<string>();
  for (let offset = 0;;) {
    const body = await pageAt(url, offset, limit);
    const key = body.items.map(({ id }) => id).sort((a, b) => a - b).join("|");
    if (known.has(key) && body.items.length > 0) return "loop" as const;
    known.add(key);
    yield body;
    if (body.items.length === 0) return "empty-page" as const;
    offset += body.items.length;
    if (body.total !== undefined && offset >= body.total) return "total-reached" as const;
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "whole pages as text": { readEverything: plain },
  "pages by their rows in any order": {
    readEverything: reader((items) => items.map(({ id }) => id).toSorted((a, b) => a - b).join()),
  },
  "pages by a digest": {
    readEverything: reader((items) => {
      let hash = 7n;
      for (const { id } of items) hash = hash * 1_000_003n + BigInt(id);
      return hash.toString(36);
    }),
  },
  "a generator of pages": {
    async readEverything(url, limit, write) {
      const pages = pagesOf(url, limit);
      const ids = new Set<number>();
      let [read, total] = [0, undefined as number | undefined];
      let step = await pages.next();
      for (; !step.done; step = await pages.next()) {
        total = step.value.total;
        read += step.value.items.length;
        for (const item of step.value.items) {
          if (ids.has(item.id)) continue;
          ids.add(item.id);
          await write(item);
        }
      }
      const reason = step.value;
      const complete = reason === "total-reached" ||
        reason === "empty-page" && read >= (total ?? 0);
      return { complete, reason, read, written: ids.size, duplicates: read - ids.size };
    },
  },
  "a promise of their own around write()": {
    readEverything: (url, limit, write) =>
      plain(url, limit, (item) => new Promise((resolve) => resolve(write(item)))),
  },
  "a class instance as the outcome": {
    async readEverything(url, limit, write) {
      class Ended {
        constructor(outcome: Outcome) {
          Object.assign(this, outcome);
        }
      }
      return new Ended(await plain(url, limit, write)) as unknown as Outcome;
    },
  },
  "an outcome with more in it": {
    async readEverything(...args) {
      const outcome = await plain(...args);
      return { at: "now", ...outcome, duplicates: outcome.read - outcome.written };
    },
  },
  "recursion": {
    async readEverything(url, limit, write) {
      const ids = new Set<number>();
      const go = async (read: number, pages: readonly string[]): Promise<Outcome> => {
        const end = (reason: Outcome["reason"], complete: boolean, at = read) => {
          return { reason, complete, read: at, written: ids.size, duplicates: at - ids.size };
        };
        const { items, total } = await pageAt(url, read, limit);
        const page = String(items.map(({ id }) => id));
        if (page === "") return end("empty-page", total === undefined || total <= read);
        if (pages.some((other) => other === page)) return end("loop", false);
        for (const item of items) {
          if (!ids.has(item.id)) await write(item);
          ids.add(item.id);
        }
        const now = read + items.length;
        if (total !== undefined && now >= total) return end("total-reached", true, now);
        return await go(now, [...pages, page]);
      };
      return await go(0, []);
    },
  },
};
