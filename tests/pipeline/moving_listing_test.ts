import { assertEquals } from "@std/assert";
import { endWaits } from "./_backfill_bench.ts";
import { everyTest } from "../_sample.ts";
import {
  everyWorldTest,
  items,
  type RunOptions,
  streamOf,
  type World,
  worldTest,
} from "./_world.ts";

type Item = { id: string; v?: number };

/** Changes how `shop.items` is read. */
function paged(pagination: string, more = ""): RunOptions {
  return {
    edit: (yaml) =>
      yaml.replace(
        "pagination: { type: none }",
        `pagination: ${pagination}\n        records: data${more}`,
      ).replace("limit: 0", "limit: 1"),
  };
}

const OFFSET = paged("{ type: offset, offset_param: o, size_param: n, size: 10, total: total }");
const KEYLESS: RunOptions = {
  edit: (yaml) => (OFFSET.edit?.(yaml) ?? yaml).replace("primary_key: [id]", "primary_key: []"),
};

/** Serves a list by offset; `change` runs after each answer and says with how many requests it has to do. */
function listing(
  world: World,
  all: Item[],
  change: (all: Item[], request: number) => void = () => {},
): { requests: number } {
  const state = { requests: 0 };
  world.answer = (url) => {
    const offset = Number(url.searchParams.get("o"));
    const data = all.slice(offset, offset + Number(url.searchParams.get("n")));
    const answer = Response.json({ data, total: all.length });
    change(all, ++state.requests);
    return answer;
  };
  return state;
}

function found(world: World): string[] {
  return world.rows("shop.items").map((line) => JSON.parse(line).id).toSorted();
}

function ids(all: readonly Item[]): string[] {
  return all.map(({ id }) => id).toSorted();
}

/** Runs, expects exactly the true set, and that a second run publishes nothing. */
async function expectAll(world: World, all: readonly Item[], options: RunOptions): Promise<void> {
  const first = await world.run(options);
  assertEquals([first.exit_code, first.reasons], [0, []]);
  assertEquals(first.totals.retries, 0, "to read again from the beginning is no retry");
  assertEquals(found(world), ids(all));
  const manifests = world.manifests("shop.items").length;
  const second = await world.run(options);
  assertEquals([second.exit_code, streamOf(second, "shop.items").written], [0, 0]);
  assertEquals(world.manifests("shop.items").length, manifests);
}

worldTest(
  "records twice at a later joint only have moved, whoever says so each time",
  async (world) => {
    const all = items(27).toReversed();
    let asked = 0;
    // Two nodes by turns, one of which does not have the latest three yet: in each reading the same are missing.
    world.answer = (url) => {
      const seen = asked++ % 2 === 0 ? all : all.slice(3);
      const at = Number(url.searchParams.get("o"));
      return Response.json({ data: seen.slice(at, at + 10) });
    };
    const run = await world.run({
      edit: (yaml) =>
        yaml.replace(
          "{ type: none }",
          "{ type: offset, offset_param: o, size_param: n, size: 10 }\n        records: data",
        ),
    });
    assertEquals(run.exit_code, 2);
  },
);

everyWorldTest(
  "a listing is whole when a record moves to its end while the total stays",
  async (world) => {
    const all = items(300);
    listing(world, all, (list, request) => {
      if (request === 1) list.push(...list.splice(5, 1));
    });
    await expectAll(world, all, OFFSET);
  },
);

worldTest("a listing without a key is whole when a record moves to its end", async (world) => {
  const all = items(95);
  listing(world, all, (list, request) => {
    if (request === 3) list.push(...list.splice(5, 1));
  });
  await expectAll(world, all, KEYLESS);
});

worldTest("a listing without a key is whole when a record is put on top of it", async (world) => {
  const all = items(35);
  listing(world, all, (list, request) => {
    if (request === 1) list.unshift({ id: "new" });
  });
  await expectAll(world, all, KEYLESS);
});

worldTest("a listing whose pages keep no order is not complete, however often", async (world) => {
  const all = items(25);
  world.answer = ({ searchParams }) => {
    const at = Number(searchParams.get("o"));
    // The fourth record again, and the sixteenth never: what ties do to LIMIT and OFFSET.
    const order = at === 10 ? all.with(15, all[3] ?? { id: "" }) : all;
    return Response.json({ data: order.slice(at, at + 10) });
  };
  for (const [repeats, exit] of [["", 2], ["\n        repeats: true", 0]] as const) {
    const run = await world.run(
      paged("{ type: offset, offset_param: o, size_param: n, size: 10 }", repeats),
    );
    const { contradictions } = streamOf(run, "shop.items");
    assertEquals([run.exit_code, found(world).length], [exit, 24]);
    assertEquals(contradictions.map(({ code }) => code), exit === 0 ? [] : ["order-unstable"]);
  }
});

worldTest(
  "a listing is whole when it moves while its numbered links are followed",
  async (world) => {
    const link = "{ type: link, total: total }";
    const cases: [string, string, string, (all: Item[]) => void][] = [
      ["/items?page=", link, "[id]", (all) => all.push(...all.splice(5, 1))],
      ["/items?page=", link, "[]", (all) => all.unshift({ id: "new" })],
      ["?offset=", "{ type: next_url, path: next, total: total }", "[]", (all) => all.splice(3, 1)],
    ];
    for (const [n, [to, pagination, key, move]] of cases.entries()) {
      const all = items(35);
      let requests = 0;
      world.answer = ({ searchParams }) => {
        const page = Number(searchParams.get("page") ?? 1);
        const at = Number(searchParams.get("offset") ?? page * 10 - 10);
        const more = `${to}${to.endsWith("page=") ? page + 1 : at + 10}`;
        const next = at + 10 < all.length ? more : null;
        const headers = { link: next === null ? "</items>; rel=first" : `<${next}>; rel=next` };
        const body = { data: all.slice(at, at + 10), total: all.length, next };
        if (++requests === 2) move(all);
        return Response.json(body, { headers });
      };
      const edit = (yaml: string) =>
        (paged(pagination).edit?.(yaml) ?? yaml).replace("[id]", key)
          .replace("name: items", `name: items${n}`);
      const run = await world.run({ edit });
      const rows = world.rows(`shop.items${n}`);
      assertEquals([run.exit_code, run.reasons], [0, []]);
      assertEquals(rows.map((line) => JSON.parse(line).id).toSorted(), ids(all));
    }
  },
);

worldTest("a listing is whole when a record is put on top of it", async (world) => {
  const all = items(300);
  listing(world, all, (list, request) => {
    if (request === 4) list.unshift({ id: "new" });
  });
  await expectAll(world, all, OFFSET);
});

worldTest("a listing is whole when records vanish from its head", async (world) => {
  const all = items(120);
  listing(world, all, (list, request) => {
    if (request === 4) list.splice(0, 7);
  });
  await expectAll(world, all, OFFSET);
});

worldTest(
  "a listing that moves with every page is partial, and nothing is there twice",
  async (world) => {
    const all = items(60);
    listing(world, all, (list) => list.push(...list.splice(2, 1)));
    const run = await world.run(OFFSET);
    assertEquals(run.exit_code, 2);
    const { contradictions } = streamOf(run, "shop.items");
    assertEquals(contradictions.map(({ code }) => code), ["total-not-read", "listing-moved"]);
    const rows = found(world);
    assertEquals(new Set(rows).size, rows.length);
  },
);

everyWorldTest(
  "a listing whose head vanishes between a stop and the next attempt is whole",
  async (world) => {
    const all = items(300);
    let isDown = true;
    const serve = listing(world, all);
    const answer = world.answer;
    world.answer = (url, request) =>
      isDown && Number(url.searchParams.get("o")) >= 250
        ? new Response("", { status: 503, headers: { "retry-after": "7200" } })
        : answer?.(url, request) ?? new Response();
    const stopped = await world.run(OFFSET);
    assertEquals([stopped.exit_code, serve.requests], [75, 25]);
    isDown = false;
    endWaits(world.folder);
    all.splice(0, 60);
    await expectAll(world, all, OFFSET);
  },
);

worldTest(
  "a listing that is quiet across a stop goes on, and is read once more to make sure",
  async (world) => {
    const all = items(100);
    let isDown = true;
    const serve = listing(world, all);
    const answer = world.answer;
    world.answer = (url, request) =>
      isDown && Number(url.searchParams.get("o")) >= 50
        ? new Response("", { status: 503, headers: { "retry-after": "7200" } })
        : answer?.(url, request) ?? new Response();
    assertEquals((await world.run(OFFSET)).exit_code, 75);
    isDown = false;
    endWaits(world.folder);
    const run = await world.run(OFFSET);
    assertEquals(run.exit_code, 0);
    assertEquals(streamOf(run, "shop.items").evidence, [
      "total-reached",
      "readings-agree",
    ]);
    assertEquals(found(world), ids(all));
    // 5 before the stop, 5 and the confirming one after it, and all of them again.
    assertEquals(serve.requests, 5 + 6 + 11);
  },
);

worldTest(
  "a primary key leaves the same bytes out in every mode, and keeps other bytes",
  async (world) => {
    for (const mode of ["snapshot", "append"]) {
      world.answer = (url) => {
        const at = Number(url.searchParams.get("c") ?? 0);
        // An inclusive cursor: each page begins with the last record of the one before.
        const data: Item[] = items(5, at * 4);
        if (at === 2) data.push({ id: "i0", v: 2 });
        return Response.json({ data, next: at < 2 ? at + 1 : null });
      };
      const cursor = paged("{ type: cursor, param: c, path: next }", `\n        mode: ${mode}`);
      const name = `items_${mode}`;
      const run = await world.run({
        edit: (yaml) => (cursor.edit?.(yaml) ?? yaml).replace("name: items", `name: ${name}`),
      });
      const { written, duplicates, outcome } = streamOf(run, `shop.${name}`);
      assertEquals([outcome, written, duplicates], ["complete", 14, 2]);
      const rows = world.rows(`shop.${name}`);
      assertEquals(rows.filter((row) => row.includes('"i0"')), [
        '{"id":"i0"}',
        '{"id":"i0","v":2}',
      ]);
    }
  },
);

worldTest(
  "equal records without a key stay, and cost a second reading unless declared",
  async (world) => {
    const all: Item[] = Array.from({ length: 25 }, (_, at) => ({ id: `i${at % 11 % 8}` }));
    const serve = listing(world, all);
    await expectAll(world, all, KEYLESS);
    assertEquals(serve.requests, 12);
    serve.requests = 0;
    const declared: RunOptions = {
      edit: (yaml) =>
        `${KEYLESS.edit?.(yaml) ?? yaml}`.replace(
          "records: data",
          "records: data\n        repeats: true",
        ),
    };
    const run = await world.run(declared);
    assertEquals([run.exit_code, serve.requests, found(world)], [0, 3, ids(all)]);
  },
);

worldTest("equal pages are taken for what they are where repeats are declared", async (world) => {
  const all: Item[] = Array.from({ length: 50 }, () => ({ id: "same" }));
  listing(world, all);
  const refused = await world.run(KEYLESS);
  assertEquals(refused.exit_code, 2);
  const run = await world.run({
    edit: (yaml) =>
      `${KEYLESS.edit?.(yaml) ?? yaml}`.replace(
        "records: data",
        "records: data\n        repeats: true",
      ),
  });
  assertEquals([run.exit_code, found(world).length], [0, 50]);
}, everyTest);

everyWorldTest("a listing is whole when just one page is put on top of it", async (world) => {
  const all = items(40);
  listing(world, all, (list, request) => {
    if (request === 2) list.unshift(...items(10, 100));
  });
  await expectAll(world, all, OFFSET);
});

/** Serves cursors of 10 records; `change` changes a page. */
function chained(world: World, all: Item[], change: (page: Item[], at: number) => void): void {
  world.answer = (url) => {
    const at = Number(url.searchParams.get("c"));
    const data = all.slice(at, at + 10);
    change(data, at);
    const next = at + 10 >= all.length ? null : at + 10;
    return Response.json({ data, next, total: all.length });
  };
}

worldTest("a record that comes twice does not make up for one that never came", async (world) => {
  const all = items(30);
  chained(world, all, (page, at) => at === 10 && page.splice(0, 1, ...all.slice(9, 10)));
  const run = await world.run(paged("{ type: cursor, param: c, path: next, total: total }"));
  const { contradictions } = streamOf(run, "shop.items");
  assertEquals([run.exit_code, found(world).length], [2, 29]);
  assertEquals(contradictions.map(({ code }) => code), ["total-not-read"]);
});

worldTest("cursors that include the record before reach the total", async (world) => {
  const all = items(30);
  chained(world, all, (page, at) => at > 0 && page.unshift(...all.slice(at - 1, at)));
  await expectAll(world, all, paged("{ type: cursor, param: c, path: next, total: total }"));
});
