import { assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { streamOf, worldTest } from "../../pipeline/_world.ts";
import { pythonPackages, thirdParty } from "./_third_party.ts";

/** A listing of 57 items, in as much YAML as it takes. */
interface Listing {
  readonly server: string;
  /** Keys of the stream `shop.items`. */
  readonly yaml: string;
  /** The records, if they are not items of `id` and `name`. */
  readonly record?: (n: number) => unknown;
  /** What of a record is compared. @default all of it */
  readonly seen?: (record: Record<string, unknown>) => unknown;
}

const QUERY = `query Items($first: Int!, $after: String) {
  items(first: $first, after: $after) {
    totalCount edges { node { id name } } pageInfo { endCursor hasNextPage } } }`;

const LISTINGS: Record<string, Listing> = {
  "Django REST framework by page numbers": {
    server: "_rest_framework_server.py",
    yaml: `
        path: /page
        records: results
        pagination: { type: page, page_param: page, size: 10, total: count }`,
  },
  "Django REST framework by page numbers without a total": {
    server: "_rest_framework_server.py",
    yaml: `
        path: /page
        records: results
        pagination: { type: page, page_param: page, size: 10 }`,
  },
  "Django REST framework by limit and offset": {
    server: "_rest_framework_server.py",
    yaml: `
        path: /offset
        records: results
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 10, total: count }`,
  },
  "Django REST framework by cursors": {
    server: "_rest_framework_server.py",
    yaml: `
        path: /cursor
        records: results
        pagination: { type: next_url, path: next }`,
  },
  "fastapi-pagination by page numbers": {
    server: "_fastapi_server.py",
    yaml: `
        path: /page
        records: items
        pagination: { type: page, page_param: page, size_param: size, size: 10, total_pages: pages }`,
  },
  "fastapi-pagination by limit and offset": {
    server: "_fastapi_server.py",
    yaml: `
        path: /offset
        records: items
        pagination: { type: offset, offset_param: offset, size_param: limit, size: 10, total: total }`,
  },
  "Datasette by tokens": {
    server: "_datasette_server.py",
    yaml: `
        path: /shop/items.json
        params: { _shape: objects, _size: 10 }
        records: rows
        pagination: { type: cursor, param: _next, path: next, total: filtered_table_rows_count }`,
  },
  "Datasette by links": {
    server: "_datasette_server.py",
    yaml: `
        path: /shop/items.json
        params: { _shape: array, _size: 10 }
        pagination: { type: link, size: 10 }`,
  },
  "Datasette as CSV": {
    server: "_datasette_server.py",
    yaml: `
        path: /shop/items.csv
        params: { _stream: on }
        format: csv
        pagination: { type: none }`,
    record: (n) => ({ id: String(n), name: `item ${n}` }),
  },
  "json-server by links": {
    server: "_json_server.ts",
    yaml: `
        path: /items
        params: { _page: 1, _limit: 10 }
        pagination: { type: link, total: { header: X-Total-Count } }`,
  },
  "json-server by page numbers": {
    server: "_json_server.ts",
    yaml: `
        path: /items
        pagination: { type: page, page_param: _page, size_param: _limit, size: 10 }`,
  },
  "PouchDB's feed of changes": {
    server: "_pouchdb_server.ts",
    yaml: `
        path: /items/_changes
        params: { limit: 10 }
        records: results
        pagination: { type: cursor, param: since, path: last_seq, change_feed: true }
        primary_key: [id]`,
    seen: ({ id, seq }) => ({ id, seq }),
    record: (n) => ({ id: `i${n}`, seq: n }),
  },
  "PouchDB's view by keys, each page from the last key on": {
    server: "_pouchdb_server.ts",
    yaml: `
        path: /viewed/_design/by/_view/number
        params: { limit: 10 }
        records: rows
        pagination: { type: cursor, param: startkey, path: rows.-1.key }
        primary_key: [id]`,
    record: (n) => ({ key: n, id: `i${n}`, value: `item ${n}` }),
  },
  "GraphQL Yoga": {
    server: "_graphql_server.ts",
    yaml: `
        path: /graphql
        method: POST
        idempotent: true
        body: ${JSON.stringify({ query: QUERY, variables: { first: 5 } })}
        records: data.items.edges
        pagination:
          { type: cursor, param: variables.after, path: data.items.pageInfo.endCursor,
            has_more: data.items.pageInfo.hasNextPage, total: data.items.totalCount }`,
    record: (n) => ({ node: { id: n, name: `item ${n}` } }),
  },
  "an OData service": {
    server: "_odata_server.ts",
    yaml: `
        path: /items
        params: { $count: true }
        records: value
        pagination:
          { type: offset, offset_param: $skip, size_param: $top, size: 10, total: '@odata\\.count' }`,
  },
};

const isPossible = granted("read", "write", "net", "run");
const packages = isPossible ? await pythonPackages() : undefined;
globalThis.addEventListener("unload", () => {
  if (packages !== undefined) Deno.removeSync(packages, { recursive: true });
});

for (const [name, { server, yaml, record, seen }] of Object.entries(LISTINGS)) {
  if (server.endsWith(".py") && packages === undefined) continue;
  worldTest(`a pipeline reads ${name}: all of it, once`, async (world) => {
    await using api = await thirdParty(server, packages);
    const source = `
name: third_party
sources:
  - name: shop
    type: api
    base_url: ${api.url}
    streams:
      - name: items${yaml}
`;
    const first = await world.run({ edit: () => source });
    assertEquals([first.exit_code, first.reasons], [0, []]);
    const made = record ?? ((n: number) => ({ id: n, name: `item ${n}` }));
    const rows = world.rows("shop.items").map((line) => JSON.parse(line));
    assertEquals(
      rows.map(seen ?? ((row) => row)),
      Array.from({ length: 57 }, (_, n) => made(n + 1)),
    );
    const second = await world.run({ edit: () => source });
    assertEquals([second.exit_code, streamOf(second, "shop.items").written], [0, 0]);
    assertEquals(world.manifests("shop.items").length, 1);
  });
}
