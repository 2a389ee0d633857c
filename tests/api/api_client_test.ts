import { assertEquals, assertRejects } from "@std/assert";
import { ApiClient } from "../../lib/api/mod.ts";
import { collect } from "./_collect.ts";

/** Stands in for servers that cannot be had here: https, other hosts. */
function fakeFetch(answer: (url: URL) => Response): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: (input) => {
      const url = new URL(String(input));
      asked.push(url.href);
      return Promise.resolve(answer(url));
    },
  };
}

Deno.test("request() adds paths to the base URL's own path and keeps their query as written", async () => {
  const { fetch, asked } = fakeFetch(() => Response.json({}));
  await using client = new ApiClient({ baseUrl: "https://a.example/v1/", fetch });
  await client.request({ path: "/items" });
  await client.request({ path: "items?sig=a%2fb+c&x=1", params: { x: "2 3", y: true } });
  await client.request({ path: "https://a.example/other#part" });
  await client.request({ path: "" });
  assertEquals(asked, [
    "https://a.example/v1/items",
    "https://a.example/v1/items?sig=a%2fb+c&x=2%203&y=true",
    "https://a.example/other",
    "https://a.example/v1/",
  ]);
});

Deno.test("request() refuses an absolute URL of another origin", async () => {
  const { fetch, asked } = fakeFetch(() => Response.json({}));
  await using client = new ApiClient({ baseUrl: "https://a.example", fetch });
  await assertRejects(() => client.request({ path: "https://b.example/" }), TypeError, "b.example");
  assertEquals(asked, []);
});

Deno.test("request() refuses a redirect from https to http", async () => {
  const { fetch } = fakeFetch(() => Response.redirect("http://a.example/", 302));
  await using client = new ApiClient({ baseUrl: "https://a.example", fetch });
  await assertRejects(() => client.request({ path: "/" }), Error, "from https to http");
});

Deno.test("pages() lifts a next link of our own host from http to https", async () => {
  const { fetch, asked } = fakeFetch((url) =>
    Response.json({ d: [url.search], next: url.search === "" ? "http://a.example/?p=2" : null })
  );
  await using client = new ApiClient({ baseUrl: "https://a.example", fetch });
  const pagination = { type: "next_url", path: "next" } as const;
  const { end } = await collect(client.pages({ path: "/", records: "d", pagination }));
  assertEquals([asked.at(-1), end.proven], ["https://a.example/?p=2", true]);
});

Deno.test("request() refuses to send after the client was closed", async () => {
  const { fetch, asked } = fakeFetch(() => Response.json({}));
  const client = new ApiClient({ baseUrl: "https://a.example", fetch });
  await client[Symbol.asyncDispose]();
  await assertRejects(() => client.request({ path: "/" }), DOMException, "closed");
  assertEquals(asked, []);
});

Deno.test("request() lets its own headers replace the client's, whatever the case", async () => {
  let accept: string | null = "";
  await using client = new ApiClient({
    baseUrl: "https://a.example",
    headers: { Accept: "a/b" },
    fetch: (_url, init) => {
      accept = new Headers(init?.headers).get("accept");
      return Promise.resolve(Response.json({}));
    },
  });
  await client.request({ path: "/", headers: { ACCEPT: "c/d" } });
  assertEquals(accept, "c/d");
});
