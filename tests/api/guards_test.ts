import { assertEquals, assertRejects } from "@std/assert";
import {
  ApiClient,
  type ApiClientOptions,
  MemorySeenPages,
  type Page,
  type Pagination,
  type StreamEnd,
  type StreamRequest,
} from "../../lib/api/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { HttpError, SuspendedError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { type Handler, json, serve } from "./_server.ts";

const ignore = !granted("net");
const CURSOR = { type: "cursor", param: "cursor", path: "next" } as const;
const OFFSET = { type: "offset", offset_param: "offset", size_param: "limit", size: 10 } as const;
const PAGE = { type: "page", page_param: "page", size_param: "size", size: 10 } as const;

interface Read {
  readonly pages: Page[];
  readonly end: StreamEnd;
  readonly ids: unknown[];
  readonly asked: string[];
}

async function read(
  handler: Handler,
  pagination: Pagination,
  more: { readonly stream?: Partial<StreamRequest>; readonly client?: Partial<ApiClientOptions> } =
    {},
): Promise<Read> {
  await using server = serve(handler);
  const options = { baseUrl: server.url, clock: new FakeClock(), retry: { limit: 1 } };
  await using client = new ApiClient({ ...options, ...more.client });
  const stream = { path: "/", records: "data", pagination, ...more.stream };
  const { items, end } = await collect(client.pages(stream));
  const ids = items.flatMap((page) => page.records.map(({ value }) => value));
  return { pages: items, end, ids, asked: server.seen.map(({ url }) => url.search) };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

Deno.test({
  name: "pages() stops at a cursor used before at any distance: complaint 'endless paging'",
  ignore,
  async fn() {
    const chain: Record<string, string> = { "": "a", a: "b", b: "c", c: "a" };
    let n = 0;
    const { end, ids } = await read(
      ({ url }) => json({ data: [++n], next: chain[url.searchParams.get("cursor") ?? ""] }),
      CURSOR,
    );
    assertEquals([ids, end.stopReason, end.proven], [[1, 2, 3, 4], "guard", false]);
    assertEquals(end.guard?.code, "cursor-repeated");
  },
});

Deno.test({
  name: "pages() stops at a cursor that does not advance: complaint 'inclusive cursors'",
  ignore,
  async fn() {
    let n = 0;
    const { end, ids } = await read(() => json({ data: [++n], next: "a" }), CURSOR);
    assertEquals([ids, end.guard?.code], [[1, 2], "cursor-repeated"]);
  },
});

Deno.test({
  name: "pages() asks a repeated page again and takes the right one when it comes",
  ignore,
  async fn() {
    const { end, ids } = await read(({ url }, n) => {
      const page = Number(url.searchParams.get("page"));
      const shown = n === 2 || n === 3 ? 1 : page;
      return json({ data: shown === 0 ? [] : numbers(shown * 10, Math.min(shown * 10 + 10, 35)) });
    }, PAGE);
    assertEquals([ids, end.proven], [numbers(10, 35), true]);
  },
});

Deno.test({
  name: "pages() gives a repeated page up for a loop and does not hand it over",
  ignore,
  async fn() {
    const { end, ids, asked } = await read(() => json({ data: numbers(0, 10) }), PAGE);
    assertEquals([ids.length, end.stopReason, end.guard?.code], [10, "guard", "page-repeated"]);
    assertEquals(asked.length, 5);
  },
});

Deno.test({
  name: "pages() knows the pages of an earlier run through the SeenPages it is given",
  ignore,
  async fn() {
    await using server = serve(({ url }) => json({ data: [url.search], next: "b" }));
    await using client = new ApiClient({ baseUrl: server.url });
    const seen = new MemorySeenPages();
    seen.add({ number: 1, token: "cursor=b", sha256: "" });
    const stream = { path: "/", records: "data", pagination: CURSOR };
    const { end } = await collect(client.pages(stream, { seen }));
    assertEquals(end.guard?.code, "cursor-repeated");
  },
});

Deno.test({
  name: "pages() refuses a next link to another origin and never goes there",
  ignore,
  async fn() {
    await using foreign = serve(() => json({ data: [] }));
    const { end, ids } = await read(() => json({ data: [1], next: `${foreign.url}/?page=2` }), {
      type: "next_url",
      path: "next",
    });
    assertEquals([ids, end.stopReason, end.guard?.code], [[1], "guard", "next-cross-origin"]);
    assertEquals(foreign.seen.length, 0);
  },
});

Deno.test({
  name: "pages() is not complete when the server ignores the parameter of the page",
  ignore,
  async fn() {
    const data = numbers(0, 10);
    const ends = [{}, { short_page_ends: true }, { total: "n" }];
    for (const extra of ends) {
      for (const size of [10, 100]) {
        for (const how of [OFFSET, PAGE]) {
          const { ids, end } = await read(() => json({ data, n: 95 }), { ...how, ...extra, size });
          assertEquals([ids, end.guard?.code, end.proven], [data, "page-repeated", false]);
        }
      }
    }
    const { ids, end } = await read(() => json({ data, next: "b" }), { ...CURSOR, size: 100 });
    assertEquals([ids, end.guard?.code, end.proven], [data, "page-repeated", false]);
  },
});

Deno.test({
  name: "pages() takes the server's word that its only page, shown for every number, is all",
  ignore,
  async fn() {
    const data = numbers(0, 10);
    const { ids, end } = await read(() => json({ data, n: 10 }), { ...PAGE, total: "n" });
    assertEquals([ids, end.evidence], [data, ["total-reached", "past-the-end"]]);
  },
});

Deno.test({
  name: "pages() keeps our key out of next links that repeat it, and out of the state",
  ignore,
  async fn() {
    const value = new Secret("key-in-the-query", "K");
    const { pages, end } = await read(
      ({ url }) =>
        json({ data: [url.search], next: url.searchParams.has("p") ? null : `${url.href}&p=2` }),
      {
        type: "next_url",
        path: "next",
      },
      { client: { auth: { type: "api_key", in: "query", name: "k", value } } },
    );
    assertEquals(
      JSON.stringify(pages.map(({ url, token, next }) => [url, token, next])).includes("key-in"),
      false,
    );
    assertEquals(pages[1]?.records.map(({ value }) => value)[0], "?p=2&k=key-in-the-query");
    assertEquals(end.proven, true);
  },
});

Deno.test({
  name: "pages() stops with the records so far when the next cursor or total is nonsense",
  ignore,
  async fn() {
    const { end, ids } = await read(() => json({ data: [1], next: { a: 1 } }), CURSOR);
    assertEquals([ids, end.guard?.code], [[1], "next-invalid"]);
    const total = { ...OFFSET, total: "n" };
    assertEquals(
      (await read(() => json({ data: [1], n: "many" }), total)).end.guard?.code,
      "next-invalid",
    );
    const more = { ...PAGE, has_more: "m" };
    assertEquals(
      (await read(() => json({ data: [1], m: "perhaps" }), more)).end.guard?.code,
      "next-invalid",
    );
  },
});

Deno.test({
  name: "pages() sends a numeric cursor beyond 2^53 back digit by digit",
  ignore,
  async fn() {
    const { asked } = await read(
      (_request, n) =>
        new Response(n === 1 ? '{"data":[1],"next":9007199254740993}' : '{"data":[2]}'),
      CURSOR,
    );
    assertEquals(asked, ["", "?cursor=9007199254740993"]);
  },
});

Deno.test({
  name: "pages() stops at max_pages, and such a stream is not complete",
  ignore,
  async fn() {
    const { end, asked } = await read((_request, n) => json({ data: [n], next: `c${n}` }), {
      ...CURSOR,
      max_pages: 3,
    });
    assertEquals([end.stopReason, end.proven, asked.length], ["max-pages", false, 3]);
  },
});

Deno.test({
  name: "pages() does not end on an early empty page while the total says that there is more",
  ignore,
  async fn() {
    const { end, ids } = await read(({ url }, n) => {
      const at = Number(url.searchParams.get("offset"));
      return json({ data: n === 2 ? [] : numbers(at, Math.min(at + 10, 25)), total: 25 });
    }, { ...OFFSET, total: "total" });
    assertEquals([ids.length, end.stopReason, end.proven], [25, "total-reached", true]);
  },
});

Deno.test({
  name:
    "pages() asks an empty page without next cursor again while the total says that there is more",
  ignore,
  async fn() {
    const { end, ids } = await read(
      ({ url }, n) =>
        n === 2
          ? json({ data: [], total: 2 })
          : json({ data: [url.search], total: 2, next: url.search === "" ? "b" : null }),
      {
        ...CURSOR,
        total: "total",
      },
    );
    assertEquals([ids, end.stopReason, end.proven], [["", "?cursor=b"], "total-reached", true]);
  },
});

Deno.test({
  name: "pages() calls a stream partial when fewer records came than declared",
  ignore,
  async fn() {
    const { end } = await read(({ url }) => {
      const at = Number(url.searchParams.get("offset"));
      return json({ data: numbers(at, Math.min(at + 10, 18)), total: 25 });
    }, { ...OFFSET, total: "total" });
    assertEquals([end.stopReason, end.read, end.total, end.proven], ["empty-page", 18, 25, false]);
  },
});

Deno.test({
  name: "pages() reads on when the declared total is only the count of the page",
  ignore,
  async fn() {
    const { end, ids } = await read(({ url }) => {
      const at = Number(url.searchParams.get("offset"));
      const data = numbers(at, Math.min(at + 10, 27));
      return json({ data, count: data.length });
    }, { ...OFFSET, total: "count" });
    assertEquals([ids.length, end.proven], [27, false]);
  },
});

Deno.test({
  name: "pages() does not call a stream proven when the promised total never came",
  ignore,
  async fn() {
    const { end } = await read(() => json({ data: [1] }), { ...OFFSET, size: 2, total: "count" });
    assertEquals(end.proven, false);
  },
});

Deno.test({
  name: "pages() asks a separate count first and again at the end: one that changed proves nothing",
  ignore,
  async fn() {
    let size = 12;
    const handler: Handler = ({ url }) => {
      if (url.pathname === "/count") return json({ n: size });
      size = 15;
      const at = Number(url.searchParams.get("offset"));
      return json({ data: numbers(at, Math.min(at + 10, size)) });
    };
    const total_from = { path: "/count", field: "n" };
    const { end, asked } = await read(handler, { ...OFFSET, total_from }, {
      stream: { params: { q: 1 } },
    });
    assertEquals([end.read, end.total, end.proven], [15, 15, false]);
    assertEquals([asked[0], asked.at(-1)], ["?q=1", "?q=1"]);
    size = 15;
    const steady = await read(handler, { ...OFFSET, total_from });
    assertEquals([steady.end.read, steady.end.total, steady.end.proven], [15, 15, true]);
    const text: Handler = ({ url }) =>
      url.pathname === "/count" ? new Response(" 2\n") : json({ data: [1, 2] });
    assertEquals((await read(text, { ...OFFSET, total_from: { path: "/count" } })).end.total, 2);
  },
});

Deno.test({
  name: "pages() takes a 404 for the end if it and the next page stay unknown, and only then",
  ignore,
  async fn() {
    const pagination = { type: "page", page_param: "page" } as const;
    const serveTo = (isMissing: (page: number) => boolean): Handler => ({ url }) => {
      const page = Number(url.searchParams.get("page"));
      return isMissing(page) ? new Response("", { status: 404 }) : json({ data: [page] });
    };
    const { end, ids, asked } = await read(serveTo((page) => page < 1 || page > 2), pagination);
    assertEquals([ids, end.stopReason, end.proven], [[1, 2], "past-the-end", true]);
    assertEquals(asked, [1, 2, 3, 3, 4, 2, 0].map((page) => `?page=${page}`));
    // A hole is not the end, nor is a listing that changed meanwhile or never was.
    const hole = await read(serveTo((page) => page === 3), pagination);
    assertEquals([hole.ids, hole.end.proven, hole.end.guard?.code], [[1, 2], false, "http-status"]);
    await assertRejects(() => read(serveTo(() => true), pagination), HttpError, "404");
    let visits = 0;
    const moving: Handler = ({ url }) =>
      Number(url.searchParams.get("page")) > 2
        ? new Response("", { status: 404 })
        : json({ data: [++visits] });
    assertEquals((await read(moving, pagination)).end.proven, false);
  },
});

Deno.test({
  name: "pages() goes through empty pages that have a next cursor, but not for ever",
  ignore,
  async fn() {
    const some = await read(
      (_request, n) => json({ data: n === 3 ? [1] : [], next: n < 4 ? `c${n}` : null }),
      CURSOR,
    );
    assertEquals([some.ids, some.end.proven], [[1], true]);
    const endless = await read((_request, n) => json({ data: [], next: `c${n}` }), CURSOR);
    assertEquals([endless.end.stopReason, endless.end.proven], ["empty-page", false]);
  },
});

Deno.test({
  name: "pages() asks once more, not five times, when the records are in another place",
  ignore,
  async fn() {
    for (const [items, asked] of [[[{ id: 1 }], 2], [[], 4]] as const) {
      await using server = serve(() => json({ items }));
      await using client = new ApiClient({
        baseUrl: server.url,
        clock: new FakeClock(),
        retry: { limit: 3 },
      });
      const pages = client.pages({ path: "/", records: "itemz", pagination: PAGE });
      const error = await assertRejects(() => collect(pages), HttpError);
      assertEquals([error.code, server.seen.length], ["http-records-missing", asked]);
    }
    // A page in between may be a passing fault, whatever else it lists.
    const { ids } = await read(
      ({ url }, n) => {
        const at = Number(url.searchParams.get("offset"));
        if (n === 2 || n === 3) return json({ items: [{ id: 1 }] });
        return json({ data: numbers(at, Math.min(at + 10, 15)) });
      },
      OFFSET,
      { client: { retry: { limit: 3 } } },
    );
    assertEquals(ids, numbers(0, 15));
  },
});

Deno.test({
  name:
    "pages() skips a page that fails for good, with a sample of its body, and is never complete then",
  ignore,
  async fn() {
    const handler: Handler = ({ url }) => {
      const at = Number(url.searchParams.get("offset"));
      if (at === 10) return new Response("poison", { status: 500 });
      return json({ data: numbers(at, Math.min(at + 10, 25)), total: 25 });
    };
    const stream = { onPageError: "skip" } as const;
    const { pages, end, ids } = await read(handler, { ...OFFSET, total: "total" }, { stream });
    assertEquals(ids, [...numbers(0, 10), ...numbers(20, 25)]);
    const skipped = pages[1]?.skipped;
    assertEquals([skipped?.error.code, pages[1]?.status, pages[1]?.attempts], [
      "http-status",
      500,
      2,
    ]);
    assertEquals(new TextDecoder().decode(skipped?.bodySample), "poison");
    assertEquals([end.skippedPages, end.proven, end.read], [1, false, 15]);
    await assertRejects(() => read(handler, OFFSET), HttpError, "status 500");
  },
});

Deno.test({
  name: "pages() cannot skip where only the page itself knows the next one",
  ignore,
  async fn() {
    const stream = { onPageError: "skip" } as const;
    const { pages, end } = await read(
      (_request, n) => n === 1 ? json({ data: [1], next: "b" }) : json({ wrong: true }),
      CURSOR,
      { stream },
    );
    assertEquals([pages.length, end.stopReason, end.skippedPages], [2, "guard", 1]);
    assertEquals(end.guard?.code, "http-records-missing");
  },
});

Deno.test({
  name: "pages() does not skip what concerns the whole source, nor for ever",
  ignore,
  async fn() {
    const stream = { onPageError: "skip" } as const;
    const denied = () => new Response("", { status: 403 });
    await assertRejects(() => read(denied, OFFSET, { stream }), HttpError, "status 403");
    const dead = () => json({ nothing: 1 });
    await assertRejects(() => read(dead, OFFSET, { stream }), HttpError, "missing");
    const down = () => new Response("", { status: 500 });
    await assertRejects(() => read(down, OFFSET, { stream }), SuspendedError, "left alone");
  },
});

Deno.test({
  name: "pages() puts pagination values into a POST body by dot path, and into headers",
  ignore,
  async fn() {
    const bodies: unknown[] = [];
    const handler: Handler = ({ body }, n) => {
      bodies.push(JSON.parse(body));
      return json({ data: { items: [n] }, end: n < 3 ? `c${n}` : null });
    };
    const stream = {
      method: "POST",
      body: { query: "{ x }", variables: { first: 1 } },
      records: "data.items",
    };
    const pagination = { type: "cursor", param: "variables.after", path: "end" } as const;
    const { end } = await read(handler, pagination, { stream });
    assertEquals(bodies, [
      { query: "{ x }", variables: { first: 1 } },
      { query: "{ x }", variables: { first: 1, after: "c1" } },
      { query: "{ x }", variables: { first: 1, after: "c2" } },
    ]);
    assertEquals(end.proven, true);
    const inHeader = await read(
      ({ headers }, n) =>
        json({ data: [headers.get("x-next")] }, n < 2 ? { headers: { "x-cursor": "abc" } } : {}),
      {
        type: "cursor",
        param: "x-next",
        header: "x-cursor",
        in: "header",
      },
    );
    assertEquals(inHeader.ids, [null, "abc"]);
  },
});

Deno.test({
  name: "pages() pages by the last record's id and by a function",
  ignore,
  async fn() {
    const handler: Handler = ({ url }) => {
      const after = Number(url.searchParams.get("after") ?? 0);
      return json({
        data: numbers(after + 1, Math.min(after + 4, 8)).map((id) => ({ id })),
        more: after + 4 < 8,
      });
    };
    const byId = { type: "cursor", param: "after", path: "data.-1.id", has_more: "more" } as const;
    assertEquals((await read(handler, byId)).ids.length, 7);
    const custom = await read(handler, {
      type: "custom",
      first: { query: { after: "0" } },
      next: (page, { query }) =>
        page.records < 3 ? undefined : { query: { after: String(Number(query?.after) + 3) } },
    });
    assertEquals([custom.ids.length, custom.asked.at(-1)], [7, "?after=6"]);
  },
});

Deno.test({
  name: "pages() fetches at most one page ahead, and none when told so",
  ignore,
  async fn() {
    for (const [prefetch, asked] of [[true, 2], [false, 1]] as const) {
      await using server = serve((_request, n) => json({ data: [n], next: `c${n}` }));
      await using client = new ApiClient({ baseUrl: server.url });
      const pages = client.pages({ path: "/", records: "data", pagination: CURSOR }, { prefetch });
      await pages.next();
      for (let n = 0; n < 5; n++) await new Promise((resolve) => setTimeout(resolve, 2));
      assertEquals(server.seen.length, asked);
      await pages[Symbol.asyncDispose]();
    }
  },
});

Deno.test({
  name:
    "records() hands over record by record and returns the end; leaving early closes the stream",
  ignore,
  async fn() {
    await using server = serve(({ url }) =>
      json({ data: [1, 2], next: url.search === "" ? "b" : null })
    );
    await using client = new ApiClient({ baseUrl: server.url });
    const stream = { path: "/", records: "data", pagination: CURSOR } as const;
    const repeated = await collect(client.records({ ...stream, pagination: undefined }));
    assertEquals([repeated.items.length, repeated.end.unread?.place], [2, "next"]);
    for await (const record of client.records(stream)) {
      assertEquals(record.value, 1);
      break;
    }
  },
});

Deno.test({
  name: "pages() ends with the signal's reason",
  ignore,
  async fn() {
    await using server = serve((_request, n) => json({ data: [n], next: `c${n}` }));
    await using client = new ApiClient({ baseUrl: server.url });
    const controller = new AbortController();
    const stream = { path: "/", records: "data", pagination: CURSOR };
    const pages = client.pages(stream, { signal: controller.signal, prefetch: false });
    await pages.next();
    controller.abort(new Error("stop now"));
    await assertRejects(() => pages.next(), Error, "stop now");
  },
});
