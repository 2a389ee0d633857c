import { assertEquals } from "@std/assert";
import { ApiClient, bodyErrorOf, type Pagination, type StreamEnd } from "../../lib/api/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { FakeClock } from "./_fake_clock.ts";
import { json, serve } from "./_server.ts";

const ignore = !granted("net");
const ROWS = Array.from({ length: 10 }, (_, id) => ({ id, next: id, total: 1000 }));

async function endOf(
  pagination: Pagination | undefined,
  body: object,
  { headers = {}, records = "data.items", path = "/" } = {},
): Promise<StreamEnd> {
  await using server = serve(({ url }) => {
    const isFirst = Number(url.searchParams.get("page") ?? 1) <= 1;
    const items = isFirst ? ROWS : [];
    const answer = records === "" ? items : { ...body, data: { ...Object(body).data, items } };
    return json(answer, { headers });
  });
  await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
  const where = records === "" ? {} : { records };
  const { end } = await collect(client.pages({ path, ...where, pagination }));
  return end;
}

/** What a body says of more records, and where that is seen; `undefined` if it says nothing of the kind. */
const BODIES: readonly (readonly [body: object, place: string | undefined])[] = [
  [{ meta: { next: "t10" } }, "meta.next"],
  [{ links: { next: "/items?page=2" } }, "links.next"],
  [{ _links: { next: { href: "https://x.example/2" } } }, "_links.next.href"],
  [{ "@odata.nextLink": "https://x.example/2" }, "@odata\\.nextLink"],
  [{ paging: { next: { after: "MTA" } } }, "paging.next.after"],
  [{ nextPageToken: "t" }, "nextPageToken"],
  [{ response_metadata: { next_cursor: "t" } }, "response_metadata.next_cursor"],
  [{ data: { pageInfo: { hasNextPage: true, endCursor: "t" } } }, "data.pageInfo.hasNextPage"],
  [{ has_more: true }, "has_more"],
  [{ isLast: false }, "isLast"],
  [{ data: { last: false } }, "data.last"],
  [{ lastPage: false }, "lastPage"],
  [{ truncated: true }, "truncated"],
  [{ properties: { exceededTransferLimit: true } }, "properties.exceededTransferLimit"],
  [{ LastEvaluatedKey: { id: 9 } }, "LastEvaluatedKey.id"],
  [{ meta: { pagination: { page: 1, pages: 2 } } }, "meta.pagination.pages"],
  [{ meta: { total: 95 } }, "meta.total"],
  [{ meta: { pagination: { total_count: "95" } } }, "meta.pagination.total_count"],
  [{ data: { total: { value: 95, relation: "eq" } } }, "data.total.value"],
  [{ page: { size: 10, totalPages: 10, number: 0 } }, "page.totalPages"],
  [{ last_page: 10 }, "last_page"],
  [{ total: 95, meta: { total: 95, next: "t10" } }, "meta.next"],
  [{ links: [{ rel: "self", href: "/a" }, { rel: "next", href: "/a?p=2" }] }, "links.1.href"],
  [{ link: [{ relation: "next", url: "/a?p=2" }] }, "link.0.url"],
  [{ continue: { apcontinue: "x", continue: "-||" } }, "continue.apcontinue"],
  [{ offset: "itrA1/recB2" }, "offset"],
  [{ bookmark: "g1AAAA" }, "bookmark"],
  [{ resultCount: 95 }, "resultCount"],
  [{ "opensearch:totalResults": "95" }, "opensearch:totalResults"],
  [{ state: "RUNNING", progress: 40 }, "state"],
  [{ job: { status: "in_progress" } }, "job.status"],
  [{ status: { state: "QUEUED" } }, "status.state"],
  [{ complete: false }, "complete"],
  [{ metadata: { remainingItemCount: 15 } }, "metadata.remainingItemCount"],
  [{ isComplete: false }, "isComplete"],
  [{ finished: false }, "finished"],
  [{ incomplete: true }, "incomplete"],
  [{ more_available: true }, "more_available"],
  [{ eof: false }, "eof"],
  [{ resumptionToken: "t" }, "resumptionToken"],
  [{ $skipToken: "t" }, "$skipToken"],
  [{ num_results: 25 }, "num_results"],
  // Ends, and what is no sign.
  [{ status: "done", complete: true, offset: 10, bookmark: "nil", continue: {} }, undefined],
  [
    { offset: "10", customer: { status: "pending" }, links: [{ rel: "self", href: "/a" }] },
    undefined,
  ],
  [{ meta: { next: null, total: 10 }, has_more: false, last_page: 1, isLast: true }, undefined],
  [{ next: "", nextPageToken: "0", next_page: 0, nextUrl: false, _links: { next: {} } }, undefined],
  [{ total: 99.5, count: "many", took: 1000, endCursor: "t", previous: "/1" }, undefined],
  [{ last: true, lastPage: true, truncated: false, partial: null, more: "no" }, undefined],
  [{ remainingItems: 0, rate: { remaining: 4999 }, remaining: 4999 }, undefined],
  [{ facets: [{ total: 1000, next: "x" }] }, undefined],
];

Deno.test({
  name: "pages() is not complete when its only answer says in a usual place that there are more",
  ignore,
  async fn() {
    for (const [body, place] of BODIES) {
      const { unread, proven, contradictions } = await endOf(undefined, body);
      const codes = place === undefined ? [] : ["more-unread"];
      assertEquals(
        [unread?.place, proven, contradictions.map(({ code }) => code)],
        [place, place === undefined, codes],
        JSON.stringify(body),
      );
      if (place === undefined) continue;
      const declared = await endOf({ type: "none", whole: true }, body);
      assertEquals([declared.proven, declared.unread], [true, undefined]);
    }
  },
});

Deno.test({
  name: "pages() is not complete when a header of its only answer says that there are more",
  ignore,
  async fn() {
    for (
      const [name, value] of [
        ["Link", '</items?page=2>; rel="next"'],
        ["X-Total-Count", "95"],
        ["Total-Count", "95"],
        ["X-WP-TotalPages", "10"],
        ["X-Next-Page", "2"],
        ["x-ms-continuation", "dG9r"],
        ["Content-Range", "items 0-9/95"],
        ["Next-Range", "id 10.."],
        ["X-Pagination", '{"TotalCount":95,"PageSize":10}'],
        ["X-Pagination", '{"TotalPages":3,"CurrentPage":1}'],
        ["X-Pagination", '{"HasNext":true}'],
      ] as const
    ) {
      const { unread, proven } = await endOf(undefined, {}, {
        records: "",
        headers: { [name]: value },
      });
      assertEquals([unread?.place.toLowerCase(), proven], [name.toLowerCase(), false]);
    }
    const harmless = { "X-Total-Count": "10", "X-Next-Page": "", Link: '</1>; rel="prev"' };
    for (const said of ['{"TotalCount":10,"TotalPages":1,"HasNext":false}', "{10", "10"]) {
      const headers = { ...harmless, "X-Pagination": said };
      assertEquals((await endOf(undefined, {}, { records: "", headers })).proven, true, said);
    }
  },
});

Deno.test({
  name: "pages() is not complete when a short page names its next one elsewhere than expected",
  ignore,
  async fn() {
    for (
      const pagination of [
        { type: "cursor", param: "cursor", path: "meta.nxt", size: 100 },
        { type: "next_url", path: "nxt", size: 100 },
        { type: "link", size: 100 },
      ] as const
    ) {
      const { unread, proven } = await endOf(pagination, { meta: { next: "t10" } });
      assertEquals([unread?.place, proven], ["meta.next", false]);
      assertEquals((await endOf(pagination, {})).proven, true);
    }
  },
});

Deno.test({
  name: "pages() is not complete when numbered pages end before a total that is declared elsewhere",
  ignore,
  async fn() {
    const page = { type: "page", page_param: "page", size: 10 } as const;
    // It has more than it lists, as a server with a cap does; the link on a page beyond the end says nothing.
    const { unread, proven } = await endOf(page, { meta: { total: 95 }, next: "/items?page=9" });
    assertEquals([unread?.place, proven], ["meta.total", false]);
    const body = { meta: { total: 95, pages: 1 } };
    const estimate = { total: { path: "meta.total", kind: "estimate" } } as const;
    assertEquals((await endOf({ ...page, ...estimate }, body)).proven, true);
    const capped = await endOf({ ...page, total_pages: "meta.pages" }, body);
    assertEquals([capped.unread?.place, capped.proven], ["meta.total", false]);
  },
});

Deno.test({
  name: "pages() is not complete when a cap takes the next page away from a full one",
  ignore,
  async fn() {
    const pagination = { type: "cursor", param: "cursor", path: "next", size: 10 } as const;
    // What GitHub's and HubSpot's search do after 1,000 and 10,000 results.
    const { unread, proven } = await endOf(pagination, { total: 95, next: null });
    assertEquals([unread?.place, proven], ["total", false]);
    // A search_after that passes over ties ends, as any, with an empty page.
    const ofLast = { type: "cursor", param: "page", path: "data.items.-1.next", size: 10 } as const;
    const passed = await endOf(ofLast, { total: 95 });
    assertEquals([passed.unread?.place, passed.proven], ["total", false]);
    assertEquals((await endOf(ofLast, { total: 10, next: "t" })).proven, true);
    for (
      const [size, declared, body] of [
        [11, {}, { total: 95 }],
        [10, {}, { total: 10 }],
        [10, { total: { path: "total", kind: "estimate" } }, { total: 95 }],
      ] as const
    ) {
      const end = await endOf({ ...pagination, size, ...declared }, { ...body, next: null });
      assertEquals(end.proven, true, JSON.stringify(declared));
    }
  },
});

Deno.test({
  name: "pages() is not complete when a last page is linked by the number of a cursor of any name",
  ignore,
  async fn() {
    const pagination = { type: "cursor", param: "c", path: "next", start: "0" } as const;
    const { unread, proven } = await endOf(pagination, { next: null, links: { last: "/a?c=30" } });
    assertEquals([unread?.place, proven], ["links.last", false]);
    for (const last of ["/a?c=0", "/a?c=x30", "/a?d=30"]) {
      assertEquals((await endOf(pagination, { next: null, links: { last } })).proven, true);
    }
  },
});

Deno.test({
  name: "pages() is not complete when an only answer is as long as the limit in its path",
  ignore,
  async fn() {
    const { contradictions } = await endOf(undefined, {}, { path: "/items?limit=10" });
    assertEquals(contradictions.map(({ code }) => code), ["page-full"]);
    assertEquals((await endOf(undefined, {}, { path: "/items?limit=20" })).proven, true);
  },
});

/** Three pages of 4, 4 and 2 records. */
const LAST = 2;
interface Said {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Reads pages that say more than where the next one is; a server that loses its place names none on a full page. */
async function walk(
  type: "cursor" | "next_url" | "link",
  says: (page: number) => Said,
  { loses = false, sizes = [4, 4, 2] } = {},
): Promise<[number, boolean, string | undefined]> {
  await using server = serve(({ url }) => {
    const page = Number(url.searchParams.get("p") ?? 0);
    const items = ROWS.slice(4 * page, 4 * page + (sizes[page] ?? 0));
    const { body, headers = {} } = says(page);
    const isEnd = page === LAST || (loses && page === 1);
    const link = type === "link"
      ? `</?p=${isEnd ? 0 : page + 1}>; rel="${isEnd ? "first" : "next"}"`
      : "";
    const next = isEnd ? null : type === "cursor" ? page + 1 : `/?p=${page + 1}`;
    const links = [link, headers["link"]].filter(Boolean).join(", ");
    const all = { ...headers, ...(links === "" ? {} : { link: links }) };
    return json({ items, ...(type === "link" ? {} : { nxt: next }), ...body }, { headers: all });
  });
  await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
  const pagination = type === "cursor"
    ? { type, path: "nxt", param: "p" } as const
    : type === "next_url"
    ? { type, path: "nxt" } as const
    : { type } as const;
  const { end } = await collect(client.pages({ path: "/", records: "items", pagination }));
  return [end.read, end.proven, end.contradictions[0]?.code];
}

/** What says that there are more, on every page but the last one. */
const SAID: Record<string, (page: number) => Said> = {
  has_more: (page) => ({ body: { has_more: page < LAST } }),
  "pageInfo.hasNextPage": (page) => ({ body: { pageInfo: { hasNextPage: page < LAST } } }),
  IsTruncated: (page) => ({ body: { IsTruncated: page < LAST } }),
  isLast: (page) => ({ body: { isLast: page === LAST } }),
  complete: (page) => ({ body: { complete: page === LAST } }),
  total: () => ({ body: { total: 10 } }),
  total_pages: (page) => ({ body: { total_pages: 3, page: page + 1 } }),
  "links.next": (page) => ({ body: { links: { next: page < LAST ? `/?p=${page + 1}` : null } } }),
  "links.last": () => ({ body: { links: { last: "/?p=2" } } }),
  nextPageToken: (page) => ({ body: page < LAST ? { nextPageToken: `t${page}` } : {} }),
  "X-Has-More": (page) => ({ headers: { "x-has-more": String(page < LAST) } }),
  "X-Total-Count": () => ({ headers: { "x-total-count": "10" } }),
  "Link, last": () => ({ headers: { link: '</?p=2>; rel="last"' } }),
};

for (const [name, says] of Object.entries(SAID)) {
  Deno.test({
    name: `pages() is not complete when a full page names no next one and ${name} says more`,
    ignore,
    async fn() {
      for (const type of ["cursor", "next_url", "link"] as const) {
        assertEquals(await walk(type, says, { loses: true }), [8, false, "more-unread"], type);
      }
      assertEquals(await walk("cursor", says), [10, true, undefined]);
    },
  });
}

/** What is said on the last page as well, and means something else, or is a number too high by one. */
const HARMLESS: Record<string, (page: number) => Said> = {
  "a flag that is always true": () => ({ body: { has_more: true, truncated: true } }),
  "an object that is always the same": () => ({ body: { next: { run: "2026-11-28" } } }),
  "null and false": () => ({ body: { next: null, has_more: null, last: null, total_pages: null } }),
  "a number of pages from 0": () => ({ body: { total_pages: 2 } }),
  "a number of pages too high by one": () => ({ body: { total_pages: 4 } }),
  "a last page too high by one": () => ({ headers: { link: '</?p=3>; rel="last"' } }),
  "a last page with a size": () => ({ headers: { link: '</?p=2&per_page=30>; rel="last"' } }),
  "a last cursor": () => ({ headers: { link: '</?cursor=99>; rel="last"' } }),
  "another last": () => ({ body: { last: "Smith" } }),
};

Deno.test({
  name: "pages() is complete when the last page says of more what the others say as well",
  ignore,
  async fn() {
    for (const [name, says] of Object.entries(HARMLESS)) {
      assertEquals(await walk("cursor", says), [10, true, undefined], name);
      assertEquals(await walk("link", says), [10, true, undefined], name);
    }
    // Where pages are of any length, a short one is nothing special.
    const uneven = await walk("cursor", () => ({ body: { has_more: true } }), { sizes: [3, 4, 2] });
    assertEquals(uneven, [9, false, "more-unread"]);
  },
});

Deno.test({
  name:
    "pages() reads one page more when one place says that there are no more and another that there are",
  ignore,
  async fn() {
    const page = {
      type: "page",
      page_param: "page",
      size_param: "n",
      size: 4,
      has_more: "more",
    } as const;
    /** What `more` says of the second of three pages is wrong, or the others are. */
    const read = async (says: (page: number) => object, { lies = true, last = 3 } = {}) => {
      await using server = serve(({ url }) => {
        const number = Number(url.searchParams.get("page"));
        const items = number > last ? [] : ROWS.slice(4 * number - 4, 4 * number);
        return json({ items, more: number < (lies ? 2 : last), ...says(number) });
      });
      await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
      const { end } = await collect(
        client.pages({ path: "/", records: "items", pagination: page }),
      );
      return [end.read, end.proven];
    };
    for (
      const says of [
        () => ({ total: 10 }),
        () => ({ total_pages: 3 }),
        (number: number) => ({ next: number < 3 ? `/?page=${number + 1}` : null }),
        (number: number) => ({ truncated: number < 3 }),
      ]
    ) assertEquals(await read(says), [10, true], says.toString());
    // A cap: the number is never reached.
    assertEquals(await read(() => ({ total: 10 }), { last: 2 }), [8, false]);
    // The next page is named whatever comes, and the last one full.
    const always = (number: number) => ({ next: `/?page=${number + 1}`, truncated: true });
    assertEquals(await read(always, { lies: false, last: 2 }), [8, true]);
    assertEquals(await read(() => ({}), { lies: false }), [10, true]);
  },
});

Deno.test({
  name: "pages() takes no empty list for the end of an answer that is not ready",
  ignore,
  async fn() {
    for (
      const [body, path, code] of [
        [{ status: "running" }, "/", "http-body-error"],
        [{ state: "queued" }, "/", "http-body-error"],
        [{ status: { state: "PENDING" } }, "/", "http-body-error"],
        [{ message: "session expired, please log in" }, "/", "http-body-error"],
        [{ status: "pending" }, "/?status=pending", undefined],
        [{ status: "ok", message: "no more data" }, "/", undefined],
      ] as const
    ) {
      await using server = serve(() => json({ items: [], ...body }));
      await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
      const stream = { path, records: "items", bodyError: bodyErrorOf(undefined) };
      const found = await collect(client.pages(stream)).then(() => undefined, ({ code }) => code);
      assertEquals(found, code, JSON.stringify(body));
    }
    // What the pages with records have as well is not said of the answer.
    await using server = serve(({ url }) =>
      json({ status: "pending", items: url.searchParams.get("page") === "1" ? ROWS : [] })
    );
    await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
    const pagination = { type: "page", page_param: "page", size: 20 } as const;
    const stream = { path: "/", records: "items", bodyError: bodyErrorOf(undefined), pagination };
    assertEquals((await collect(client.pages(stream))).end.proven, true);
  },
});

Deno.test({
  name: "pages() takes no sentence for the columns of an empty table",
  ignore,
  async fn() {
    for (
      const [body, code] of [
        ["Error: query failed\n", "http-body-error"],
        ["ERROR:  canceling statement due to timeout", "http-body-error"],
        ["id,error\n", undefined],
        ["error\n", undefined],
        ["Failed to execute query", "http-body-error"],
        ["error code,id\n", undefined],
        ["error code\n", undefined],
      ] as const
    ) {
      await using server = serve(() =>
        new Response(body, { headers: { "content-type": "text/csv" } })
      );
      await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
      const pages = client.pages({ path: "/", format: "csv" });
      const found = await collect(pages).then(() => undefined, ({ code }) => code);
      assertEquals(found, code, body);
    }
  },
});

/** Bodies with null for a list; what is read of each: complete with none, incomplete with none, or an error. */
const NULLS: readonly (readonly [
  body: object,
  outcome: "complete" | "incomplete" | "error",
  asked: number,
])[] = [
  [{ items: null }, "complete", 2],
  [{ items: null, total: 0, page: 1, status: "ok" }, "complete", 1],
  [{ items: null, next: null, has_more: false, errors: [] }, "complete", 2],
  [{ items: null, has_more: true }, "error", 2],
  [{ items: null, next: "t" }, "error", 2],
  [{ items: null, total: 5 }, "error", 2],
  [{ items: null, total: 0, next: "t" }, "error", 2],
  [{ items: null, total: 0, state: "RUNNING" }, "error", 2],
  [{ items: null, notice: "the backend is down" }, "error", 2],
  [{ other: null }, "error", 2],
];

Deno.test({
  name:
    "pages() takes null for an empty list if the body says nothing else, twice, or declares none",
  ignore,
  async fn() {
    for (const [body, outcome, asked] of NULLS) {
      await using server = serve(() => json(body));
      const options = { clock: new FakeClock(), retry: { limit: 1 } };
      await using client = new ApiClient({ baseUrl: server.url, ...options });
      const found = await collect(client.pages({ path: "/", records: "items" }))
        .then(({ end }) => end.proven ? "complete" : "incomplete", () => "error");
      assertEquals([found, server.seen.length], [outcome, asked], JSON.stringify(body));
    }
    await using server = serve(() => json({ items: null }, { headers: { "x-total-count": "5" } }));
    await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
    const { end } = await collect(client.pages({ path: "/", records: "items" }));
    assertEquals(end.contradictions.map(({ code }) => code), ["more-unread"]);
  },
});

Deno.test({
  name: "pages() is not complete when a total that is not read changes between numbered pages",
  ignore,
  async fn() {
    const read = async (totals: readonly number[], header?: string) => {
      await using server = serve(({ url }) => {
        const page = Number(url.searchParams.get("page"));
        const items = ROWS.slice(0, [2, 2, 1][page - 1] ?? 0).map((row) => ({ ...row, page }));
        const total = totals[page - 1] ?? 0;
        const headers = header === undefined ? {} : { [header]: `${total}` };
        return json({ items, ...(header === undefined && { meta: { total } }) }, { headers });
      });
      await using client = new ApiClient({ baseUrl: server.url, clock: new FakeClock() });
      const pagination = { type: "page", page_param: "page", size: 2 } as const;
      const { end } = await collect(client.pages({ path: "/", records: "items", pagination }));
      return end.contradictions.map(({ code }) => code);
    };
    assertEquals(await read([6, 5, 5]), ["total-changed"]);
    assertEquals(await read([6, 6, 5], "X-Total-Count"), ["total-changed"]);
    // Beyond the end there is none, and what is no more than a page is its own number.
    assertEquals(await read([5, 5, 5, 0, 0]), []);
    assertEquals(await read([2, 2, 1]), []);
  },
});
