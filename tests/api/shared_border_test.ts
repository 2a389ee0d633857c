import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { ApiClient, MemorySeenPages, type Page, type StreamRequest } from "../../lib/api/mod.ts";
import type { WindowForm } from "../../lib/grammar/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { json, type Seen, serve } from "./_server.ts";
import { everyTest, runs, sample } from "../_sample.ts";

const ignore = !granted("net");
const START = Date.UTC(2026, 0, 1);

interface Api {
  /** Times of its events in steps of the form since the start, fractions included. */
  readonly times: readonly number[];
  readonly form: WindowForm;
  readonly cap: number;
  readonly total: boolean;
  readonly inclusive: boolean;
  readonly newestFirst: boolean;
  /** Whether its records say which they are; without that, many are equal. */
  readonly named: boolean;
  /** Steps that a window is long. */
  readonly size: number;
  /** Whether it refuses a window of no length. */
  readonly refusesPoints?: boolean;
}

const EVERY_HALF: Api = {
  times: Array.from({ length: 400 }, (_, n) => n / 2),
  form: "epoch_s",
  cap: 50,
  total: false,
  inclusive: true,
  newestFirst: false,
  named: true,
  size: 100,
};

function stepOf(form: WindowForm): number {
  return form === "epoch_s" ? 1000 : 1;
}

function answer({ url: { searchParams: q } }: Seen, api: Api, limit = 3): Response {
  const [from, to] = ["from", "to"].map((name) => {
    const text = q.get(name) ?? "";
    const ms = api.form === "iso" ? Date.parse(text) : Number(text) * stepOf(api.form);
    return (ms - START) / stepOf(api.form);
  });
  assert(from !== undefined && to !== undefined);
  if (api.refusesPoints && from === to) return json({ error: "no length" }, { status: 400 });
  const found = api.times.flatMap((time, id) =>
    time >= from && (time < to || (api.inclusive && time === to)) ? [recordOf(api, id)] : []
  );
  if (api.newestFirst) found.reverse();
  const at = Number(q.get("offset"));
  const total = api.total ? { total: found.length } : {};
  return json({ ...total, d: found.slice(0, api.cap).slice(at, at + limit) });
}

function recordOf(api: Api, id: number): unknown {
  return api.named ? { id } : { kind: id % 2 };
}

function streamOf(api: Api): StreamRequest {
  const pages = { type: "offset", offset_param: "offset", size_param: "limit", size: 3 } as const;
  const last = Math.floor(Math.max(0, ...api.times)) + 2;
  return {
    path: "/",
    records: "d",
    pagination: api.total ? { ...pages, total: "total" } : pages,
    window: {
      start_param: "from",
      end_param: "to",
      format: api.form,
      start: new Date(START).toISOString(),
      end: new Date(START + last * stepOf(api.form)).toISOString(),
      step: api.size * stepOf(api.form),
      max_results: api.cap,
      bounds: api.inclusive ? "[]" : "[)",
    },
  };
}

function texts(pages: readonly Page[]): string[] {
  return pages.flatMap((page) => page.records.map(({ value }) => JSON.stringify(value))).sort();
}

function wanted(api: Api): string[] {
  return api.times.map((_, id) => JSON.stringify(recordOf(api, id))).sort();
}

function clientOf(url: string): ApiClient {
  return new ApiClient({ baseUrl: url, clock: new FakeClock(), random: () => 0 });
}

/** Times in quarters of a step, never so many within one step that no window can be under the cap of 12. */
const times = fc.array(fc.nat(80), { maxLength: 60, size: "max" }).map((all) => {
  const kept: number[] = [];
  for (const time of all.map((n) => n / 4).sort((a, b) => a - b)) {
    if (time - (kept.at(-5) ?? -9) >= 1) kept.push(time);
  }
  return kept;
});

const apis = fc.record<Api>({
  times,
  form: fc.constantFrom<WindowForm>("iso", "epoch_s", "epoch_ms"),
  cap: fc.integer({ min: 12, max: 20 }),
  total: fc.boolean(),
  inclusive: fc.boolean(),
  newestFirst: fc.boolean(),
  named: fc.constant(true),
  size: fc.integer({ min: 1, max: 30 }),
});

everyTest({
  name: "pages() brings what lies within the last step of a window when the end belongs to it",
  ignore,
  async fn() {
    for (const form of sample(["epoch_s", "iso", "epoch_ms"] as const)) {
      const api = { ...EVERY_HALF, form };
      await using server = serve((request) => answer(request, api));
      const { items, end } = await collect(clientOf(server.url).pages(streamOf(api)));
      assertEquals(texts(items), wanted(api));
      assertEquals([end.read, end.proven], [400, true]);
    }
  },
});

everyTest({
  name: "pages() brings every record once when windows share their borders, whatever their times",
  ignore,
  async fn() {
    const run = fc.asyncProperty(apis, async (api) => {
      await using server = serve((request) => answer(request, api));
      const { items, end } = await collect(clientOf(server.url).pages(streamOf(api)));
      assertEquals(texts(items), wanted(api));
      assertEquals([end.read, end.proven], [api.times.length, true]);
      assertEquals(end.total, api.total ? api.times.length : undefined);
      assertEquals(items.map((page) => page.number), items.map((_, n) => n + 1));
    });
    await fc.assert(run, { numRuns: runs(40) });
  },
});

Deno.test({
  name: "pages() brings equal records as often as there are when windows share their borders",
  ignore,
  async fn() {
    const times = [0, 1.5, 2, 2, 3.5, 5, 6, 6.5, 8, 9];
    for (const size of [2, 3, 4, 5]) {
      const api = { ...EVERY_HALF, times, size, named: false };
      await using server = serve((request) => answer(request, api, 50));
      const stream = { ...streamOf(api), pagination: { type: "none" as const } };
      const seen = new MemorySeenPages();
      seen.hasPage = () => false; // equal records make equal pages
      await using client = clientOf(server.url);
      const { items, end } = await collect(client.pages(stream, { seen }));
      assertEquals([size, texts(items)], [size, wanted(api)]);
      assertEquals([end.read, end.proven], [times.length, true]);
    }
  },
});

everyTest({
  name: "pages() goes on behind any page of windows that share their borders",
  ignore,
  async fn() {
    // Five on each second border, so that a page may end amid them.
    const times = [0, 4, 8, 12].flatMap((t) => [t, t, t, t, t, t + 0.5, t + 2.5]);
    for (const total of [true, false]) {
      for (const newestFirst of [true, false]) {
        const api = { ...EVERY_HALF, times, cap: 15, total, newestFirst, size: 4 };
        await using server = serve((request) => answer(request, api));
        await using client = clientOf(server.url);
        const whole = await collect(client.pages(streamOf(api)));
        assertEquals(texts(whole.items), wanted(api));
        for (const [at, page] of whole.items.entries()) {
          if (page.next === undefined) continue;
          const before = whole.items.slice(0, at + 1);
          const seen = new MemorySeenPages();
          for (const earlier of before) seen.add(earlier);
          const state = JSON.parse(JSON.stringify(page.next));
          assertEquals(state.records, texts(before).length);
          const rest = await collect(client.pages(streamOf(api), { state, seen }));
          assertEquals(texts([...before, ...rest.items]), wanted(api));
          assertEquals(rest.end, whole.end);
        }
      }
    }
  },
});

everyTest({
  name: "pages() loses nothing when an API refuses to name what stands on a border",
  ignore,
  async fn() {
    const api = { ...EVERY_HALF, refusesPoints: true };
    await using server = serve((request) => answer(request, api));
    const { items, end } = await collect(clientOf(server.url).pages(streamOf(api)));
    assertEquals([...new Set(texts(items))], wanted(api));
    assertEquals([end.read, end.proven], [texts(items).length, false]);
  },
});

Deno.test({
  name: "pages() keeps what came to a shared border after the window before was read",
  ignore,
  async fn() {
    const times = [1, 2, 100, 150];
    await using server = serve((request) => {
      const late = request.url.searchParams.get("from") !== String(START / 1000);
      return answer(request, { ...EVERY_HALF, times: late ? [...times, 100] : times });
    });
    const { items } = await collect(
      clientOf(server.url).pages(streamOf({ ...EVERY_HALF, times })),
    );
    assertEquals(texts(items), wanted({ ...EVERY_HALF, times: [...times, 100] }));
  },
});

Deno.test({
  name: "pages() asks for no border when nothing comes twice",
  ignore,
  async fn() {
    const api = { ...EVERY_HALF, times: [1, 99.5, 100.5, 199.5] };
    await using server = serve((request) => answer(request, api));
    await collect(clientOf(server.url).pages(streamOf(api)));
    const points = server.seen.filter(({ url: { searchParams: q } }) =>
      q.get("from") === q.get("to")
    );
    assertEquals(points.length, 0);
  },
});

Deno.test({
  name: "pages() stops at an API that gives the same page for every window",
  ignore,
  async fn() {
    await using server = serve(({ url: { searchParams: q } }) =>
      json({ d: q.get("from") === q.get("to") ? [] : [{ id: 1 }] })
    );
    const stream = { ...streamOf(EVERY_HALF), pagination: { type: "none" as const } };
    const { end, items } = await collect(clientOf(server.url).pages(stream));
    assertEquals([end.guard?.code, end.proven, end.read], ["page-repeated", false, 1]);
    assertEquals(texts(items), ['{"id":1}']);
  },
});

Deno.test({
  name: "pages() is not complete when the server ignores the parameters of windows that overlap",
  ignore,
  async fn() {
    const all = Array.from({ length: 10 }, (_, id) => ({ id }));
    for (const bounds of ["[]", "()", undefined] as const) {
      await using server = serve(() => json({ d: all }));
      const { window, ...stream } = streamOf(EVERY_HALF);
      const pages = clientOf(server.url).pages({
        ...stream,
        params: { limit: 100 },
        pagination: { type: "none" },
        window: { ...window, bounds } as typeof window,
      });
      const { end, items } = await collect(pages);
      assertEquals([texts(items).length, end.proven], [10, false]);
      assert(end.contradictions.some(({ code }) => code === "page-repeated"));
    }
  },
});

everyTest({
  name: "pages() does not take records on one border for a server that ignores windows",
  ignore,
  async fn() {
    // Three times as many as a page, so that their number speaks for a cut: their window is halved until that is in vain.
    const crowd = Array.from({ length: 9 }, () => 4096);
    for (const [bounds, times] of [["[]", [100, 100]], [undefined, crowd]] as const) {
      const api = { ...EVERY_HALF, times, size: times === crowd ? 8192 : 100 };
      await using server = serve((request) => answer(request, api));
      const { window, ...stream } = streamOf(api);
      const { end, items } = await collect(
        clientOf(server.url).pages({
          ...stream,
          window: {
            ...window,
            bounds,
            end: new Date(START + 4 * api.size * 1000).toISOString(),
          } as typeof window,
        }),
      );
      assertEquals([texts(items), end.proven], [wanted(api), true], JSON.stringify(end));
    }
  },
});
