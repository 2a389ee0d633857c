import { assertEquals } from "@std/assert";
import { ApiClient, type Pagination, type StreamEnd } from "../../lib/api/mod.ts";
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
  // Ends, and what is no sign.
  [{ meta: { next: null, total: 10 }, has_more: false, last_page: 1, isLast: true }, undefined],
  [{ next: "", nextPageToken: "0", next_page: 0, nextUrl: false, _links: { next: {} } }, undefined],
  [{ total: 99.5, count: "many", took: 1000, endCursor: "t", previous: "/1" }, undefined],
  [{ last: true, lastPage: true, truncated: false, partial: null, more: "no" }, undefined],
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
        ["X-WP-TotalPages", "10"],
        ["X-Next-Page", "2"],
        ["x-ms-continuation", "dG9r"],
        ["Content-Range", "items 0-9/95"],
      ] as const
    ) {
      const { unread, proven } = await endOf(undefined, {}, {
        records: "",
        headers: { [name]: value },
      });
      assertEquals([unread?.place.toLowerCase(), proven], [name.toLowerCase(), false]);
    }
    const harmless = { "X-Total-Count": "10", "X-Next-Page": "", Link: '</1>; rel="prev"' };
    assertEquals((await endOf(undefined, {}, { records: "", headers: harmless })).proven, true);
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
    for (
      const declared of [
        { total: { path: "meta.total", kind: "estimate" } },
        { total_pages: "meta.pages" },
      ] as const
    ) {
      const body = { meta: { total: 95, pages: 1 } };
      assertEquals((await endOf({ ...page, ...declared }, body)).proven, true);
    }
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
  name: "pages() is not complete when an only answer is as long as the limit in its path",
  ignore,
  async fn() {
    const { contradictions } = await endOf(undefined, {}, { path: "/items?limit=10" });
    assertEquals(contradictions.map(({ code }) => code), ["page-full"]);
    assertEquals((await endOf(undefined, {}, { path: "/items?limit=20" })).proven, true);
  },
});
