import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  everyWorldTest,
  items,
  type RunOptions,
  streamOf,
  type World,
  worldTest,
} from "./_world.ts";
import { everyTest, sample } from "../_sample.ts";

/** Changes how `shop.items` is read. */
function paged(pagination: string, more = ""): RunOptions {
  return {
    edit: (yaml) =>
      yaml.replace(
        "pagination: { type: none }",
        `pagination: ${pagination}\n        records: data${more}`,
      ),
  };
}

function found(world: World): string[] {
  return world.rows("shop.items").map((line) => JSON.parse(line).id);
}

function idsOf(all: readonly { id: string }[]): string[] {
  return all.map(({ id }) => id);
}

/** Serves pages of 10 by number; `extra` is what each answer says apart from its records. */
function numbered(
  world: World,
  all: readonly { id: string }[],
  extra: (page: number) => { body?: object; headers?: HeadersInit; clamp?: boolean } = () => ({}),
): number[] {
  const asked: number[] = [];
  world.answer = (url) => {
    const page = Number(url.searchParams.get("p"));
    asked.push(page);
    const { body = {}, headers = [], clamp = false } = extra(page);
    const at = (clamp ? Math.min(page, Math.ceil(all.length / 10)) : page) * 10;
    return Response.json({ data: all.slice(at - 10, at), ...body }, { headers });
  };
  return asked;
}

worldTest("a total in a header ends numbered pages", async (world) => {
  const all = items(27);
  const asked = numbered(world, all, () => ({ headers: { "x-total": "27" } }));
  const run = await world.run(
    paged("{ type: page, page_param: p, size: 10, total: { header: X-Total } }"),
  );
  assertEquals([run.exit_code, found(world), asked], [0, idsOf(all), [1, 2, 3]]);
  assertEquals(streamOf(run, "shop.items").evidence, ["total-reached"]);
});

worldTest("total_pages ends a server that repeats its last page forever", async (world) => {
  const all = items(30);
  for (const place of ["meta.pages", "{ header: X-Pages }"]) {
    const asked = numbered(world, all, () => ({
      body: { meta: { pages: 3 } },
      headers: { "x-pages": "3" },
      clamp: true,
    }));
    const run = await world.run(paged(`{ type: page, page_param: p, total_pages: ${place} }`));
    assertEquals([run.exit_code, found(world), asked], [0, idsOf(all), [1, 2, 3, 4, 0]]);
  }
});

everyWorldTest("a short last page that a server repeats forever is the end", async (world) => {
  const all = items(27);
  numbered(world, all, () => ({ clamp: true }));
  const run = await world.run(paged("{ type: page, page_param: p, size: 10 }"));
  assertEquals([run.exit_code, found(world)], [0, idsOf(all)]);
});

worldTest("a full page that a server repeats forever is no end", async (world) => {
  numbered(world, items(30), () => ({ clamp: true }));
  const run = await world.run(paged("{ type: page, page_param: p, size: 10 }"));
  assertEquals(run.exit_code, 2);
}, everyTest);

worldTest("a stop condition ends numbered pages", async (world) => {
  const all = items(20);
  const asked = numbered(world, all, (page) => ({ body: { state: page < 2 ? "more" : "done" } }));
  const run = await world.run(
    paged("{ type: page, page_param: p, stop: { path: state, equals: done } }"),
  );
  assertEquals([run.exit_code, found(world), asked], [0, idsOf(all), [1, 2, 0]]);
});

worldTest(
  "only an exact total contradicts when it is passed, and an estimate never",
  async (world) => {
    for (
      const [kind, total, exit] of sample([
        ["exact", 20, 2],
        ["at_least", 30, 2],
        ["estimate", 20, 0],
        ["exact", 30, 2],
        ["at_least", 20, 0],
        ["estimate", 30, 0],
      ], 2)
    ) {
      numbered(world, items(27), () => ({ body: { total } }));
      const run = await world.run(
        paged(`{ type: page, page_param: p, size: 10, total: { path: total, kind: ${kind} } }`),
      );
      assertEquals([kind, total, run.exit_code, found(world).length], [kind, total, exit, 27]);
    }
  },
);

everyWorldTest("pages that are filtered after paging are all read", async (world) => {
  const all = items(60);
  const gone = new Set(["i31", "i34", "i39", ...idsOf(items(10, 10))]);
  for (const offset of [false, true]) {
    world.answer = (url) => {
      const at = offset
        ? Number(url.searchParams.get("p"))
        : (Number(url.searchParams.get("p")) - 1) * 10;
      return Response.json({ data: all.slice(at, at + 10).filter(({ id }) => !gone.has(id)) });
    };
    const pagination = offset
      ? "{ type: offset, offset_param: p, size_param: n, size: 10 }"
      : "{ type: page, page_param: p, size: 10 }";
    const run = await world.run(paged(pagination));
    assertEquals(run.exit_code, 0);
    assertEquals(found(world).toSorted(), idsOf(all).filter((id) => !gone.has(id)).toSorted());
  }
});

worldTest("a declared total that is a cap does not end a listing that goes on", async (world) => {
  const all = items(100);
  for (
    const pagination of [
      "{ type: cursor, param: p, path: next, total: total, has_more: more }",
      "{ type: next_url, path: url, total: total }",
      "{ type: offset, offset_param: p, size_param: n, size: 10, total: total }",
    ]
  ) {
    world.answer = (url) => {
      const at = Number(url.searchParams.get("p") ?? 0);
      const isLast = at + 10 >= all.length;
      return Response.json({
        data: all.slice(at, at + 10),
        total: 40,
        more: !isLast,
        next: isLast ? null : at + 10,
        url: isLast ? null : `/items?p=${at + 10}`,
      });
    };
    const run = await world.run(paged(pagination));
    const { read, contradictions } = streamOf(run, "shop.items");
    assertEquals([run.exit_code, read], [2, 100], pagination);
    assertEquals(contradictions.map(({ code }) => code), ["total-not-read"]);
  }
});

everyWorldTest(
  "a mistyped path of the next page is no end, unless a run has seen it there",
  async (world) => {
    const all = items(25);
    let count = 25;
    world.answer = (url) => {
      const at = Number(url.searchParams.get("c") ?? 0);
      // As Google's APIs do: the last page leaves the token out.
      const next = at + 10 < count ? { next: at + 10 } : {};
      return Response.json({ data: all.slice(at, Math.min(at + 10, count)), ...next });
    };
    const wrong = await world.run(paged("{ type: cursor, param: c, path: nxt }"));
    assertEquals(wrong.exit_code, 2);
    assertEquals(
      streamOf(wrong, "shop.items").contradictions.map(({ code }) => code),
      ["next-path-never-seen"],
    );
    assertStringIncludes(
      wrong.reasons.join(),
      "set pagination to { type: cursor, param: NAME, path: next }",
    );
    const right = paged("{ type: cursor, param: c, path: next }");
    count = 10;
    assertEquals((await world.run(right)).exit_code, 2);
    assertEquals(
      (await world.run(paged("{ type: cursor, param: c, path: next, size: 20 }"))).exit_code,
      0,
    );
    count = 25;
    assertEquals((await world.run(right)).exit_code, 0);
    count = 10;
    const later = await world.run({
      edit: (yaml) =>
        (right.edit?.(yaml) ?? yaml).replace("name: world", "name: world\nmax_shrink: 1"),
    });
    assertEquals([later.exit_code, found(world).length], [0, 10]);
  },
);

worldTest(
  "one answer that links to another, or is as long as its limit, is not the whole",
  async (world) => {
    world.items = items(10);
    const limited = await world.run({
      edit: (yaml) => yaml.replace("path: /items", "path: /items\n        params: { limit: 10 }"),
    });
    assertEquals(streamOf(limited, "shop.items").contradictions.map(({ code }) => code), [
      "page-full",
    ]);
    world.answer = () =>
      Response.json(items(10), { headers: { link: '</items?p=2>; rel="next"' } });
    const linked = await world.run();
    assertEquals(streamOf(linked, "shop.items").contradictions.map(({ code }) => code), [
      "more-unread",
    ]);
    assertStringIncludes(linked.reasons.join(), "set pagination to { type: link }");
    const whole = await world.run({
      edit: (yaml) => yaml.replace("none }", "none, whole: true }"),
    });
    assertEquals(whole.exit_code, 0);
  },
);

worldTest(
  "a cursor that includes its record is not complete without a key to tell it twice",
  async (world) => {
    const all = items(25);
    world.answer = (url) => {
      const from = url.searchParams.get("from");
      const at = from === null ? 0 : all.findIndex(({ id }) => id === from);
      return Response.json({ data: all.slice(at, at + 10) });
    };
    const cursor = "{ type: cursor, param: from, path: data.-1.id, size: 10 }";
    const keyed = await world.run(paged(cursor));
    assertEquals([keyed.exit_code, found(world)], [0, idsOf(all)]);
    const keyless = await world.run({
      edit: (yaml) => (paged(cursor).edit?.(yaml) ?? yaml).replace("primary_key: [id]", ""),
    });
    assertEquals(keyless.exit_code, 2);
    const { contradictions } = streamOf(keyless, "shop.items");
    assertEquals(contradictions.map(({ code }) => code), ["pages-overlap"]);
    assertStringIncludes(keyless.reasons.join(), "set primary_key");
  },
);

function fromOffset(world: World, pageAt: (offset: number) => object[]): void {
  world.answer = (url) => {
    const at = Number(url.searchParams.get("p"));
    const data = pageAt(at);
    const token = (at + data.length) - 1;
    return Response.json({ data, next: data.length < 5 ? null : `${token}` });
  };
}

const all47 = items(47);
const KEYLESS = {
  "an offset that counts records which are not shown": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) => all47.slice(at, at + 10).filter((_, index) => (at + index) % 3 !== 0),
    2,
  ],
  "an offset that counts one record too few": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) => all47.slice(Math.max(0, at - 1), at + 9),
    2,
  ],
  "an offset that begins one too low": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) => all47.slice(Math.max(0, at - 1)).slice(0, 10),
    2,
  ],
  "an offset that counts one record too many on each page": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) => all47.slice(at - at / 10).slice(0, 10),
    2,
  ],
  "a token that includes its record": [
    "{ type: cursor, param: p, path: next }",
    (at: number) => all47.slice(at, at + 5),
    2,
  ],
  "a token that includes its record, of a change feed": [
    "{ type: cursor, param: p, path: next, change_feed: true }",
    (at: number) => all47.slice(at, at + 5),
    2,
  ],
  "equal records by chance": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) =>
      all47.slice(at, at + 10).map((_, index) => ({ n: ((at + index) ** 3 % 101) % 3 })),
    0,
  ],
  "an equal record at one joint": [
    "{ type: offset, offset_param: p, size_param: n, size: 10 }",
    (at: number) =>
      all47.slice(at, at + 10).map((_, index) => ({
        n: at + index - (at + index > 19 ? 1 : 0),
      })),
    0,
  ],
} as const;

for (const [name, [pagination, pageAt, exit]] of Object.entries(KEYLESS)) {
  const test = name.startsWith("an offset that counts records") ? everyWorldTest : worldTest;
  test(`${name}: without a key it is ${exit === 0 ? "" : "not "}complete`, async (world) => {
    fromOffset(world, pageAt);
    const run = await world.run({
      edit: (yaml) => (paged(pagination).edit?.(yaml) ?? yaml).replace("primary_key: [id]", ""),
    });
    const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
    assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["pages-overlap"]]);
    const rows = world.rows("shop.items");
    if (exit === 2) assertEquals(rows.length, new Set(rows).size);
  });
}

/** A feed as CouchDB's: `since` is a number, and the answer names where to go on. */
function feed(world: World, changes: { id: string }[]): string[] {
  const asked: string[] = [];
  world.answer = (url) => {
    const since = url.searchParams.get("since") ?? "0";
    asked.push(since);
    const data = changes.slice(Number(since), Number(since) + 10);
    return Response.json({ data, last: `${Number(since) + data.length}` });
  };
  return asked;
}

const FEED = paged("{ type: cursor, param: since, path: last, change_feed: true }");

worldTest(
  "a change feed ends with its own token, and the next run goes on from it",
  async (world) => {
    const changes = items(25);
    const asked = feed(world, changes);
    const first = await world.run(FEED);
    assertEquals([first.exit_code, found(world)], [0, idsOf(changes)]);
    assertEquals(streamOf(first, "shop.items").evidence, ["caught-up"]);
    asked.length = 0;
    const second = await world.run(FEED);
    assertEquals([second.exit_code, streamOf(second, "shop.items").read, asked], [0, 0, ["25"]]);
    assertEquals(world.manifests("shop.items").length, 1);
    changes.push({ id: "new" });
    const third = await world.run(FEED);
    assertEquals([third.exit_code, streamOf(third, "shop.items").written], [0, 1]);
    assertEquals(found(world), idsOf(changes));
    world.answer = () => Response.json({ message: "gone" }, { status: 410 });
    const { error_message: message } = streamOf(await world.run(FEED), "shop.items");
    assertStringIncludes(message ?? "", "whether the token that the last run kept has expired");
    assertEquals(message?.includes("on_status"), false);
  },
);

for (const start of ["", "start: a, "]) {
  const test = start === "" ? worldTest : everyWorldTest;
  test(
    `a change feed whose last page names no token goes on from that page ${
      start && "by its start"
    }`,
    async (world) => {
      const changes = items(5);
      const asked: (string | null)[] = [];
      world.answer = (url) => {
        const since = url.searchParams.get("since");
        asked.push(since);
        const at = Number(since?.replace("a", "0") ?? 0);
        const next = at + 3 < changes.length ? `${at + 3}` : null;
        return Response.json({ data: changes.slice(at, at + 3), last: next });
      };
      const options = paged(
        `{ type: cursor, param: since, path: last, ${start}change_feed: true }`,
      );
      for (const [count, written] of [[5, 5], [5, 0], [6, 1], [6, 0], [9, 3], [9, 0]] as const) {
        while (changes.length < count) changes.push({ id: `i${changes.length}` });
        const run = await world.run(options);
        const { exit_code } = run;
        assertEquals([exit_code, streamOf(run, "shop.items").written], [0, written], `${count}`);
        assertEquals(found(world), idsOf(changes));
      }
      assertEquals(asked.slice(2, 4), ["3", "3"]);
    },
  );
}

worldTest("a change feed of one page that names no token is not published twice", async (world) => {
  world.items = items(2);
  world.answer = () => Response.json({ data: world.items, last: null });
  for (const [count, written] of [[2, 2], [2, 0], [3, 1], [3, 0]] as const) {
    world.items = items(count);
    const run = await world.run(FEED);
    assertEquals([run.exit_code, streamOf(run, "shop.items").written], [0, written]);
    assertEquals(found(world), idsOf(items(count)));
  }
});

worldTest(
  "a change feed that breaks off goes on from where it was, not from its last token",
  async (world) => {
    const changes = items(25);
    const asked = feed(world, changes);
    const answer = world.answer;
    world.answer = (url, request) =>
      url.searchParams.get("since") === "20"
        ? new Response("", { status: 500 })
        : answer?.(url, request) ?? new Response();
    assertEquals((await world.run(FEED)).exit_code, 1);
    world.answer = answer;
    asked.length = 0;
    const run = await world.run(FEED);
    assertEquals([run.exit_code, found(world), asked], [0, idsOf(changes), ["20", "25"]]);
  },
);

worldTest(
  "a page with records that names itself is a loop, but for a change feed",
  async (world) => {
    world.answer = () => Response.json({ data: items(3), last: "a" });
    const loop = await world.run(paged("{ type: cursor, param: since, path: last, start: a }"));
    assertEquals([loop.exit_code, found(world).length], [2, 3]);
    const fed = await world.run({
      edit: (yaml) =>
        (paged("{ type: cursor, param: since, path: last, start: a, change_feed: true }").edit?.(
          yaml,
        ) ??
          yaml).replace("name: items", "name: feed"),
    });
    assertEquals(streamOf(fed, "shop.feed").outcome, "complete");
  },
);

everyWorldTest(
  "a short page ends a read only where the configuration says so, source or stream",
  async (world) => {
    const all = items(27);
    for (const [more, requests] of [["", 5], ["\n        short_page_ends: true", 4]] as const) {
      const asked = numbered(world, all);
      const run = await world.run(paged("{ type: page, page_param: p, size: 10 }", more));
      assertEquals([run.exit_code, found(world), asked.length], [0, idsOf(all), requests]);
    }
    const asked = numbered(world, all);
    const bySource = paged("{ type: page, page_param: p, size: 10 }");
    await world.run({
      edit: (yaml) =>
        (bySource.edit?.(yaml) ?? yaml).replace("streams:", "short_page_ends: true\n    streams:"),
    });
    assertEquals(asked.length, 4);
  },
);

worldTest("an inclusive cursor of the last record ends with that record alone", async (world) => {
  const all = items(25).map(({ id }) => ({ id: id.padEnd(4, "_") })).toSorted((a, b) =>
    a.id < b.id ? -1 : 1
  );
  world.answer = (url) => {
    const from = url.searchParams.get("startkey") ?? "";
    return Response.json({ data: all.filter(({ id }) => id >= from).slice(0, 7) });
  };
  const options = paged("{ type: cursor, param: startkey, path: data.-1.id, size: 7 }");
  const run = await world.run(options);
  assertEquals([run.exit_code, found(world)], [0, idsOf(all)]);
  const again = await world.run(options);
  assertEquals([again.exit_code, streamOf(again, "shop.items").written], [0, 0]);
});

worldTest(
  "a server that shows its last page for ever is whole by its total, without second looks",
  async (world) => {
    const all = items(30);
    const asked = numbered(world, all, () => ({ body: { total: 30 }, clamp: true }));
    const run = await world.run(paged("{ type: page, page_param: p, size: 10, total: total }"));
    assertEquals([run.exit_code, found(world), asked], [0, idsOf(all), [1, 2, 3, 4]]);
  },
);

worldTest(
  "a listing whose token has expired since a stop is read from its beginning",
  async (world) => {
    const all = items(30);
    let attempt = 1;
    world.answer = (url) => {
      const [of, from = 0] = (url.searchParams.get("c") ?? `${attempt}-0`).split("-").map(Number);
      if (attempt === 1 && from === 20) return new Response(null, { status: 503 });
      if (of !== attempt) return new Response("expired", { status: 410 });
      const next = from === 20 ? null : `${attempt}-${from + 10}`;
      return Response.json({ data: all.slice(from, from + 10), next });
    };
    const cursor = paged("{ type: cursor, param: c, path: next }");
    assertEquals((await world.run(cursor)).exit_code, 1);
    attempt++;
    assertEquals([(await world.run(cursor)).exit_code, found(world)], [0, idsOf(all)]);
  },
);

worldTest("a Link header that breaks the grammar is not the end of a listing", async (world) => {
  const asked = numbered(world, items(30), (page) => ({
    headers: { link: page === 2 ? "?p=3; rel=next" : `<?p=${page + 1}>; rel="next"` },
  }));
  const run = await world.run(paged("{ type: link }\n        params: { p: 1 }"));
  assertEquals([run.exit_code, found(world).length, asked], [2, 20, [1, 2]]);
  assertEquals(streamOf(run, "shop.items").contradictions.map(({ code }) => code), [
    "next-invalid",
  ]);
});

worldTest(
  "a list that is null or left out is empty where the page names the next",
  async (world) => {
    const bodies = [
      { data: items(3), next: "1" },
      { data: null, next: "2" },
      { next: "3" },
      { data: items(2, 3), next: "4" },
      { data: null, next: null },
    ];
    world.answer = (url) => Response.json(bodies[Number(url.searchParams.get("c"))]);
    const cursor = paged("{ type: cursor, param: c, path: next }");
    assertEquals([(await world.run(cursor)).exit_code, found(world)], [0, idsOf(items(5))]);
  },
);

everyWorldTest(
  "a list that is null is empty in an answer of the form of those before",
  async (world) => {
    for (const [more, exit] of [[{}, 0], [{ message: "oops" }, 1]] as const) {
      world.answer = (url) =>
        Response.json(
          url.searchParams.get("p") === "1" ? { data: items(10) } : { data: null, ...more },
        );
      const run = await world.run(paged("{ type: page, page_param: p, size: 10 }"));
      assertEquals([run.exit_code, found(world).length], [exit, 10]);
    }
  },
);

worldTest(
  "a list that was never there, or is null in an answer of another form, is missing",
  async (world) => {
    const cursor = paged("{ type: cursor, param: c, path: next }");
    for (const body of [{ dada: items(3), next: "1" }, { data: null, code: 7 }]) {
      world.answer = () => Response.json(body);
      const run = await world.run(cursor);
      assertEquals([run.exit_code, streamOf(run, "shop.items").error_code], [
        1,
        "http-records-missing",
      ]);
    }
  },
);

worldTest(
  "a refusal after pages of one length, all shorter than asked for, is no end",
  async (world) => {
    const all = items(50);
    const refusing = (from: number) => (url: URL) => {
      const at = Number(url.searchParams.get("o"));
      return at >= from
        ? new Response("no such page", { status: 400 })
        : Response.json({ data: all.slice(at, Math.min(at + 9, from)) });
    };
    const offset = paged("{ type: offset, offset_param: o, size_param: n, size: 10 }");
    world.answer = refusing(27);
    assertEquals((await world.run(offset)).exit_code, 2);
    world.answer = refusing(25);
    assertEquals([(await world.run(offset)).exit_code, found(world).length], [0, 25]);
  },
);

everyWorldTest("a change feed whose token has not moved has nothing new", async (world) => {
  const changes = items(15);
  world.answer = (url) => {
    const from = Math.max(0, changes.findIndex(({ id }) => id === url.searchParams.get("since")));
    const data = changes.slice(from, from + 10);
    return Response.json({ data, last: data.at(-1)?.id });
  };
  for (let night = 0; night < 3; night++) {
    assertEquals((await world.run(FEED)).exit_code, 0);
    assertEquals(found(world), idsOf(changes));
  }
});

worldTest(
  "has_more false counts although every page, the empty ones too, names a token",
  async (world) => {
    const all = items(20);
    let asked = 0;
    world.answer = (url) => {
      asked++;
      const at = Number(url.searchParams.get("c") ?? 0);
      return Response.json({
        data: all.slice(at, at + 10),
        next: `${at + 10}`,
        more: at + 10 < 20,
      });
    };
    const run = await world.run(
      paged("{ type: cursor, param: c, path: next, has_more: more }"),
    );
    assertEquals([run.exit_code, found(world), asked], [0, idsOf(all), 3]);
    assertEquals(streamOf(run, "shop.items").evidence, ["has-more-false"]);
  },
);

everyWorldTest("parts are read where Content-Range says of how many records", async (world) => {
  const all = items(27);
  const pagination = "{ type: offset, offset_param: p, size_param: n, size: 10 }";
  const total =
    "{ type: offset, offset_param: p, size_param: n, size: 10, total: { header: Content-Range } }";
  for (
    const [yaml, range, exit, rows] of [
      [pagination, "27", 0, 27],
      [total, "27", 0, 27],
      [pagination, "37", 2, 27],
      [pagination, "*", 1, 0],
    ] as const
  ) {
    world.answer = (url) => {
      const at = Number(url.searchParams.get("p"));
      const data = all.slice(at, at + 10);
      if (data.length === 0) return Response.json({}, { status: 416 });
      const headers = { "content-range": `${at}-${at + data.length - 1}/${range}` };
      return Response.json({ data }, { status: 206, headers });
    };
    const run = await world.run(paged(yaml));
    assertEquals([range, run.exit_code, streamOf(run, "shop.items").read], [range, exit, rows]);
  }
});

worldTest("a part of the bytes is none of the records", async (world) => {
  const headers = { "content-range": "bytes 0-99/100" };
  world.answer = () => Response.json({ data: items(10) }, { status: 206, headers });
  assertEquals((await world.run(paged("{ type: none }"))).exit_code, 1);
});

const PAGED_ON = {
  snapshot: ["{ type: page, page_param: p, size: 10 }", ""],
  incremental: [
    "{ type: cursor, param: p, path: next }",
    "\n        incremental: { field: at, format: iso, start_param: since }",
  ],
  "change feed": ["{ type: cursor, param: p, path: next, change_feed: true }", ""],
} as const;

for (const [mode, [pagination, more]] of Object.entries(PAGED_ON)) {
  worldTest(`a page refused after others leaves a part, once, in a ${mode}`, async (world) => {
    const all = items(25).map((item, index) => ({
      ...item,
      at: `2026-11-01T00:00:${index + 10}Z`,
    }));
    let refused = true;
    world.answer = (url) => {
      const page = Number(url.searchParams.get("p") ?? 1);
      if (refused && page > 2) return Response.json({ message: "not so far" }, { status: 422 });
      const data = all.slice(page * 10 - 10, page * 10);
      return Response.json({ data, next: page > 3 ? null : `${page + 1}` });
    };
    for (const exit of [2, 2, 0, 0]) {
      refused = exit === 2;
      const run = await world.run(paged(pagination, more));
      assertEquals([run.exit_code, found(world)], [
        exit,
        idsOf(all).slice(0, exit === 2 ? 20 : 25),
      ]);
      if (!refused) continue;
      for (const part of ['"not so far"', "on_status", "by window or incremental"]) {
        assertStringIncludes(run.reasons.join(), part);
      }
    }
  });
}

worldTest(
  "a number of pages that is too low, or of the last page from 0, is no end",
  async (world) => {
    const all = items(47);
    for (const pages of [2, 4]) {
      numbered(world, all, () => ({ body: { pages } }));
      const run = await world.run(
        paged("{ type: page, page_param: p, size: 10, total_pages: pages }"),
      );
      assertEquals([run.exit_code, found(world)], [0, idsOf(all)]);
    }
  },
);

everyWorldTest("empty pages before the last one that an answer names are no end", async (world) => {
  const link = { link: '<?p=9>; rel="last"' };
  for (const extra of [{ headers: link }, { body: { meta: { page_count: 5 } } }]) {
    numbered(world, items(30), () => extra);
    const run = await world.run(paged("{ type: page, page_param: p, size: 10 }"));
    const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
    assertEquals([run.exit_code, codes], [2, ["more-unread"]]);
    assertStringIncludes(run.reasons.join(), "headers" in extra ? "declares 9" : "were empty");
  }
});

everyWorldTest("a full page that lacks its next link is asked for again", async (world) => {
  const all = items(30);
  let lost = 0;
  for (const losing of ["link", "next_url"]) {
    lost = 0;
    world.answer = (url) => {
      const page = Number(url.searchParams.get("p") ?? 1);
      const data = all.slice(page * 10 - 10, page * 10);
      if (page === 3 || (page === 2 && lost++ === 0)) return Response.json({ data });
      const headers = { link: `<?p=${page + 1}>; rel="next"` };
      return Response.json({ data, next: `/items?p=${page + 1}` }, { headers });
    };
    const run = await world.run(
      paged(losing === "link" ? "{ type: link }" : "{ type: next_url, path: next }"),
    );
    assertEquals([losing, run.exit_code, found(world)], [losing, 0, idsOf(all)]);
  }
});

worldTest("false where the next page is named is the end", async (world) => {
  const all = items(15);
  world.answer = (url) =>
    Response.json(
      url.searchParams.has("c")
        ? { data: all.slice(10), next: false }
        : { data: all.slice(0, 10), next: "a" },
    );
  const run = await world.run(paged("{ type: cursor, param: c, path: next }"));
  assertEquals([run.exit_code, found(world)], [0, idsOf(all)]);
});

everyWorldTest("an empty page between full ones is asked for again", async (world) => {
  const all = items(25);
  for (const hole of [{ data: [], message: "try later" }, { data: [], success: "false" }, null]) {
    let holes = 0;
    world.answer = (url) => {
      const at = Number(url.searchParams.get("o"));
      if (at === 10 && holes++ === 0) {
        return hole === null ? new Response(null, { status: 204 }) : Response.json(hole);
      }
      return Response.json({ data: all.slice(at, at + 10) });
    };
    const run = await world.run({
      edit: (yaml) =>
        (paged("{ type: offset, offset_param: o, size_param: n, size: 10 }").edit?.(yaml) ?? yaml)
          .replace("limit: 0", "limit: 1"),
    });
    assertEquals([run.exit_code, found(world)], [0, idsOf(all)]);
  }
});

everyWorldTest("an empty page that has records later has the listing read again", async (world) => {
  const all = items(25);
  for (const hole of [0, 10]) {
    let asked = 0;
    world.answer = (url) => {
      const at = Number(url.searchParams.get("o"));
      // Empty at the first two looks, before a later page has come.
      const data = at === hole && ++asked <= (hole === 0 ? 1 : 2) ? [] : all.slice(at, at + 10);
      return Response.json({ data });
    };
    const run = await world.run(
      paged("{ type: offset, offset_param: o, size_param: n, size: 10 }"),
    );
    assertEquals([hole, run.exit_code, found(world)], [hole, 0, idsOf(all)]);
  }
});

worldTest("a last line that reports an error is no record", async (world) => {
  for (
    const [last, exit] of [[{ error: "aborted" }, 1], [{ id: "x", error: "late" }, 0]] as const
  ) {
    const lines = [...items(3), last].map((line) => JSON.stringify(line)).join("\n");
    world.answer = () => new Response(lines, { headers: { "content-type": "application/jsonl" } });
    const run = await world.run({
      edit: (yaml) => yaml.replace("{ type: none }", "{ type: none }\n        format: jsonl"),
    });
    assertEquals(run.exit_code, exit);
  }
});

everyWorldTest(
  "an empty page that says something, with pages after it, is a sign against",
  async (world) => {
    const all = items(25);
    for (
      const [hole, exit] of [
        [{ warnings: ["timeout"] }, 2],
        [null, 2],
        ["/login", 2],
        [{}, 0],
      ] as const
    ) {
      world.answer = (url) => {
        const at = Number(url.searchParams.get("o"));
        const isHole = at === 10;
        if (url.pathname === "/login") return Response.json({ data: [] });
        if (isHole && hole === "/login") return Response.redirect(new URL(hole, url));
        if (isHole && hole === null) return new Response(null, { status: 204 });
        return Response.json({
          data: isHole ? [] : all.slice(at, at + 10),
          ...(isHole && typeof hole === "object" ? hole : {}),
        });
      };
      const run = await world.run(
        paged("{ type: offset, offset_param: o, size_param: n, size: 10 }"),
      );
      const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
      assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["page-odd"]]);
    }
  },
);

worldTest(
  "a page of null in the place of a list is a sign against, unless the end is one",
  async (world) => {
    const all = items(5);
    for (const [end, exit] of [[[], 2], [null, 0]] as const) {
      world.answer = (url) => {
        const at = Number(url.searchParams.get("o"));
        return Response.json({ data: at === 2 ? null : at < 5 ? all.slice(at, at + 2) : end });
      };
      const run = await world.run(
        paged("{ type: offset, offset_param: o, size_param: n, size: 2 }"),
      );
      const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
      assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["page-odd"]]);
    }
  },
);

everyWorldTest("an empty page that another path answers is no end", async (world) => {
  for (const [to, exit] of [["/login", 2], ["/items", 0]] as const) {
    world.answer = (url) => {
      const page = Number(url.searchParams.get("p"));
      if (page === 1) return Response.json({ data: items(10) });
      return page === 99
        ? Response.json({ data: [] })
        : Response.redirect(new URL(`${to}?p=99`, url));
    };
    const run = await world.run(paged("{ type: page, page_param: p, size: 10 }"));
    const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
    assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["page-odd"]]);
  }
});

worldTest(
  "an empty page that a redirect leads to is no end, whatever the pagination",
  async (world) => {
    for (
      const [pagination, to, exit] of [
        ["none", "/login", 2],
        ["none, whole: true", "/login", 0],
        ["none", "/v2/items", 0],
        ["none", "/items/", 0],
        ["link", "/login", 2],
        ["next_url, path: next", "/login", 2],
        ["page, page_param: p", "/login", 2],
      ] as const
    ) {
      world.answer = (url) =>
        url.pathname === to
          ? Response.json({ data: [], next: null }, { headers: { link: '</>; rel="prev"' } })
          : Response.redirect(new URL(to, url));
      const run = await world.run(paged(`{ type: ${pagination} }`));
      const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
      assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["page-odd"]], pagination);
    }
  },
);

worldTest("a page that begins in the middle of the one before is a sign against", async (world) => {
  // A cursor of a value that records share, which come in any order; or one that is included, which is none.
  for (const [pages, exit] of [[["abcde", "cfgh"], 2], [["abcde", "defg"], 0]] as const) {
    const [first = "", second = ""] = pages;
    world.answer = (url) =>
      Response.json({
        data: [...url.searchParams.has("c") ? second : first].map((id) => ({ id })),
        next: url.searchParams.has("c") ? null : "x",
      });
    const run = await world.run(paged("{ type: cursor, param: c, path: next }"));
    const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
    assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["order-unstable"]]);
  }
});

worldTest("a 202 without records is no answer yet", async (world) => {
  const edit = paged("{ type: none }");
  world.answer = () => Response.json({ data: [] }, { status: 202 });
  assertEquals((await world.run(edit)).exit_code, 1);
  world.answer = () => Response.json({ data: items(3) }, { status: 202 });
  assertEquals([(await world.run(edit)).exit_code, found(world)], [0, idsOf(items(3))]);
});

everyWorldTest("an empty page that does not follow the last record is no end", async (world) => {
  const pagination = "{ type: offset, offset_param: o, size_param: n, size: 10 }";
  for (const [count, scale, exit] of [[40, 10, 2], [20, 1, 0], [10, 1, 0]] as const) {
    const all = items(count);
    const asked: number[] = [];
    // With a scale, what it takes for the offset is the number of a page.
    world.answer = (url) => {
      const at = Number(url.searchParams.get("o"));
      asked.push(at);
      return Response.json({ data: all.slice(at * scale, at * scale + 10) });
    };
    const run = await world.run(paged(pagination));
    const codes = streamOf(run, "shop.items").contradictions.map(({ code }) => code);
    assertEquals([run.exit_code, codes], [exit, exit === 0 ? [] : ["offset-miscounted"]]);
    const end = exit === 0 ? count : 10;
    assertEquals(asked.slice(-4), [end, end, end - 1, end + 10]);
  }
});
