import { assertEquals } from "@std/assert";
import type { Pagination } from "../../../lib/api/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, outcome, upTo } from "../adversary/_outcome.ts";
import { thirdParty } from "./_third_party.ts";

const ignore = !granted("net", "run");
const QUERY = `query Items($first: Int!, $after: String) {
  items(first: $first, after: $after) {
    totalCount
    edges { node { id name } }
    pageInfo { endCursor hasNextPage }
  }
}`;

const REST: Record<string, { params: Record<string, number>; pagination: Pagination }> = {
  "a Link header": { params: { _page: 1, _limit: 10 }, pagination: { type: "link" } },
  "page numbers": {
    params: {},
    pagination: { type: "page", page_param: "_page", size_param: "_limit", size: 10 },
  },
  "page numbers of a size that divides the total": {
    params: {},
    pagination: { type: "page", page_param: "_page", size_param: "_limit", size: 19 },
  },
  "offsets": {
    params: {},
    pagination: { type: "offset", offset_param: "_start", size_param: "_limit", size: 10 },
  },
};

for (const [name, { params, pagination }] of Object.entries(REST)) {
  Deno.test({
    name: `ApiClient.pages() reads json-server's items once when it pages by ${name}`,
    ignore,
    async fn() {
      await using server = await thirdParty("_json_server.ts");
      await using client = hunted(server.url).client;
      const read = await outcome(client, { path: "/items", params, pagination });
      assertEquals(read.ids, upTo(57));
      assertEquals([read.end?.read, read.end?.proven, read.code], [57, true, undefined]);
      assertEquals(read.pages.some(({ attempts }) => attempts > 1), true);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() reads GraphQL Yoga's connection once when errors come inside a 200",
  ignore,
  async fn() {
    await using server = await thirdParty("_graphql_server.ts");
    await using client = hunted(server.url).client;
    const read = await outcome(client, {
      path: "/graphql",
      method: "POST",
      idempotent: true,
      body: { query: QUERY, variables: { first: 5 } },
      records: "data.items.edges",
      bodyError: (body) => (body as { errors?: { message: string }[] }).errors?.[0]?.message,
      pagination: {
        type: "cursor",
        param: "variables.after",
        path: "data.items.pageInfo.endCursor",
        has_more: "data.items.pageInfo.hasNextPage",
        total: "data.items.totalCount",
      },
    });
    const ids = read.pages.flatMap(({ records }) =>
      records.map(({ value }) => (value as { node: { id: number } }).node.id)
    );
    assertEquals(ids, upTo(57));
    assertEquals([read.end?.read, read.end?.total, read.end?.proven], [57, 57, true]);
    // 12 pages, three of them twice, and one more: the last still names a cursor, whatever it says of more.
    assertEquals(read.pages.reduce((sum, { attempts }) => sum + attempts, 0), 16);
  },
});

Deno.test({
  name: "ApiClient.pages() refuses GraphQL Yoga's errors when nobody told it where they stand",
  ignore,
  async fn() {
    await using server = await thirdParty("_graphql_server.ts");
    await using client = hunted(server.url).client;
    const read = await outcome(client, {
      path: "/graphql",
      method: "POST",
      idempotent: true,
      body: { query: "{ items(first: 5, wrong: 1) { totalCount } }" },
      records: "data.items.edges",
    });
    assertEquals([read.ids, read.end?.proven ?? false], [[], false]);
    assertEquals(`${read.code}`.startsWith("http-"), true, read.code ?? "none");
  },
});
