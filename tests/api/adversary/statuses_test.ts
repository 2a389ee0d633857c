import { assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { hunted, outcome, rows, statusOrCode } from "./_outcome.ts";
import { adversary, answer, rawAdversary } from "./_server.ts";

const ignore = !granted("net");
const GOOD = '{"items":[{"id":1}]}';

/** How many pages come before a 204, what is declared, and whether it proves the end. */
const CASES_204 = [[0, {}, true], [1, {}, false], [1, { total: "total" }, true]] as const;

/** The code of a page that always comes with this status, and how often it was asked for. */
async function refused(status: number, method = "GET"): Promise<[string, number, unknown[]]> {
  await using server = adversary(() => {
    const noBody = status === 204 || status === 205 || status === 304;
    const headers = { "Content-Type": "application/json" };
    return new Response(noBody ? null : GOOD, { status, headers });
  });
  const read = await outcome(hunted(server.url).client, { path: "/", method, records: "items" });
  assertEquals(read.end?.proven ?? false, false);
  return [read.code ?? "none", server.heard.length, read.ids];
}

for (const status of [400, 402, 404, 405, 406, 409, 410, 418, 422, 451, 501, 505, 511]) {
  Deno.test({
    name: `ApiClient.pages() asks once and fails when the status is ${status}`,
    ignore,
    fn: async () => assertEquals(await refused(status), ["http-status", 1, []]),
  });
}

for (const status of [408, 413, 425, 429, 500, 502, 503, 504]) {
  Deno.test({
    name: `ApiClient.pages() asks again before it fails when the status is ${status}`,
    ignore,
    fn: async () => assertEquals(await refused(status), ["http-status", 3, []]),
  });

  Deno.test({
    name: `ApiClient.pages() asks a POST once when the status is ${status}`,
    ignore,
    fn: async () => assertEquals(await refused(status, "POST"), ["http-status", 1, []]),
  });
}

for (const status of [401, 403, 407]) {
  Deno.test({
    name: `ApiClient.pages() asks once and blames the credentials when the status is ${status}`,
    ignore,
    fn: async () => assertEquals(await refused(status), ["http-auth", 1, []]),
  });
}

for (const status of [206, 304, 300, 305, 306]) {
  Deno.test({
    name: `ApiClient.pages() reads nothing when ${status} comes unasked`,
    ignore,
    async fn() {
      const [code, , ids] = await refused(status);
      assertEquals([ids, ["http-status", "http-redirect"].includes(code)], [[], true], code);
    },
  });
}

for (const status of [205]) {
  Deno.test({
    name: `ApiClient.pages() does not call the stream complete when its page is a ${status}`,
    ignore,
    async fn() {
      const [code, , ids] = await refused(status);
      assertEquals([ids, code.startsWith("http-")], [[], true], code);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() takes a 204 for the end only where no page was named",
  ignore,
  async fn() {
    const pagination = { type: "cursor", param: "c", path: "next" } as const;
    for (const [pages, declared, proven] of CASES_204) {
      await using server = adversary((_, n) =>
        n > pages
          ? new Response(null, { status: 204 })
          : Response.json({ items: [{ id: n }], next: "a", total: 1 })
      );
      const { ids, end } = await outcome(hunted(server.url).client, {
        path: "/",
        records: "items",
        pagination: { ...pagination, ...declared },
      });
      assertEquals([ids.length, end?.proven], [pages, proven]);
    }
  },
});

Deno.test({
  name: "ApiClient.request() takes a 206 for an answer when it asked for a range",
  ignore,
  async fn() {
    await using server = adversary(() => Response.json([], { status: 206 }));
    const { client } = hunted(server.url);
    const headers = { Range: "items=0-9" };
    assertEquals(await statusOrCode(client.request({ path: "/", headers })), 206);
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-status");
  },
});

Deno.test({
  name: "ApiClient.request() takes a 304 for an answer when it asked for changes",
  ignore,
  async fn() {
    await using server = adversary(({ headers }) =>
      new Response(null, { status: headers.get("if-none-match") === '"v1"' ? 304 : 500 })
    );
    const ifChanged = { etag: '"v1"' };
    const response = await hunted(server.url).client.request({ path: "/", ifChanged });
    assertEquals([response.status, response.notModified, server.heard.length], [304, true, 1]);
  },
});

const INTERIM = [
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: </evil>; rel=next\r\n\r\n",
  "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n",
];

for (const interim of INTERIM) {
  Deno.test({
    name: `ApiClient.pages() waits for the final answer when ${interim.slice(9, 12)} comes first`,
    ignore,
    async fn() {
      await using server = rawAdversary(async (wire) => {
        while (await wire.request() !== undefined) await wire.write(interim + answer(GOOD));
      });
      await using client = hunted(server.url).client;
      const pagination = { type: "link", size: 2 } as const;
      const read = await outcome(client, { path: "/", records: "items", pagination });
      assertEquals([read.ids, read.end?.proven, read.pages[0]?.attempts], [[1], true, 1]);
    },
  });
}

const NO_HTTP: Record<string, string> = {
  "an unasked 101":
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
  "no status": `HTTP/1.1 OK\r\n\r\n${GOOD}`,
  "a status of two digits": `HTTP/1.1 20 OK\r\n\r\n${GOOD}`,
  "a status of 999": answer(GOOD, { status: "999 Request denied" }),
  "a status of 600": answer(GOOD, { status: "600 What" }),
  "bare JSON": GOOD,
  "an SSH banner": "SSH-2.0-OpenSSH_9.6\r\n",
  "a header without colon": `HTTP/1.1 200 OK\r\nnonsense\r\n\r\n${GOOD}`,
  "nothing at all": "",
};

for (const [name, bytes] of Object.entries(NO_HTTP)) {
  Deno.test({
    name: `ApiClient.pages() reads nothing when the server sends ${name}`,
    ignore,
    async fn() {
      await using server = rawAdversary(async (wire) => {
        await wire.request();
        await wire.write(bytes);
      });
      await using client = hunted(server.url).client;
      const read = await outcome(client, { path: "/", records: "items" });
      assertEquals([read.ids, read.end?.proven ?? false], [[], false]);
      assertEquals(`${read.code}`.startsWith("http-"), true, read.code ?? "none");
    },
  });
}

Deno.test({
  name: "ApiClient.request() backs off when a 429 is an HTML page without a hint",
  ignore,
  async fn() {
    const { client: nobody, clock } = hunted("http://127.0.0.1");
    await nobody[Symbol.asyncDispose]();
    const html = { status: 429, headers: { "Content-Type": "text/html" } };
    await using server = adversary(
      (_, n) => n < 3 ? new Response("<h1>Slow down</h1>", html) : Response.json([]),
      clock,
    );
    const { client } = hunted(server.url, { clock });
    assertEquals(await statusOrCode(client.request({ path: "/" })), 200);
    const start = server.heard[0]?.at ?? 0;
    assertEquals(server.heard.map(({ at }) => at - start), [0, 500, 1500]);
  },
});

Deno.test({
  name: "ApiClient.request() repeats a POST when it is declared idempotent",
  ignore,
  async fn() {
    await using server = adversary((_, n) =>
      n < 3 ? new Response(null, { status: 503 }) : Response.json([])
    );
    const { client } = hunted(server.url);
    const request = { path: "/", method: "POST", body: { a: 1 }, idempotent: true };
    assertEquals(await statusOrCode(client.request(request)), 200);
    assertEquals(server.heard.map(({ body }) => body), ['{"a":1}', '{"a":1}', '{"a":1}']);
  },
});

Deno.test({
  name: "ApiClient.request() stops retrying when its time is used up",
  ignore,
  async fn() {
    await using server = adversary(() => new Response(null, { status: 503 }));
    const { client, clock } = hunted(server.url, { retry: { limit: 50, elapsed: 10_000 } });
    const start = clock.now();
    assertEquals(await statusOrCode(client.request({ path: "/" })), "http-status");
    assertEquals(clock.now() - start <= 10_000, true);
    assertEquals(server.heard.length, 5); // 0, 500, 1500, 3500, 7500; the next would be at 15 500
  },
});

for (
  const [said, isEnd] of [
    [{ error: { root_cause: [{ reason: "Result window is too large, from + size" }] } }, false],
    [{ message: "Only the first 1000 search results are available" }, false],
    [{ message: "offset exceeds the maximum of 20" }, false],
    [{ detail: "Invalid page." }, true],
    [{ message: "page out of range", limit: 10 }, true],
  ] as const
) {
  for (const status of [400, 404]) {
    Deno.test({
      name: `pages() takes ${status} ${JSON.stringify(said)} ${isEnd ? "" : "not "}for the end`,
      ignore,
      async fn() {
        await using server = adversary(({ url }) => {
          const offset = Number(url.searchParams.get("o"));
          if (offset >= 20) return Response.json(said, { status });
          return Response.json({ items: rows(offset + 1, offset + 10), total: 20 });
        });
        const { client } = hunted(server.url);
        const { end, code } = await outcome(client, {
          path: "/items",
          records: "items",
          pagination: {
            type: "offset",
            offset_param: "o",
            size_param: "n",
            size: 10,
            total: "total",
          },
        });
        assertEquals(isEnd ? end?.proven : code, isEnd ? true : "http-status");
      },
    });
  }
}

Deno.test({
  name: "ApiClient.request() comes back after a 409 that says when",
  ignore,
  async fn() {
    const headers = { "retry-after": "3" };
    await using server = adversary((_, n) =>
      n === 1 ? new Response("locked", { status: 409, headers }) : Response.json([])
    );
    const { client, clock } = hunted(server.url);
    const begin = clock.now();
    assertEquals((await client.request({ path: "/" })).status, 200);
    assertEquals(clock.now() - begin, 3000);
  },
});
