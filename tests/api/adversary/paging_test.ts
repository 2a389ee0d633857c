import { assertEquals } from "@std/assert";
import type { Pagination } from "../../../lib/api/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, type Outcome, outcome, rows, upTo } from "./_outcome.ts";
import { adversary, type Heard } from "./_server.ts";

const ignore = !granted("net");
const CURSOR = { type: "cursor", param: "cursor", path: "next" } as const;
const NEXT_URL = { type: "next_url", path: "next" } as const;
const PAGE = { type: "page", page_param: "page", size_param: "size", size: 3 } as const;
const OFFSET = { type: "offset", offset_param: "offset", size_param: "limit", size: 3 } as const;

/** Reads `items` from a server whose answers are these values as JSON (or whole responses). */
async function read(
  pagination: Pagination,
  script: (request: Heard, n: number) => unknown,
): Promise<Outcome & { heard: Heard[] }> {
  await using server = adversary((request, n) => {
    if (n > 60) return new Response("enough", { status: 400 });
    const value = script(request, n);
    return value instanceof Response ? value : Response.json(value);
  });
  const { client } = hunted(server.url);
  const result = await outcome(client, { path: "/list", records: "items", pagination });
  return { ...result, heard: server.heard };
}

function number(request: Pick<Heard, "url">, name: string, fallback = 0): number {
  return Number(request.url.searchParams.get(name) ?? fallback);
}

/** The records of an honest offset server with `total` records. */
function slice(request: Heard, total: number, cap = Infinity): { id: number }[] {
  const from = number(request, "offset");
  const count = Math.min(number(request, "limit", 3), cap);
  return rows(from + 1, Math.min(from + count, total));
}

/** The records of an honest page server with `total` records. */
function sheet(request: Heard, total: number, cap = Infinity): { id: number }[] {
  const size = Math.min(number(request, "size", 3), cap);
  const from = (number(request, "page", 1) - 1) * size;
  if (from < 0) return [];
  return rows(from + 1, Math.min(from + size, total));
}

for (const distance of [1, 2, 3, 7]) {
  Deno.test({
    name: `ApiClient.pages() stops a cursor's loop when its distance is ${distance}`,
    ignore,
    async fn() {
      // Pages 1 to 10, then back by the distance; what a page holds differs at each visit.
      const { ids, end, code, heard } = await read(CURSOR, (request, n) => {
        const page = number(request, "cursor", 1);
        return { items: [{ id: page, visit: n }], next: `${page < 10 ? page + 1 : 11 - distance}` };
      });
      assertEquals(ids, upTo(10));
      assertEquals([code, end?.proven ?? false, heard.length], ["cursor-repeated", false, 10]);
    },
  });

  Deno.test({
    name: `ApiClient.pages() stops a next URL's loop when its distance is ${distance}`,
    ignore,
    async fn() {
      const { ids, end, code, heard } = await read(NEXT_URL, (request, n) => {
        const page = number(request, "p", 1);
        const next = `/list?p=${page < 10 ? page + 1 : 11 - distance}`;
        return { items: [{ id: page, visit: n }], next };
      });
      assertEquals(ids, upTo(10));
      assertEquals([code, end?.proven ?? false, heard.length], ["cursor-repeated", false, 10]);
    },
  });
}

for (const target of ["", "?", "#top", "list", "/api/list", "?p=2"]) {
  for (const kind of ["link", "next_url"] as const) {
    if (kind === "next_url" && target === "") continue;
    Deno.test({
      name: `ApiClient.pages() does not read the first page again when ${kind} is "${target}"`,
      ignore,
      async fn() {
        // What a page holds differs at each visit; the second one leads back to the first.
        await using server = adversary(({ url }, n) => {
          const page = number({ url }, "p", 1);
          const next = n > 9 ? null : page === 2 ? "/api/list" : target;
          const headers: HeadersInit = next === null ? [] : [["Link", `<${next}>; rel="next"`]];
          return Response.json({ items: [{ id: page, visit: n }], next }, { headers });
        });
        const { client } = hunted(`${server.url}/api`);
        const pagination = kind === "link" ? { type: "link" } as const : NEXT_URL;
        const { ids, end, code } = await outcome(client, {
          path: "/list",
          records: "items",
          pagination,
        });
        const expected = target === "?p=2" ? [1, 2] : [1];
        assertEquals([ids, code, end?.proven ?? false], [expected, "cursor-repeated", false]);
        assertEquals(server.heard.length, expected.length);
      },
    });
  }
}

Deno.test({
  name: "ApiClient.pages() hands a page over once when the server ignores the page number",
  ignore,
  async fn() {
    for (const pagination of [PAGE, OFFSET]) {
      const { ids, end, code } = await read(pagination, () => ({ items: rows(1, 3) }));
      assertEquals([ids, code, end?.proven ?? false], [[1, 2, 3], "page-repeated", false]);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() hands a page over once when every cursor leads to it",
  ignore,
  async fn() {
    const { ids, end, code } = await read(CURSOR, (_, n) => ({ items: rows(1, 3), next: `c${n}` }));
    assertEquals([ids, code, end?.proven ?? false], [[1, 2, 3], "page-repeated", false]);
  },
});

Deno.test({
  name: "ApiClient.pages() hands a page over once when a cache serves it twice in a row for good",
  ignore,
  async fn() {
    const { ids, end, code } = await read(PAGE, (request) => {
      const page = number(request, "page", 1);
      const from = page === 3 ? 4 : page * 3 - 2;
      return { items: page > 4 ? [] : rows(from, from + 2), total: 12 };
    });
    assertEquals([ids, code, end?.proven ?? false], [upTo(6), "page-repeated", false]);
  },
});

Deno.test({
  name: "ApiClient.pages() loses nothing when a cache serves a page twice but only once",
  ignore,
  async fn() {
    let stale = true;
    const { ids, end } = await read({ ...PAGE, total: "total" }, (request) => {
      const page = number(request, "page", 1);
      const old = page === 3 && stale;
      if (old) stale = false;
      const from = old ? 4 : page * 3 - 2;
      return { items: page > 4 ? [] : rows(from, from + 2), total: 12 };
    });
    // Either it asks again and reads everything, or it says that it is not complete.
    assertEquals(end?.proven ?? false, ids.length === 12);
    assertEquals(ids, upTo(ids.length));
  },
});

const ENDS: unknown[] = [null, "", undefined];
for (const next of ENDS) {
  Deno.test({
    name: `ApiClient.pages() ends and is proven when the next cursor is ${JSON.stringify(next)}`,
    ignore,
    async fn() {
      for (const pagination of [CURSOR, NEXT_URL]) {
        const first = pagination === CURSOR ? "b" : "/list?p=2";
        const { ids, end } = await read(
          pagination,
          (_, n) => ({ items: rows(n, n), next: n === 1 ? first : next }),
        );
        assertEquals([ids, end?.stopReason, end?.proven], [[1, 2], "no-next", true]);
      }
    },
  });
}

for (const next of [true, {}, [], { a: 1 }, ["x"]]) {
  Deno.test({
    name: `ApiClient.pages() is not proven when the next cursor is ${JSON.stringify(next)}`,
    ignore,
    async fn() {
      for (const pagination of [CURSOR, NEXT_URL]) {
        const { ids, end, code } = await read(pagination, () => ({ items: rows(1, 2), next }));
        assertEquals([ids, code, end?.proven ?? false], [[1, 2], "next-invalid", false]);
      }
    },
  });
}

for (const next of [false, 0]) {
  Deno.test({
    name: `ApiClient.pages() repeats nothing when the next cursor is ${JSON.stringify(next)}`,
    ignore,
    async fn() {
      // A server for which this is the end, and to which ?cursor=0 means the beginning.
      const { ids } = await read(CURSOR, (request) => {
        const page = number(request, "cursor", 0);
        return { items: rows(page + 1, page + 1), next: page < 2 ? page + 1 : next };
      });
      assertEquals(ids, [1, 2, 3]);
    },
  });
}

for (const digits of ["9007199254740993", "18446744073709551616", "1.10", "1e21", "-0"]) {
  Deno.test({
    name: `ApiClient.pages() sends the cursor by its own digits when it is the number ${digits}`,
    ignore,
    async fn() {
      const { ids, heard } = await read(
        CURSOR,
        (_, n) =>
          new Response(`{"items":[{"id":${n}}],"next":${n === 1 ? digits : "null"}}`, {
            headers: { "Content-Type": "application/json" },
          }),
      );
      assertEquals([ids, heard[1]?.url.searchParams.get("cursor")], [[1, 2], digits]);
    },
  });
}

for (const cursor of ["a+b/c==&d#e?f", "%2B%20", "ä😀", " x ", '{"a":[1]}', "\\u0000\\n"]) {
  Deno.test({
    name: `ApiClient.pages() sends the cursor unharmed when it is ${cursor}`,
    ignore,
    async fn() {
      const { ids, heard } = await read(
        CURSOR,
        (_, n) => ({ items: rows(n, n), next: n === 1 ? cursor : null }),
      );
      assertEquals([ids, heard[1]?.url.searchParams.getAll("cursor")], [[1, 2], [cursor]]);
    },
  });
}

Deno.test({
  name: "ApiClient.pages() goes on behind an empty page when a next cursor is there",
  ignore,
  async fn() {
    for (const empty of [[2], [2, 3], [1], [1, 2, 4]]) {
      const { ids, end } = await read(CURSOR, (request) => {
        const page = number(request, "cursor", 1);
        const next = page < 6 ? `${page + 1}` : null;
        return { items: empty.includes(page) ? [] : rows(page, page), next };
      });
      const expected = upTo(6).filter((page) => !empty.includes(page));
      assertEquals([ids, end?.stopReason, end?.proven], [expected, "no-next", true]);
    }
  },
});

Deno.test({
  name:
    "ApiClient.pages() loses nothing when a page is empty in the middle and a total is declared",
  ignore,
  async fn() {
    for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
      let calls = 0;
      const declared = { ...pagination, total: "total" };
      const { ids, end } = await read(declared, (request) => {
        const items = one(request, 12);
        return { items: items[0]?.id === 7 && ++calls === 1 ? [] : items, total: 12 };
      });
      assertEquals([ids, end?.proven], [upTo(12), true]);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when a page stays empty before the declared total",
  ignore,
  async fn() {
    for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
      const declared = { ...pagination, total: "total" };
      const { ids, end } = await read(declared, (request) => {
        const items = one(request, 12);
        return { items: items[0]?.id === 7 ? [] : items, total: 12 };
      });
      assertEquals([ids.slice(0, 6), end?.proven ?? false], [upTo(6), false]);
    }
  },
});

for (const count of [0, 1, 2, 3, 4, 6, 7, 9]) {
  Deno.test({
    name:
      `ApiClient.pages() reads ${count} records once when pages hold 3 and nothing else is said`,
    ignore,
    async fn() {
      for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
        const { ids, end } = await read(pagination, (request) => ({ items: one(request, count) }));
        assertEquals([ids, end?.read, end?.proven], [upTo(count), count, true]);
      }
    },
  });

  Deno.test({
    name: `ApiClient.pages() reads ${count} records once when the server caps 3 a page to 2`,
    ignore,
    async fn() {
      for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
        const { ids } = await read(pagination, (request) => ({ items: one(request, count, 2) }));
        assertEquals(ids, upTo(count));
      }
    },
  });

  Deno.test({
    name: `ApiClient.pages() asks one page more when a total of ${count} ends with a full page`,
    ignore,
    async fn() {
      for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
        const declared = { ...pagination, total: "total" };
        const { ids, end, heard } = await read(declared, (request) => {
          const items = one(request, count);
          return items.length === 0 && count > 0
            ? new Response(null, { status: 404 })
            : { items, total: count };
        });
        assertEquals([ids, end?.proven, end?.total], [upTo(count), true, count]);
        // A total that ends with a full page may be a cap, or that page's own count: one more look is due.
        assertEquals(heard.length, Math.floor(count / 3) + 1);
      }
    },
  });
}

Deno.test({
  name: "ApiClient.pages() reads the records that are added at the end when the total grows",
  ignore,
  async fn() {
    for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
      const { ids } = await read({ ...pagination, total: "total" }, (request, n) => {
        const total = Math.min(14, 5 + 2 * n);
        return { items: one(request, total), total };
      });
      assertEquals(ids, upTo(14));
    }
  },
});

for (
  const [change, later] of [["inserted", [0, ...upTo(9)]], ["deleted", upTo(9).slice(1)]] as const
) {
  Deno.test({
    name: `ApiClient.pages() is not proven when a record is ${change} in front while it counts`,
    ignore,
    async fn() {
      for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
        const declared = { ...pagination, total: "total" };
        const { ids, end } = await read(declared, (request, n) => {
          const all = n === 1 ? upTo(9) : later;
          const items = one(request, all.length).map(({ id }) => ({ id: all[id - 1] }));
          return { items, total: all.length };
        });
        assertEquals([ids.slice(0, 3), end?.read, end?.proven], [upTo(3), later.length, false]);
      }
    },
  });
}

Deno.test({
  name: "ApiClient.pages() is not proven when the total changed before it went on from a state",
  ignore,
  async fn() {
    await using server = adversary((request, n) =>
      Response.json({ items: slice(request, 9), total: n === 1 ? 8 : 9 })
    );
    const stream = { path: "/", records: "items", pagination: { ...OFFSET, total: "total" } };
    const { pages } = await outcome(hunted(server.url).client, stream);
    const state = JSON.parse(JSON.stringify(pages[1]?.next));
    const { ids, end } = await outcome(hunted(server.url).client, stream, { state });
    assertEquals([ids, end?.read, end?.total, end?.proven], [[7, 8, 9], 9, 9, false]);
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when the total is larger than what there is",
  ignore,
  async fn() {
    for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
      const declared = { ...pagination, total: "total" };
      const { ids, end } = await read(declared, (r) => ({ items: one(r, 7), total: 9 }));
      assertEquals([ids, end?.proven ?? false], [upTo(7), false]);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when cursors bring fewer or more records than the total",
  ignore,
  async fn() {
    for (const total of [5, 7]) {
      const { ids, end } = await read({ ...CURSOR, total: "total" }, (request) => {
        const page = number(request, "cursor", 1);
        return {
          items: rows(page * 2 - 1, page * 2),
          next: page < 3 ? `${page + 1}` : null,
          total,
        };
      });
      assertEquals([ids, end?.proven ?? false], [upTo(6), false]);
    }
  },
});

for (const total of ["x", -1, 1.5, true, {}, [], "1e3", "", null]) {
  Deno.test({
    name: `ApiClient.pages() loses nothing when the total is ${JSON.stringify(total)}`,
    ignore,
    async fn() {
      const { ids, code } = await read(
        { ...OFFSET, total: "total" },
        (request) => ({ items: slice(request, 7), total }),
      );
      // It may refuse such a total, but not stop at it in silence.
      if (code === undefined) assertEquals(ids, upTo(7));
    },
  });
}

Deno.test({
  name: "ApiClient.pages() asks once more when has_more is false and a next page is named",
  ignore,
  async fn() {
    for (const more of [false, "false", 0]) {
      const { ids, end } = await read({ ...CURSOR, has_more: "more" }, (request) => {
        const page = number(request, "cursor", 1);
        const items = page > 3 ? [] : rows(page, page);
        return { items, next: `${page + 1}`, more: page < 3 ? true : more };
      });
      assertEquals([ids, end?.proven], [[1, 2, 3], true], JSON.stringify(more));
    }
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when has_more is true but no next page is named",
  ignore,
  async fn() {
    for (const pagination of [CURSOR, NEXT_URL, { type: "link" }, { type: "none" }] as const) {
      const { ids, end } = await read(
        { ...pagination, has_more: "more" },
        () => ({ items: rows(1, 2), next: null, more: true }),
      );
      assertEquals([ids, end?.proven], [[1, 2], false], pagination.type);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when has_more stays true on pages that are empty",
  ignore,
  async fn() {
    for (const [pagination, one] of [[PAGE, sheet], [OFFSET, slice]] as const) {
      const { ids, end } = await read(
        { ...pagination, has_more: "more" },
        (request) => ({ items: one(request, 4), more: true }),
      );
      assertEquals([ids, end?.proven], [upTo(4), false], pagination.type);
    }
  },
});

Deno.test({
  name: "ApiClient.pages() goes on when has_more is true on short and empty pages",
  ignore,
  async fn() {
    const { ids } = await read({ ...PAGE, has_more: "more" }, (request) => {
      const page = number(request, "page", 1);
      return { items: page === 2 ? [] : rows(page, page), more: page < 5 };
    });
    assertEquals(ids, [1, 3, 4, 5]);
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when the page cap ends it",
  ignore,
  async fn() {
    const { ids, end, heard } = await read(
      { ...OFFSET, max_pages: 2 },
      (request) => ({ items: slice(request, 9) }),
    );
    assertEquals([ids, end?.stopReason, end?.proven], [upTo(6), "max-pages", false]);
    assertEquals(heard.length, 2);
  },
});

Deno.test({
  name: "ApiClient.pages() reads every record once when each page fails at first",
  ignore,
  async fn() {
    const failed = new Set<string>();
    const { ids, end } = await read({ ...OFFSET, total: "total" }, (request, n) => {
      if (!failed.has(request.url.href)) {
        failed.add(request.url.href);
        const broken = new Response('{"items":[{"id":666}', {
          headers: { "Content-Type": "application/json" },
        });
        return n % 2 === 0 ? new Response(null, { status: 503 }) : broken;
      }
      return { items: slice(request, 10), total: 10 };
    });
    assertEquals([ids, end?.proven], [upTo(10), true]);
  },
});

Deno.test({
  name: "ApiClient.pages() is not proven when a page is skipped by policy",
  ignore,
  async fn() {
    await using server = adversary((request) =>
      number(request, "offset") === 3
        ? new Response("poison", { status: 500 })
        : Response.json({ items: slice(request, 9), total: 9 })
    );
    const read = await outcome(hunted(server.url).client, {
      path: "/",
      records: "items",
      pagination: { ...OFFSET, total: "total" },
      onPageError: "skip",
    });
    assertEquals(read.ids, [1, 2, 3, 7, 8, 9]);
    assertEquals([read.end?.skippedPages, read.end?.proven], [1, false]);
  },
});

Deno.test({
  name: "ApiClient.pages() ends a stream when every page is skipped by policy",
  ignore,
  async fn() {
    await using server = adversary((_, n) => new Response(null, { status: n > 500 ? 400 : 500 }));
    const pagination = { ...OFFSET, total: "total" };
    const stream = { path: "/", records: "items", pagination, onPageError: "skip" } as const;
    const read = await outcome(hunted(server.url).client, stream);
    assertEquals([read.ids, read.end?.proven ?? false], [[], false]);
    assertEquals(server.heard.length < 500, true);
  },
});

Deno.test({
  name: "ApiClient.pages() reads every record once when it goes on from any page's state",
  ignore,
  async fn() {
    const cases: [Pagination, (request: Heard) => unknown][] = [
      [PAGE, (request) => ({ items: sheet(request, 8) })],
      [PAGE, (request) => ({ items: sheet(request, 8, 2) })],
      [{ ...OFFSET, total: "total" }, (request) => ({ items: slice(request, 8, 2), total: 8 })],
      [CURSOR, (request) => {
        const page = number(request, "cursor", 1);
        return { items: rows(page, page), next: page < 5 ? page + 1 : null };
      }],
      [NEXT_URL, (request) => {
        const page = number(request, "p", 1);
        return { items: rows(page, page), next: page < 5 ? `/list?p=${page + 1}` : null };
      }],
    ];
    for (const [pagination, script] of cases) {
      await using server = adversary((request) => Response.json(script(request)));
      const stream = { path: "/list", records: "items", pagination };
      const whole = await outcome(hunted(server.url).client, stream);
      for (const [index, page] of whole.pages.entries()) {
        if (page.next === undefined) continue;
        const state = JSON.parse(JSON.stringify(page.next));
        const rest = await outcome(hunted(server.url).client, stream, { state });
        const before = whole.pages.slice(0, index + 1).flatMap(({ records }) => records.length);
        const read = before.reduce((sum, count) => sum + count, 0);
        assertEquals(rest.ids, whole.ids.slice(read));
        assertEquals(rest.end, whole.end);
      }
    }
  },
});

Deno.test({
  name: "ApiClient.pages() sends nothing more when the consumer leaves at the first page",
  ignore,
  async fn() {
    await using server = adversary((_, n) => Response.json({ items: rows(n, n), next: `${n}` }));
    const { client } = hunted(server.url);
    for await (const page of client.pages({ path: "/", records: "items", pagination: CURSOR })) {
      assertEquals(page.number, 1);
      break;
    }
    const sent = server.heard.length;
    assertEquals(sent <= 2, true);
    await client.request({ path: "/again" });
    assertEquals(server.heard.length, sent + 1);
  },
});
