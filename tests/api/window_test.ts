import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import {
  ApiClient,
  MemorySeenPages,
  type Page,
  type PaginationState,
  type StreamEnd,
  type StreamRequest,
  type WindowOptions,
} from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { everyTest, runs } from "../_sample.ts";

/** How an API treats queries with more results than its cap. */
type Manner = "total" | "silent" | "refusal";

interface Api {
  /** Times of its events, which are also their ids. */
  readonly times: readonly number[];
  readonly cap: number;
  readonly manner: Manner;
  /** Whether the end of a window belongs to it. */
  readonly inclusive?: boolean;
}

/** An API with pages of 3 and a cap on what one query can reach. */
function fetchFrom(api: Api): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: (input) => {
      const { searchParams: q } = new URL(String(input));
      const [from, to, at] = ["from", "to", "offset"].map((name) => Number(q.get(name)));
      assert(from !== undefined && to !== undefined && at !== undefined);
      if (at === 0) asked.push(`${from}-${to}`);
      const found = api.times.filter((time) =>
        time >= from && (time < to || (api.inclusive === true && time === to))
      );
      if (api.manner === "refusal" && found.length > api.cap) {
        return Promise.resolve(Response.json({ error: "too many" }, { status: 400 }));
      }
      const d = found.slice(0, api.cap).slice(at, at + 3);
      const total = api.manner === "total" ? { total: found.length } : {};
      return Promise.resolve(Response.json({ ...total, d: d.map((id, n) => ({ id, n: at + n })) }));
    },
  };
}

const PAGES = { type: "offset", offset_param: "offset", size_param: "limit", size: 3 } as const;

function streamOf(api: Api, window: Partial<WindowOptions> = {}): StreamRequest {
  return {
    path: "/",
    records: "d",
    pagination: api.manner === "total" ? { ...PAGES, total: "total" } : PAGES,
    window: {
      start_param: "from",
      end_param: "to",
      format: "number",
      start: 0,
      end: 100,
      step: 40,
      max_results: api.cap,
      bounds: api.inclusive === true ? "[]" : "[)",
      ...window,
    },
  };
}

function idsOf(pages: readonly Page[]): unknown[] {
  return pages.flatMap((page) => page.records.map(({ value }) => (value as { id: unknown }).id));
}

async function read(
  api: Api,
  stream = streamOf(api),
  through: (direct: typeof fetch) => typeof fetch = (direct) => direct,
): Promise<{ items: Page[]; end: StreamEnd; asked: string[] }> {
  const { fetch: direct, asked } = fetchFrom(api);
  const fetch = through(direct);
  const clock = new FakeClock();
  await using client = new ApiClient({ baseUrl: "https://a.example", clock, fetch });
  return { ...await collect(client.pages(stream)), asked };
}

/** Times from 0 to 99, rarely more than a few at the same one. */
const times = fc.array(fc.nat(99), { maxLength: 60 }).map((all) => all.sort((a, b) => a - b));
const manners = fc.constantFrom<Manner>("total", "silent", "refusal");

everyTest(
  "pages() brings every record once when windows must stay under a cap, whatever the API does about it",
  async () => {
    const run = fc.asyncProperty(times, manners, fc.boolean(), async (all, manner, inclusive) => {
      // An instant that reaches the cap by itself cannot be divided; that is another test.
      const kept = all.filter((time, n) => n < 8 || time !== all[n - 8]);
      const { items, end } = await read({ times: kept, cap: 10, manner, inclusive });
      assertEquals(idsOf(items), kept);
      assertEquals([end.read, end.proven], [kept.length, true]);
      assertEquals(end.total, manner === "total" ? kept.length : undefined);
      assertEquals(items.map((page) => page.number), items.map((_, n) => n + 1));
      assertEquals(
        items.map((page) => page.next === undefined),
        items.map((p) => p === items.at(-1)),
      );
      assertEquals(new Set(items.map((page) => page.token)).size, items.length);
    });
    await fc.assert(run, { numRuns: runs(150) });
  },
);

everyTest(
  "pages() goes on inside a window when it is resumed after any page, its state kept as JSON",
  async () => {
    for (const manner of ["total", "silent", "refusal"] as const) {
      const api = {
        times: Array.from({ length: 70 }, (_, n) => n + (n > 30 ? 20 : 0)),
        cap: 9,
        manner,
      };
      const whole = await read(api);
      for (const [at, page] of whole.items.entries()) {
        if (page.next === undefined) continue;
        const state: PaginationState = JSON.parse(JSON.stringify(page.next));
        const seen = new MemorySeenPages();
        for (const earlier of whole.items.slice(0, at + 1)) seen.add(earlier);
        const { fetch } = fetchFrom(api);
        await using client = new ApiClient({ baseUrl: "https://a.example", fetch });
        const rest = await collect(client.pages(streamOf(api), { state, seen }));
        assertEquals(idsOf([...whole.items.slice(0, at + 1), ...rest.items]), api.times);
        assertEquals(rest.end, whole.end);
        assertEquals(
          rest.items.map((p) => p.number),
          whole.items.slice(at + 1).map((p) => p.number),
        );
      }
    }
  },
);

Deno.test("pages() halves a dense window and lets windows grow again behind it", async () => {
  const dense = Array.from({ length: 20 }, (_, n) => n);
  const { asked, items } = await read({ times: [...dense, 60, 99], cap: 10, manner: "total" });
  assertEquals(idsOf(items).length, 22);
  assertEquals(
    asked,
    "0-40 0-20 0-10 0-5 5-10 10-15 15-20 20-25 25-35 35-55 55-95 95-100".split(" "),
  );
});

Deno.test("pages() takes a total that is as high as the cap for one that is cut", async () => {
  const api = {
    times: Array.from({ length: 12 }, (_, n) => n * 3),
    cap: 10,
    manner: "total" as const,
  };
  const cut = (direct: typeof fetch): typeof fetch => async (input) => {
    const page = await (await direct(input)).json();
    return Response.json({ ...page, total: Math.min(page.total, api.cap) });
  };
  const { items, end } = await read(api, streamOf(api), cut);
  assertEquals([idsOf(items), end.proven], [api.times, true]);
});

Deno.test("pages() never counts an answer as complete when the shortest window reaches the cap", async () => {
  for (const manner of ["total", "silent"] as const) {
    const api = { times: [1, ...Array<number>(7).fill(50), 90], cap: 5, manner };
    const { end, items } = await read(api);
    assertEquals([end.proven, end.stopReason, end.guard?.code], [false, "guard", "window-capped"]);
    // What came stays, and so do the windows behind it.
    assertEquals(idsOf(items), [1, 50, 50, 50, 50, 50, 90]);
  }
});

Deno.test("pages() reports the refusal when a window cannot be divided any more", async () => {
  const api = { times: Array<number>(7).fill(50), cap: 5, manner: "refusal" } as const;
  const { items, end } = await read(api);
  assertEquals([idsOf(items), end.proven, end.guard?.code], [[], false, "http-status"]);
  // A request that no window is answered for is wrong in itself.
  const dense = { ...api, times: Array<number>(7).fill(0) };
  const error = await assertRejects(() => read(dense), HttpError);
  assertEquals(error.status, 400);
});

Deno.test("pages() reads a window without a known total only up to the cap before it hands a page over", async () => {
  const api = { times: Array.from({ length: 40 }, (_, n) => n), cap: 5, manner: "silent" } as const;
  const { fetch } = fetchFrom(api);
  let fetched = 0;
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    fetch: (...args) => {
      fetched++;
      return fetch(...args);
    },
  });
  const pages = client.pages(streamOf(api), { prefetch: false });
  const first = await pages.next();
  assertEquals(!first.done && idsOf([first.value]), [0, 1]);
  // 0-40, 0-20, 0-10 and 0-5 with two pages each, and 0-2 with one and an empty one.
  assertEquals(fetched, 10);
  await pages.return(undefined as never);
});

Deno.test("pages() stops at max_pages over all windows", async () => {
  const api = { times: Array.from({ length: 90 }, (_, n) => n), cap: 50, manner: "total" } as const;
  const stream = streamOf(api);
  for (const max_pages of [5, 14, 20]) {
    const pagination = { ...PAGES, total: "total", max_pages };
    const { items, end } = await read(api, { ...stream, pagination });
    assertEquals([items.length, end.stopReason, end.proven], [max_pages, "max-pages", false]);
  }
});

Deno.test("pages() sends borders in the wanted form, in a body where the request has one", async () => {
  const asked: unknown[] = [];
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    clock: new FakeClock(Date.UTC(2026, 0, 1, 0, 0, 0, 500)),
    fetch: (url, init) => {
      const body = init?.body;
      asked.push(body ? new TextDecoder().decode(body as Uint8Array) : new URL(String(url)).search);
      return Promise.resolve(Response.json([]));
    },
  });
  const window = { start_param: "f", end_param: "t", step: 86_400_000, max_results: 5 };
  await collect(
    client.pages({ path: "/", window: { ...window, start: "2025-12-31", bounds: "[]" } }),
  );
  const epoch = { ...window, start: 1767225600, format: "epoch_s" } as const;
  await collect(
    client.pages({ path: "/", window: { ...epoch, bounds: "[]", end: "2026-01-01T00:00:02Z" } }),
  );
  const inBody = { ...epoch, start_param: "q.from", end_param: "q.to", bounds: "[)" } as const;
  await collect(client.pages({ path: "/", method: "POST", body: { q: { x: 1 } }, window: inBody }));
  assertEquals(asked, [
    "?f=2025-12-31T00%3A00%3A00.000Z&t=2026-01-01T00%3A00%3A00.000Z",
    "?f=2026-01-01T00%3A00%3A00.000Z&t=2026-01-01T00%3A00%3A00.500Z",
    "?f=1767225600&t=1767225602",
    '{"q":{"x":1,"from":"1767225600","to":"1767225601"}}',
  ]);
});

Deno.test("pages() ends at once when there is no time between the borders", async () => {
  const api = { times: [1], cap: 5, manner: "total" } as const;
  const { end, asked } = await read(api, streamOf(api, { start: 100 }));
  assertEquals([end.stopReason, end.read, end.proven, asked.length], ["no-next", 0, true, 0]);
});

Deno.test("pages() refuses windows that cannot be", async () => {
  await using client = new ApiClient({ baseUrl: "https://a.example" });
  const api = { times: [], cap: 5, manner: "total" } as const;
  for (const wrong of [{ step: 0 }, { step: 1.5 }, { max_results: 0 }]) {
    assertThrows(() => client.pages(streamOf(api, wrong)), RangeError, "Cannot divide");
  }
  for (
    const wrong of [{ start: "x" }, { end: undefined }, { format: "iso" as const, start: "soon" }]
  ) {
    assertThrows(() => client.pages(streamOf(api, wrong)), TypeError, "Cannot divide");
  }
});

Deno.test({
  name: "pages() reads all quakes of the sandbox under a ceiling of 200, each once",
  ignore: !granted("net", "read"),
  async fn() {
    await using sandbox = await startSandbox({
      samples: "data/samples",
      token: "t",
      seed: 7,
      faults: ["quakes:ceiling=200"],
    });
    await using client = new ApiClient({
      baseUrl: `${sandbox.url}/usgs`,
      rateLimit: { concurrency: 4 },
    });
    const { items, end } = await collect(client.pages({
      path: "/fdsnws/event/1/query",
      params: { format: "geojson", orderby: "time-asc" },
      records: "features",
      pagination: {
        type: "offset",
        offset_param: "offset",
        size_param: "limit",
        size: 100,
        start: 1,
        total_from: { path: "/fdsnws/event/1/count", field: "count" },
      },
      window: {
        start_param: "starttime",
        end_param: "endtime",
        start: "2018-01-30",
        end: "2018-02-10",
        step: 7 * 86_400_000,
        max_results: 200,
        bounds: "[]",
      },
    }));
    const all = JSON.parse(await Deno.readTextFile("data/samples/earthquakes.json")).features;
    assertEquals([end.proven, end.total], [true, all.length]);
    assertEquals(idsOf(items).toSorted(), all.map(({ id }: { id: string }) => id).toSorted());
  },
});
