import { assertEquals, assertThrows } from "@std/assert";
import { ApiClient, type PageValidators, type StreamRequest } from "../../lib/api/mod.ts";
import { granted } from "../_granted.ts";
import { collect } from "./_collect.ts";
import { json, serve } from "./_server.ts";

const ignore = !granted("net");
const ETAG = 'W/"a,b"';
const CHANGED = "Wed, 21 Oct 2026 07:28:00 GMT";

/** A resource whose version is told by both validators. */
function versioned() {
  return serve(({ headers }) => {
    const same = headers.get("if-none-match") === ETAG ||
      (headers.get("if-none-match") === null && headers.get("if-modified-since") === CHANGED);
    const init = { headers: { etag: ETAG, "last-modified": CHANGED } };
    return same ? new Response(null, { status: 304, ...init }) : json([1, 2], init);
  });
}

Deno.test({
  name: "pages() hands a page's validators over and ends without a page when it has not changed",
  ignore,
  async fn() {
    await using server = versioned();
    await using client = new ApiClient({ baseUrl: server.url });
    const first = await collect(client.pages({ path: "/" }));
    const validators = first.items[0]?.validators;
    assertEquals(validators, { etag: ETAG, lastModified: CHANGED });
    const conditions: (PageValidators | undefined)[] = [
      validators,
      { etag: ETAG },
      { lastModified: CHANGED },
    ];
    for (const ifChanged of conditions) {
      const { items, end } = await collect(client.pages({ path: "/", ifChanged }));
      assertEquals(items, []);
      assertEquals([end.stopReason, end.read, end.proven], ["not-modified", 0, true]);
    }
    const changed = await collect(client.pages({ path: "/", ifChanged: { etag: '"old"' } }));
    assertEquals([changed.end.stopReason, changed.end.read], ["single-page", 2]);
  },
});

Deno.test({
  name: "pages() takes a 304 that nobody asked for as a failure",
  ignore,
  async fn() {
    await using server = serve(() => new Response(null, { status: 304 }));
    await using client = new ApiClient({ baseUrl: server.url });
    const { items } = await collect(client.pages({ path: "/", onPageError: "skip" }));
    assertEquals(items[0]?.skipped?.error.code, "http-status");
  },
});

Deno.test("pages() refuses a condition for a stream of several pages", async () => {
  await using client = new ApiClient({ baseUrl: "https://a.example" });
  const ifChanged = { etag: '"a"' };
  const window = { start_param: "f", end_param: "t", start: "2026-01-01", step: 1, max_results: 1 };
  const streams: StreamRequest[] = [
    { path: "/", ifChanged, pagination: { type: "link" } },
    { path: "/", ifChanged, window },
  ];
  for (const stream of streams) {
    assertThrows(() => client.pages(stream), TypeError, "streams of one page");
  }
});
