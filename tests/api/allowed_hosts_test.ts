import { assertEquals } from "@std/assert";
import { Secret } from "../../lib/secrets/mod.ts";
import { granted } from "../_granted.ts";
import { hunted, outcome, statusOrCode } from "./adversary/_outcome.ts";
import { json, type Seen, serve } from "./_server.ts";

const ignore = !granted("net");
const auth = { type: "bearer", token: new Secret("allowed-hosts-token", "HOSTS") } as const;
const NEXT = { type: "next_url", path: "next" } as const;

function signed({ headers }: Seen): boolean {
  return headers.get("authorization") === "Bearer allowed-hosts-token";
}

Deno.test({
  name: "pages() follows a next link to a host that is allowed, with credentials",
  ignore,
  async fn() {
    await using second = serve(() => json({ items: [{ id: 2 }], next: null }));
    await using first = serve(() => json({ items: [{ id: 1 }], next: `${second.url}/more` }));
    const stream = { path: "/", records: "items", pagination: NEXT };
    const refused = await outcome(hunted(first.url, { auth }).client, stream);
    assertEquals([refused.ids, refused.code], [[1], "next-cross-origin"]);
    assertEquals(second.seen.length, 0);
    const allowHosts = [new URL(second.url).host];
    const { ids, end } = await outcome(hunted(first.url, { auth, allowHosts }).client, stream);
    assertEquals([ids, end?.stopReason], [[1, 2], "no-next"]);
    assertEquals(second.seen.map(signed), [true]);
  },
});

Deno.test({
  name: "pages() goes on at an allowed host when it resumes there",
  ignore,
  async fn() {
    await using second = serve(() => json({ items: [{ id: 2 }], next: null }));
    await using first = serve(() => json({ items: [{ id: 1 }], next: `${second.url}/more` }));
    const allowHosts = [new URL(second.url).host];
    const stream = { path: "/", records: "items", pagination: NEXT };
    const { pages } = await outcome(hunted(first.url, { auth, allowHosts }).client, stream);
    const state = structuredClone(pages[0]?.next);
    const { client } = hunted(first.url, { auth, allowHosts });
    assertEquals((await outcome(client, stream, { state })).ids, [2]);
    assertEquals(first.seen.length, 1);
  },
});

Deno.test({
  name: "pages() follows an https link of the same host only when it is allowed",
  async fn() {
    const asked: string[] = [];
    const fetch = (input: URL | RequestInfo) => {
      asked.push(String(input));
      const next = asked.length === 1 ? "https://api.example/items?page=2" : null;
      return Promise.resolve(json({ items: [{ id: asked.length }], next }));
    };
    const stream = { path: "/items", records: "items", pagination: NEXT };
    for (const [allowHosts, ids] of [[[], [1]], [["api.example"], [1, 2]]] as const) {
      asked.length = 0;
      const { client } = hunted("http://api.example", { fetch, allowHosts });
      assertEquals((await outcome(client, stream)).ids, [...ids]);
    }
    assertEquals(asked, ["http://api.example/items", "https://api.example/items?page=2"]);
  },
});

Deno.test({
  name: "pages() lifts an http link to an allowed host to https when the API speaks https",
  async fn() {
    const asked: string[] = [];
    const fetch = (input: URL | RequestInfo) => {
      asked.push(String(input));
      const next = asked.length === 1 ? "http://b.example/items?page=2" : null;
      return Promise.resolve(json({ items: [{ id: asked.length }], next }));
    };
    const { client } = hunted("https://a.example", { fetch, allowHosts: ["b.example:80"] });
    const stream = { path: "/items", records: "items", pagination: NEXT };
    assertEquals((await outcome(client, stream)).code, "next-cross-origin");
    const { client: other } = hunted("https://a.example", { fetch, allowHosts: ["b.example"] });
    asked.length = 0;
    assertEquals((await outcome(other, stream)).ids, [1, 2]);
    assertEquals(asked[1], "https://b.example/items?page=2");
  },
});

for (const allowed of [true, false]) {
  Deno.test({
    name: `request() ${allowed ? "signs" : "does not sign"} after a redirect to a host ${
      allowed ? "that is allowed" : "that is not"
    }`,
    ignore,
    async fn() {
      await using second = serve((request) => json([signed(request)]));
      const location = `${second.url}/there`;
      await using first = serve(() => new Response(null, { status: 307, headers: { location } }));
      const allowHosts = allowed ? [new URL(second.url).host] : [];
      const { client } = hunted(first.url, { auth, allowHosts });
      assertEquals(await statusOrCode(client.request({ path: "/" })), 200);
      assertEquals(second.seen.map(signed), [allowed]);
    },
  });
}
