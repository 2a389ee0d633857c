import { assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { hunted, outcome, rows, upTo } from "./_outcome.ts";
import { adversary } from "./_server.ts";

const ignore = !granted("net");

/** Reads a stream whose first page carries these headers; returns the ids and how it ended. */
async function follow(links: string[]): Promise<[unknown[], string]> {
  await using server = adversary(({ url }) => {
    if (url.pathname !== "/api/items" || url.search !== "") {
      const good = ["/api/next", "/api/items", "/next"].includes(url.pathname);
      return Response.json([{ id: good ? 2 : 666, at: url.href }]);
    }
    const headers = new Headers();
    for (const link of links) headers.append("Link", link.replaceAll("ORIGIN", server.url));
    return Response.json([{ id: 1 }], { headers });
  });
  const { client } = hunted(`${server.url}/api`);
  const { ids, end, code } = await outcome(client, {
    path: "/items",
    pagination: { type: "link" },
  });
  return [ids, code ?? `${end?.stopReason} ${end?.proven}`];
}

const FOLLOWED: Record<string, string[]> = {
  "it is plain": ['<ORIGIN/api/next>; rel="next"'],
  "rel is unquoted": ["<ORIGIN/api/next>; rel=next"],
  "rel is in capitals": ['<ORIGIN/api/next>; REL="NEXT"'],
  "rel lists several": ['<ORIGIN/api/next>; rel="last  next archives"'],
  "space stands around everything": ['  <ORIGIN/api/next> ; rel = "next" '],
  "a parameter has no value": ['<ORIGIN/api/next>; crossorigin; rel="next"'],
  "empty parameters stand between": ['<ORIGIN/api/next>;;  ; rel="next";'],
  "empty elements stand between": [
    ', ,<ORIGIN/api/first>; rel="first",, <ORIGIN/api/next>; rel=next,',
  ],
  "commas and semicolons stand inside <>": ['<ORIGIN/api/next?ids=1,2;rel=prev,3>; rel="next"'],
  "an earlier target holds a comma": [
    '<ORIGIN/api/x?a=1,<2>; rel="prev", <ORIGIN/api/next>; rel="next"',
  ],
  "a title holds a comma and a fake link": [
    '<ORIGIN/api/x>; title="a, <ORIGIN/evil>; rel=next"; rel="prev", <ORIGIN/api/next>; rel="next"',
  ],
  "a title holds escaped quotes": [
    '<ORIGIN/api/x>; title="\\", <ORIGIN/evil>; rel=\\"next\\""; rel="prev", <ORIGIN/api/next>; rel="next"',
  ],
  "title* is extended": ["<ORIGIN/api/next>; title*=UTF-8''n%c3%a4chste%2C%20Seite; rel=\"next\""],
  "a second rel says something else": ['<ORIGIN/api/next>; rel="next"; rel="prev"'],
  "the header is repeated": ['<ORIGIN/api/x>; rel="prev"', '<ORIGIN/api/next>; rel="next"'],
  "the target is relative to the request's path": ['<next>; rel="next"'],
  "the target starts at the root": ['</next>; rel="next"'],
  "the target is only a query": ['<?page=2>; rel="next"'],
  "the target has dots": ['<../api/./next>; rel="next"'],
  "the target has a fragment": ['<next#part>; rel="next"'],
  "a link of another page comes first": [
    '</evil>; rel="next"; anchor="/other", <ORIGIN/api/next>; rel="next"',
  ],
  "anchor is empty": ['<ORIGIN/api/next>; rel="next"; anchor=""'],
  "anchor names the page itself": ['<ORIGIN/api/next>; rel="next"; anchor="ORIGIN/api/items"'],
};

for (const [name, links] of Object.entries(FOLLOWED)) {
  Deno.test({
    name: `ApiClient.pages() follows the next link when ${name}`,
    ignore,
    async fn() {
      assertEquals(await follow(links), [[1, 2], "no-next true"]);
    },
  });
}

const NOT_FOLLOWED: Record<string, string[]> = {
  "the second rel says next": ['<ORIGIN/evil>; rel="prev"; rel="next"'],
  "rel only begins with next": ['<ORIGIN/evil>; rel="next-archive nextone"'],
  "next is an extension type's end": ['<ORIGIN/evil>; rel="http://a.example/rel/next"'],
  "next is a title": ['<ORIGIN/evil>; title="next"; rel="prev"'],
  "it is a rev": ['<ORIGIN/evil>; rev="next"'],
  "its anchor is another page": ['<ORIGIN/evil>; rel="next"; anchor="/other"'],
  "its anchor is another host": ['<ORIGIN/evil>; rel="next"; anchor="http://elsewhere.example/"'],
  "its anchor is a part of the page": ['<ORIGIN/evil>; rel="next"; anchor="#foo"'],
  "its anchor is a part by its address": [
    '<ORIGIN/evil>; rel="next"; anchor="ORIGIN/api/items#foo"',
  ],
  "it stands inside a quoted title": ['<ORIGIN/x>; rel="prev"; title="<ORIGIN/evil>; rel=next"'],
};

for (const [name, links] of Object.entries(NOT_FOLLOWED)) {
  Deno.test({
    name: `ApiClient.pages() stops at the first page when the only next is none: ${name}`,
    ignore,
    fn: async () => assertEquals(await follow(links), [[1], "no-next true"]),
  });
}

Deno.test({
  name: "ApiClient.pages() follows a link without a scheme when its host is the same",
  ignore,
  async fn() {
    await using server = adversary(({ url }) =>
      url.pathname === "/2"
        ? Response.json([{ id: 2 }])
        : Response.json([{ id: 1 }], { headers: { Link: `<//${url.host}/2>; rel="next"` } })
    );
    const { client } = hunted(server.url);
    const { ids, end } = await outcome(client, { path: "/", pagination: { type: "link" } });
    assertEquals([ids, end?.proven], [[1, 2], true]);
  },
});

for (const type of ["link", "next_url"] as const) {
  for (
    const [link, asked] of [
      ["/items?limit=2&o=2", "/items?limit=2&o=2&status=open"],
      ["/items/?o=2", "/items/?o=2&status=open&limit=2"],
      ["/items?limit=2&o=2&status=open", "/items?limit=2&o=2&status=open"],
      ["/items?cursor=b3BlbjoyOjI", "/items?cursor=b3BlbjoyOjI"],
      ["/items?limit=2&o=2&state=open", "/items?limit=2&o=2&state=open"],
      ["/more?o=2", "/more?o=2"],
    ] as const
  ) {
    Deno.test({
      name: `pages() asks for ${asked} where the ${type} is ${link}`,
      ignore,
      async fn() {
        await using server = adversary(({ url }, n) => {
          const next = n === 1 ? link : null;
          const headers = { link: next === null ? '<x>; rel="prev"' : `<${next}>; rel="next"` };
          return Response.json({ items: [{ id: url.searchParams.get("o") }], next }, { headers });
        });
        const { client } = hunted(server.url);
        await outcome(client, {
          path: "/items",
          params: { status: "open", limit: 2 },
          records: "items",
          pagination: type === "link" ? { type } : { type, path: "next" },
        });
        const { pathname, search } = server.heard[1]?.url ?? {};
        assertEquals(`${pathname}${search}`, asked);
      },
    });
  }
}

/** Serves three pages of two with a Link header; `loses` says whether this answer has lost it. */
async function threePages(
  loses: (page: number, n: number) => boolean,
  header: (page: number) => string,
): Promise<[unknown[], boolean | undefined, string | undefined]> {
  await using server = adversary(({ url }, n) => {
    const page = Number(url.searchParams.get("page") ?? 1);
    const headers = loses(page, n) ? undefined : { link: header(page) };
    return Response.json(rows(page * 2 - 1, page * 2), headers && { headers });
  });
  const { client } = hunted(server.url);
  const { ids, end } = await outcome(client, { path: "/items", pagination: { type: "link" } });
  return [ids, end?.proven, end?.contradictions[0]?.code];
}

function all(page: number): string {
  const next = page < 3 ? `, <?page=${page + 1}>; rel="next"` : "";
  return `<?page=3>; rel="last"${next}`;
}

Deno.test({
  name: "pages() does not take a full page that lost its Link header for the last",
  ignore,
  async fn() {
    const always = await threePages((page) => page === 2, all);
    assertEquals(always, [upTo(4), false, "next-lost"]);
    const once = await threePages((_, n) => n === 2, all);
    assertEquals(once, [upTo(6), true, undefined]);
    // The header of a server that only ever names the next page ends with it.
    const bare = await threePages((page) => page === 3, (page) => `<?page=${page + 1}>; rel=next`);
    assertEquals(bare, [upTo(6), true, undefined]);
  },
});
