import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  ApiClient,
  type Page,
  type Pagination,
  type StreamEnd,
  type StreamRequest,
} from "../../lib/api/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { type Handler, json, serve, type TestServer } from "./_server.ts";

const ignore = !granted("net");
function rows(n: number): { id: number }[] {
  return Array.from({ length: n }, (_, index) => ({ id: index + 1 }));
}

async function read(
  server: TestServer,
  pagination: Pagination,
  extra: Partial<StreamRequest> = {},
): Promise<{ items: Page[]; end: StreamEnd; ids: unknown[] }> {
  await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
  const pages = client.pages({ path: "/items", records: "data", pagination, ...extra });
  const { items, end } = await collect(pages);
  const ids = items.flatMap((page) =>
    page.records.map(({ value }) => (value as { id: unknown }).id)
  );
  return { items, end, ids };
}

/** Serves `all` by offset and limit. */
function byOffset(all: readonly unknown[], cap = Infinity): Handler {
  return ({ url }) => {
    const offset = Number(url.searchParams.get("offset"));
    const limit = Math.min(cap, Number(url.searchParams.get("limit")));
    return json({ data: all.slice(offset, offset + limit), count: all.length });
  };
}

/** Serves `all` by page and size. */
function byPage(all: readonly unknown[], extra: (last: boolean) => object = () => ({})): Handler {
  return ({ url }) => {
    const page = Number(url.searchParams.get("page"));
    const size = Number(url.searchParams.get("size") ?? 10);
    const data = all.slice((page - 1) * size, page * size);
    return json({ data, ...extra(page * size >= all.length) });
  };
}

const OFFSET = { type: "offset", offset_param: "offset", size_param: "limit", size: 10 } as const;
const PAGE = { type: "page", page_param: "page", size_param: "size", size: 10 } as const;

Deno.test({
  name: "pages() reads by offset until the declared total is reached",
  ignore,
  async fn() {
    await using server = serve(byOffset(rows(25)));
    const { ids, end, items } = await read(server, { ...OFFSET, total: "count" });
    assertEquals(ids, rows(25).map(({ id }) => id));
    assertEquals(end, {
      stopReason: "total-reached",
      total: 25,
      read: 25,
      evidence: ["total-reached"],
      contradictions: [],
      proven: true,
      skippedPages: 0,
    });
    assertEquals(items.map(({ number, token }) => [number, token]), [
      [1, "offset=0"],
      [2, "offset=10"],
      [3, "offset=20"],
    ]);
    assertEquals(items.at(-1)?.end, end);
  },
});

Deno.test({
  name: "pages() advances by the records received when the server caps the page size",
  ignore,
  async fn() {
    await using server = serve(byOffset(rows(25), 7));
    const { ids, end } = await read(server, OFFSET);
    assertEquals(ids, rows(25).map(({ id }) => id));
    assertEquals([end.stopReason, end.proven], ["empty-page", true]);
  },
});

Deno.test({
  name: "pages() takes a short page for the end only where declared, after it saw a full one",
  ignore,
  async fn() {
    await using server = serve(byOffset(rows(15)));
    const declared = { ...OFFSET, short_page_ends: true };
    assertEquals((await read(server, declared)).end.stopReason, "short-page");
    assertEquals((await read(server, OFFSET)).end.stopReason, "empty-page");
    await using small = serve(byOffset(rows(5)));
    const { end } = await read(small, declared);
    assertEquals([end.stopReason, small.seen.length], ["empty-page", 2]);
  },
});

/** Serves 25 by offset in pages of 10 at most, of which one is short, and says more next to each. */
function withShortPage(said: (from: number, next: number) => object): Handler {
  return ({ url }) => {
    const from = Number(url.searchParams.get("offset"));
    const data = rows(25).slice(from, from + (from === 10 ? 5 : 10));
    return json({ data, ...said(from, from + data.length) });
  };
}

Deno.test({
  name: "pages() reads on after a short page that names a next one, or says that there are more",
  ignore,
  async fn() {
    const signs: ((next: number) => object)[] = [
      (next) => ({ next: `/items?offset=${next}` }),
      (next) => ({ "@odata.nextLink": `https://x.example/items?$skip=${next}` }),
      () => ({ has_more: true }),
    ];
    for (const sign of signs) {
      await using server = serve(withShortPage((_, next) => next < 25 ? sign(next) : {}));
      const { ids, end } = await read(server, { ...OFFSET, short_page_ends: true });
      assertEquals([ids.length, end.stopReason, end.proven], [25, "empty-page", true]);
    }
  },
});

Deno.test({
  name: "pages() is not complete when an empty page after a short one says that there are more",
  ignore,
  async fn() {
    await using server = serve(({ url }) => {
      const from = Number(url.searchParams.get("offset"));
      return json({ data: rows(15).slice(from, from + 10), has_more: from > 0 });
    });
    const { ids, end } = await read(server, { ...OFFSET, short_page_ends: true });
    assertEquals([ids.length, end.proven], [15, false]);
    assertEquals(end.contradictions.map(({ code }) => code), ["more-unread"]);
  },
});

Deno.test({
  name: "pages() reads by page number until has_more says no",
  ignore,
  async fn() {
    await using server = serve(byPage(rows(20), (last) => ({ more: !last })));
    const { ids, end } = await read(server, { ...PAGE, has_more: "more" });
    assertEquals([ids.length, end.stopReason, end.proven], [20, "has-more-false", true]);
    assertEquals(server.seen.map(({ url }) => url.searchParams.get("page")), ["1", "2", "0"]);
  },
});

Deno.test({
  name: "pages() follows a cursor in the body until there is none",
  ignore,
  async fn() {
    await using server = serve(({ url }) => {
      const at = Number(url.searchParams.get("cursor") ?? 0);
      return json({ data: rows(9).slice(at, at + 4), meta: { next: at + 4 < 9 ? at + 4 : null } });
    });
    const pagination = { type: "cursor", param: "cursor", path: "meta.next" } as const;
    const { ids, end } = await read(server, pagination);
    assertEquals([ids.length, end.stopReason, end.proven], [9, "no-next", true]);
    assertEquals(server.seen.map(({ url }) => url.search), ["", "?cursor=4", "?cursor=8"]);
  },
});

Deno.test({
  name:
    "pages() sends a cursor in a body back as it came, be it a list or a number, after a resume too",
  ignore,
  async fn() {
    // Beyond 2^53 a number of JavaScript is another one.
    const sorts = [
      '[1767225600000000001,"a"]',
      "[ 1767225600000000001 , null]",
      '{"k":[1.50]}',
      "90071992547409931",
      '"=a"',
    ];
    await using server = serve(({ body }) => {
      const after = /"search_after":(.*),"size"/.exec(body)?.[1];
      const at = after === undefined
        ? 0
        : sorts.findIndex((sort) => sort.replaceAll(" ", "") === after) + 1;
      if (after !== undefined && at === 0) return json({ error: "unknown" }, { status: 400 });
      const hits = sorts.slice(at, at + 1).map((sort) => `{"id":${at},"sort":${sort}}`);
      return new Response(`{"hits":{"hits":[${hits}]}}`, {
        headers: { "content-type": "application/json" },
      });
    });
    const pagination = {
      type: "cursor",
      param: "search_after",
      path: "hits.hits.-1.sort",
    } as const;
    const request = {
      method: "POST",
      path: "/",
      records: "hits.hits",
      body: { search_after: undefined, size: 1 },
      pagination,
    } as const;
    await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
    const whole = await collect(client.pages(request));
    assertEquals([whole.end.read, whole.end.proven, whole.end.evidence], [5, true, ["no-next"]]);
    const state = JSON.parse(JSON.stringify(whole.items[1]?.next));
    const rest = await collect(client.pages(request, { state }));
    assertEquals([rest.end.read, rest.end.proven], [5, true]);
    await using query = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
    const { end } = await collect(
      query.pages({ ...request, pagination: { ...pagination, in: "query" } }),
    );
    assertStringIncludes(end.guard?.message ?? "", "is an array, wanted a string or number; only");
  },
});

Deno.test({
  name: "pages() follows Link headers relative to the request",
  ignore,
  async fn() {
    await using server = serve(({ url }) => {
      const page = Number(url.searchParams.get("p") ?? 1);
      const headers = page < 3
        ? { link: `</first>; rel=first, <items?p=${page + 1}&x=1,2>; rel="Next"` }
        : undefined;
      return json({ data: [{ id: page }] }, headers === undefined ? {} : { headers });
    });
    const { ids, end } = await read(server, { type: "link" });
    assertEquals([ids, end.stopReason], [[1, 2, 3], "no-next"]);
    assertEquals(server.seen[1]?.url.search, "?p=2&x=1,2");
  },
});

Deno.test({
  name: "pages() goes on from a state that went through JSON",
  ignore,
  async fn() {
    await using server = serve(byOffset(rows(25)));
    const { items } = await read(server, { ...OFFSET, total: "count" });
    await using client = new ApiClient({ baseUrl: server.url });
    const stream = { path: "/items", records: "data", pagination: { ...OFFSET, total: "count" } };
    const state = JSON.parse(JSON.stringify(items[0]?.next));
    const rest = await collect(client.pages(stream, { state }));
    assertEquals(rest.items.map(({ number }) => number), [2, 3]);
    assertEquals([rest.end.read, rest.end.proven], [25, true]);
  },
});
