import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import { ApiClient, type Page, type Pagination, type StreamEnd } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { json, serve } from "./_server.ts";
import { everyTest, runs } from "../_sample.ts";

const ignore = !granted("net");

interface Listing {
  readonly count: number;
  /** What is declared instead of the count. */
  readonly total?: number | undefined;
  /** Offsets at which a page is one record short, and at which the first answer is a 503. */
  readonly short?: readonly number[];
  readonly broken?: readonly number[];
}

const LIMIT = 5;

/** Answers from memory, each answer a few turns of the event loop late, in an order that differs from that of the questions. */
function fetchFrom(listing: Listing) {
  const { count, total = count, short = [], broken = [] } = listing;
  const failed = new Set<number>();
  const state = { underWay: 0, most: 0, asked: [] as number[] };
  const answer = (at: number): Response => {
    if (broken.includes(at) && !failed.has(at)) {
      failed.add(at);
      return new Response("no", { status: 503 });
    }
    const end = Math.min(count, at + LIMIT - (short.includes(at) ? 1 : 0));
    const d = Array.from({ length: Math.max(0, end - at) }, (_, n) => ({ id: at + n }));
    return Response.json({ total, d });
  };
  const fetch: typeof globalThis.fetch = async (input) => {
    const at = Number(new URL(String(input)).searchParams.get("offset"));
    state.asked.push(at);
    state.most = Math.max(state.most, ++state.underWay);
    for (let turn = (at / LIMIT * 7) % 4; turn >= 0; turn--) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    state.underWay--;
    return answer(at);
  };
  return { fetch, state };
}

async function read(listing: Listing, more: Partial<Pagination> & { parallel: number }): Promise<{
  items: Page[];
  end: StreamEnd;
  state: { most: number; asked: number[] };
}> {
  const { fetch, state } = fetchFrom(listing);
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    clock: new FakeClock(),
    rateLimit: { concurrency: 3 },
    fetch,
  });
  const pagination = { type: "offset", offset_param: "offset", size_param: "limit", size: LIMIT };
  const stream = { path: "/", records: "d", pagination: { ...pagination, ...more } as Pagination };
  return { ...await collect(client.pages(stream)), state };
}

/** Everything about a read that must not depend on what was under way at the same time. */
function facts({ items, end }: { items: readonly Page[]; end: StreamEnd }): unknown {
  const pages = items.map(({ number, token, sha256, records, next, total }) => [
    ...[number, token, sha256, next, total],
    records.map(({ value }) => value),
  ]);
  return [pages, { ...end, guard: end.guard?.code }];
}

everyTest(
  "pages() brings the same pages in the same order when it asks for several at once",
  async () => {
    const listings = fc.record({
      count: fc.nat(40),
      total: fc.option(fc.nat(45), { nil: undefined }),
      short: fc.array(fc.integer({ min: 0, max: 8 }).map((n) => n * LIMIT), { maxLength: 2 }),
      broken: fc.array(fc.integer({ min: 0, max: 8 }).map((n) => n * LIMIT), { maxLength: 2 }),
    });
    const property = fc.asyncProperty(
      listings,
      fc.integer({ min: 2, max: 6 }),
      async (listing, n) => {
        const sequential = await read(listing, { parallel: 1, total: "total" });
        const parallel = await read(listing, { parallel: n, total: "total" });
        assertEquals(facts(parallel), facts(sequential));
        assertEquals(sequential.state.most <= 1, true);
        // A wrong guess may still be under way when better ones are made: the limiter holds for all of them.
        assertEquals(parallel.state.most <= 3, true);
      },
    );
    await fc.assert(property, { numRuns: runs(25) });
  },
);

Deno.test("pages() ends only after every page asked for ahead has ended, wrong guesses too", async () => {
  // The page at 5 is short, so the guess at 10 is wrong; it is answered only when the stream gives it up.
  const { fetch, state } = fetchFrom({ count: 14, short: [5] });
  let wrong = "not asked";
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    clock: new FakeClock(),
    fetch: (input, init) => {
      if (!String(input).includes("offset=10")) return fetch(input, init);
      wrong = "under way";
      return new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", async () => {
          for (let turn = 0; turn < 3; turn++) await new Promise((next) => setTimeout(next, 0));
          wrong = "ended";
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    },
  });
  const pagination = {
    type: "offset",
    offset_param: "offset",
    size_param: "limit",
    size: LIMIT,
    total: "total",
    parallel: 3,
  } as const;
  const { end } = await collect(client.pages({ path: "/", records: "d", pagination }));
  assertEquals([state.asked, end.read, wrong], [[0, 5, 9, 14], 14, "ended"]);
});

Deno.test("pages() keeps within the limiter, and as many under way as it allows", async () => {
  const { state, end } = await read({ count: 100 }, { parallel: 8, total: "total" });
  assertEquals([state.most, end.read, end.proven], [3, 100, true]);
  // Each page once, and one more after the last, which is full.
  assertEquals(state.asked.toSorted((a, b) => a - b), Array.from({ length: 21 }, (_, n) => n * 5));
});

Deno.test("pages() asks for one page at a time where no total is known", async () => {
  const { state, end } = await read({ count: 23 }, { parallel: 8 });
  assertEquals([state.most, end.read], [1, 23]);
});

Deno.test("pages() asks for nothing behind max_pages", async () => {
  const { state, items } = await read({ count: 100 }, {
    parallel: 8,
    total: "total",
    max_pages: 4,
  });
  assertEquals([items.length, Math.max(...state.asked)], [4, 15]);
});

Deno.test({
  name: "pages() holds no more pages than asked for while the consumer works",
  ignore,
  async fn() {
    await using server = serve(({ url }) => {
      const page = Number(url.searchParams.get("page"));
      return json({ total: 60, d: Array.from({ length: 3 }, (_, n) => 3 * page + n) });
    });
    await using client = new ApiClient({ baseUrl: server.url });
    const pages = client.pages({
      path: "/",
      records: "d",
      pagination: {
        type: "page",
        page_param: "page",
        size_param: "size",
        size: 3,
        total: "total",
        parallel: 4,
      },
    });
    await pages.next();
    while (server.seen.length < 5) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(server.seen.length, 5);
    await pages.return(undefined as never);
  },
});

Deno.test({
  name: "pages() fails at a page when it is that page's turn, with all pages before it handed over",
  ignore,
  async fn() {
    await using server = serve(({ url }) => {
      const page = Number(url.searchParams.get("page"));
      return page === 4
        ? new Response("no", { status: 403 })
        : json({ total: 60, d: Array.from({ length: 3 }, (_, n) => 3 * page + n) });
    });
    await using client = new ApiClient({ baseUrl: server.url });
    const pagination = {
      type: "page",
      page_param: "page",
      size: 3,
      total: "total",
      parallel: 6,
    } as const;
    const got: number[] = [];
    const error = await assertRejects(async () => {
      for await (const page of client.pages({ path: "/", records: "d", pagination })) {
        got.push(page.number);
      }
    }, HttpError);
    assert(error instanceof HttpError);
    assertEquals([got, error.status], [[1, 2, 3], 403]);
  },
});
