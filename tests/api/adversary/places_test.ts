import { assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { hunted, outcome, rows, upTo } from "./_outcome.ts";
import { adversary } from "./_server.ts";

const ignore = !granted("net");

Deno.test({
  name: "ApiClient.pages() changes nothing but the cursor when it stands in a POST body",
  ignore,
  async fn() {
    const body = { query: "{ a(b: 1.0) }", variables: { first: 2, filter: { x: [1, null] } } };
    await using server = adversary((request, n) => {
      const { variables } = JSON.parse(request.body) as { variables: { after?: string } };
      const page = Number(variables.after ?? "1");
      if (n === 2) return new Response(null, { status: 503 });
      return Response.json({
        data: { items: rows(page, page), next: page < 3 ? `${page + 1}` : null },
      });
    });
    const { ids, end } = await outcome(hunted(server.url).client, {
      path: "/",
      method: "POST",
      idempotent: true,
      body,
      records: "data.items",
      pagination: { type: "cursor", param: "variables.after", path: "data.next" },
    });
    assertEquals([ids, end?.proven], [[1, 2, 3], true]);
    const bodies = server.heard.map((request) => JSON.parse(request.body));
    const cursors = [undefined, "2", "2", "3"];
    const expected = cursors.map((after) => ({
      ...body,
      variables: after === undefined ? body.variables : { ...body.variables, after },
    }));
    assertEquals(bodies, expected);
    assertEquals(body.variables, { first: 2, filter: { x: [1, null] } });
  },
});

Deno.test({
  name: "ApiClient.pages() stops a loop when the cursor stands in a POST body",
  ignore,
  async fn() {
    await using server = adversary((request, n) => {
      const page = Number((JSON.parse(request.body) as { after?: string }).after ?? "1");
      return Response.json({ items: [{ id: page, n }], next: `${page < 4 ? page + 1 : 2}` });
    });
    const { ids, code } = await outcome(hunted(server.url).client, {
      path: "/",
      method: "POST",
      idempotent: true,
      body: {},
      records: "items",
      pagination: { type: "cursor", param: "after", path: "next" },
    });
    assertEquals([ids, code, server.heard.length], [upTo(4), "cursor-repeated", 4]);
  },
});

Deno.test({
  name: "ApiClient.pages() follows a cursor through headers when answer and request carry it there",
  ignore,
  async fn() {
    await using server = adversary(({ headers }) => {
      const page = Number(headers.get("x-cursor") ?? "1");
      const next: HeadersInit = page < 3 ? { "X-Next-Cursor": `${page + 1}` } : {};
      return Response.json(rows(page, page), { headers: next });
    });
    const { ids, end } = await outcome(hunted(server.url).client, {
      path: "/",
      pagination: { type: "cursor", param: "X-Cursor", in: "header", header: "x-next-cursor" },
    });
    assertEquals([ids, end?.proven], [[1, 2, 3], true]);
  },
});

for (const cursor of ["\u{1f600}", "2\0", "2\r\nX-Evil: 1", "\x7f", " 2", "2\t"]) {
  Deno.test({
    name: `ApiClient.pages() ends with a guard when ${JSON.stringify(cursor)} fits no header`,
    ignore,
    async fn() {
      await using server = adversary((_, n) => Response.json({ items: rows(n, n), next: cursor }));
      const { ids, end, code } = await outcome(hunted(server.url).client, {
        path: "/",
        records: "items",
        pagination: { type: "cursor", param: "X-Cursor", in: "header", path: "next" },
      });
      assertEquals([ids, code, end?.proven], [[1], "next-invalid", false]);
    },
  });
}

for (const cursor of ["2", "a b", 'W/"2;=,"', "\u00e4"]) {
  Deno.test({
    name: `ApiClient.pages() brings the cursor ${cursor} unharmed when it goes into a header`,
    ignore,
    async fn() {
      await using server = adversary((_, n) =>
        Response.json({ items: rows(n, n), next: n === 1 ? cursor : null })
      );
      const { ids } = await outcome(hunted(server.url).client, {
        path: "/",
        records: "items",
        pagination: { type: "cursor", param: "X-Cursor", in: "header", path: "next" },
      });
      assertEquals([ids, server.heard[1]?.headers.get("x-cursor")], [[1, 2], cursor]);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() keeps the stream's parameters on every page, each of them once",
  ignore,
  async fn() {
    await using server = adversary(({ url }) => {
      const page = Number(url.searchParams.get("page"));
      return Response.json(page < 1 || page > 3 ? [] : rows(page, page));
    });
    const { ids } = await outcome(hunted(`${server.url}/v1?tenant=a%26b`).client, {
      path: "/list?page=99&q=old",
      params: { q: "new & old", z: 1 },
      pagination: { type: "page", page_param: "page" },
    });
    assertEquals(ids, [1, 2, 3]);
    // The first empty page is asked for twice, and whether there is a page 0.
    const asked = server.heard.flatMap(({ url }) => url.searchParams.getAll("page"));
    assertEquals(asked, ["1", "2", "3", "4", "4", "5", "0"]);
    for (const { url } of server.heard) {
      assertEquals(url.pathname, "/v1/list");
      assertEquals(url.searchParams.getAll("q"), ["new & old"]);
      assertEquals(url.searchParams.getAll("z"), ["1"]);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() gives each attempt a request id of its own",
  ignore,
  async fn() {
    await using server = adversary(({ url }, n) =>
      n % 2 === 1
        ? new Response(null, { status: 503 })
        : Response.json(Number(url.searchParams.get("page")) > 3 ? [] : [{ id: n }])
    );
    const pagination = { type: "page", page_param: "page" } as const;
    const { pages } = await outcome(hunted(server.url).client, { path: "/", pagination });
    const sent = server.heard.map(({ headers }) => headers.get("x-request-id"));
    assertEquals(new Set(sent).size, sent.length);
    assertEquals(pages.every(({ requestId }) => sent.includes(requestId)), true);
    const parents = server.heard.map(({ headers }) => headers.get("traceparent") ?? "");
    assertEquals(parents.every((p) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(p)), true);
  },
});
