import { assertEquals } from "@std/assert";
import { ApiClient } from "../../lib/api/mod.ts";
import { granted } from "../_granted.ts";
import { json, serve } from "./_server.ts";

const LISTINGS = ["a", "b", "c", "d", "e"].map((name) => ({ name, path: `/${name}` }));

Deno.test({
  name:
    "pages() asks for the first pages of several listings at once, and hands them over in order",
  ignore: !granted("net"),
  async fn() {
    const waiting: (() => void)[] = [];
    let [at, most] = [0, 0];
    await using server = serve(async ({ url }) => {
      most = Math.max(most, ++at);
      // Nobody is answered before three ask, and the last of them first.
      if (url.pathname < "/d") {
        const turn = new Promise<void>((resolve) => waiting.push(resolve));
        if (waiting.length === 3) { while (waiting.length > 0) waiting.pop()?.(); }
        await turn;
      }
      at--;
      if (url.pathname === "/b") return new Response("gone", { status: 410 });
      return json([{ of: url.pathname }]);
    });
    await using client = new ApiClient({ baseUrl: server.url, retry: { limit: 0 } });
    const stream = { path: "/", listings: LISTINGS, parallelListings: 3 };
    const found: unknown[] = [];
    for await (const page of client.pages(stream)) {
      found.push(page.listing, ...page.records.map(({ value }) => value));
    }
    const of = (name: string) => ({ of: name });
    assertEquals(found, [0, of("/a"), 2, of("/c"), 3, of("/d"), 4, of("/e")]);
    assertEquals(most, 3);
  },
});

Deno.test({
  name: "pages() goes on in a listing in the middle, and takes one page that names a next for all",
  ignore: !granted("net"),
  async fn() {
    await using server = serve(({ url }) =>
      url.pathname === "/b" && !url.search
        ? json({ data: [{ b: 1 }], next: "2" })
        : json({ data: [{ of: url.pathname + url.search }, { n: 2 }] })
    );
    await using client = new ApiClient({ baseUrl: server.url });
    const pagination = { type: "cursor", param: "c", path: "next" } as const;
    const stream = { path: "/", records: "data", pagination, listings: LISTINGS.slice(0, 3) };
    const pages = client.pages(stream);
    await pages.next();
    const second = await pages.next();
    await pages.return(undefined as never);
    const state = second.done ? undefined : second.value.next;
    server.seen.length = 0;
    const rest = client.pages(stream, { ...(state && { state }) });
    for (let step = await rest.next();; step = await rest.next()) {
      if (!step.done) continue;
      const { evidence, contradictions, read } = step.value;
      assertEquals([evidence, contradictions, read], [["no-next"], [], 7]);
      break;
    }
    // A full page that names no next one is looked at twice.
    const asked = new Set(server.seen.map(({ url }) => url.pathname + url.search));
    assertEquals([...asked], ["/b?c=2", "/c"]);
  },
});
