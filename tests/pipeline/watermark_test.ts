import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { getStreamState, openAudit } from "../../lib/audit/mod.ts";
import { jsonLines } from "../logging/_capture.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";
import { sample } from "../_sample.ts";

type Item = Record<string, unknown>;

const DAY = 86_400_000;

/** The YAML of one stream with these keys under `incremental`. */
function following(incremental: string, more = ""): (yaml: string) => string {
  return (yaml) =>
    yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
      "primary_key: [id]",
      `primary_key: [id]
        incremental: { field: u, start_param: since, ${incremental} }
${more}`,
    );
}

function watermark({ folder }: World): string | null {
  using db = openAudit(`${folder}/audit.db`, { readOnly: true });
  return getStreamState(db, { source: "shop", stream: "items" }).watermark;
}

function ids(world: World): unknown[] {
  return world.rows("shop.items").map((line) => (JSON.parse(line) as Item)["id"]);
}

const MARCH = Date.UTC(2026, 2, 10, 1, 2, 3);

/** Forms of the same moment, and of another a day later. */
const FORMS: Record<string, (ms: number) => unknown> = {
  iso: (ms) => new Date(ms).toISOString(),
  date: (ms) => new Date(ms).toISOString().slice(0, 10),
  http_date: (ms) => new Date(ms).toUTCString(),
  epoch_s: (ms) => ms / 1000,
  epoch_ms: (ms) => String(ms),
  epoch_us: (ms) => ms * 1000,
  epoch_ns: (ms) => `${ms}000000`,
  "dd.MM.yyyy HH:mm:ss": (ms) => {
    const [day = "", time = ""] = new Date(ms).toISOString().slice(0, 19).split("T");
    return `${day.split("-").reverse().join(".")} ${time}`;
  },
};

for (const [format, write] of sample(Object.entries(FORMS))) {
  worldTest(`runPipeline() follows ${format}, and adds nothing the second time`, async (world) => {
    const edit = following(`format: "${format}", param_format: epoch_ms`);
    const asked: (string | null)[] = [];
    let known: { readonly at: number; readonly item: Item }[] = [];
    world.answer = (url) => {
      const since = url.searchParams.get("since");
      asked.push(since);
      return Response.json(
        known.filter(({ at }) => at >= Number(since ?? 0)).map(({ item }) => item),
      );
    };
    const at = (id: number, ms: number) => ({ at: ms, item: { id, u: write(ms) } });
    known = [at(1, MARCH), at(2, MARCH + DAY)];
    assertEquals((await world.run({ edit })).totals.written, 2);
    assertEquals((await world.run({ edit })).totals.written, 0);
    known = [...known, at(3, MARCH + 2 * DAY)];
    assertEquals((await world.run({ edit })).totals.written, 1);
    const third = await world.run({ edit });
    assertEquals([third.exit_code, third.totals.written], [0, 0]);
    assertEquals(ids(world), [1, 2, 3]);
    assert(Number(asked.at(-1)) > MARCH, "the parameter has moved");
  });
}

for (
  const [format, values] of Object.entries({
    iso: [
      1741568523,
      "1741568523",
      "10.03.2024",
      "20240310T010203Z",
      "/Date(1710032523000)/",
      "pending",
      "2024-02-30",
      "2024-13-01",
      "2024-03-10T24:00:01Z",
      "",
      null,
      true,
    ],
    epoch_ms: ["2024-03-10", MARCH * 1000, "NaN", "0x10", "1e3", null],
    epoch_s: [MARCH, "today"],
    date: ["2024-03-10T00:00:00Z", "2024-02-30"],
    http_date: ["2024-03-10", "Sun, 10 Mrz 2024 01:02:03 GMT"],
  })
) {
  worldTest(`runPipeline() rejects what is no ${format}, each with its code`, async (world) => {
    world.items = [
      ...values.map((u, id) => ({ id, u })),
      { id: 99, u: FORMS[format]?.(MARCH) },
    ];
    const edit = following(`format: ${format}`);
    for (const written of [1, 0]) {
      const summary = await world.run({ edit });
      assertEquals([summary.exit_code, summary.totals.written], [2, written]);
      assertEquals(summary.rejects.map(({ code, count }) => [code, count]), [
        ["record-cursor-missing", values.length],
      ]);
    }
    assertEquals(watermark(world)?.slice(0, 10), "2026-03-10");
  });
}

worldTest("runPipeline() does not let a record dated 2099 hide later ones", async (world) => {
  const edit = following("format: iso");
  const all: Item[] = [{ id: 1, u: "2099-01-01T00:00:00Z" }, { id: 2, u: "2026-11-01T00:00:00Z" }];
  world.answer = (url) => {
    const since = url.searchParams.get("since") ?? "";
    return Response.json(all.filter(({ u }) => String(u) >= since));
  };
  assertEquals((await world.run({ edit })).totals.written, 2);
  assertEquals(watermark(world), "2026-11-01T00:00:00.000Z");
  // Before the run above, and after all that it saw.
  all.push({ id: 3, u: "2026-11-20T00:00:00Z" });
  assertEquals((await world.run({ edit })).totals.written, 1);
  assertEquals((await world.run({ edit })).totals.written, 0);
  assertEquals(ids(world), [1, 2, 3]);
});

worldTest("runPipeline() loses nothing of a vendor nine hours ahead of UTC", async (world) => {
  const edit = following("format: iso");
  const all: { readonly real: number; readonly item: Item }[] = [];
  const local = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 19);
  let asked = "";
  world.answer = (url) => {
    asked = url.searchParams.get("since") ?? "";
    // The API knows what it means: its records are compared with the real instant.
    const since = asked === "" ? 0 : Date.parse(asked);
    return Response.json(all.filter(({ real }) => real >= since).map(({ item }) => item));
  };
  let id = 0;
  const add = (real: number) => all.push({ real, item: { id: ++id, u: local(real) } });
  for (let hour = 30; hour > 20; hour--) add(world.now - hour * 3_600_000);
  assertEquals((await world.run({ edit })).totals.written, 10);
  // Published later, but with times that, read as UTC, seem to be past already.
  for (let hour = 19; hour > 0; hour--) add(world.now - hour * 3_600_000);
  assertEquals((await world.run({ edit })).totals.written, 19);
  const third = await world.run({ edit });
  assertEquals([third.exit_code, third.totals.written], [0, 0]);
  assertEquals(ids(world).length, 29);
  assert(!watermark(world)?.endsWith("Z"), "kept as a time without a zone");
});

worldTest("runPipeline() asks for what a zone says when timezone is given", async (world) => {
  const edit = following("format: iso, timezone: Asia/Tokyo");
  const asked: (string | null)[] = [];
  world.answer = (url) => {
    asked.push(url.searchParams.get("since"));
    return Response.json([{ id: 1, u: "2026-03-10T10:00:00" }]);
  };
  await world.run({ edit });
  await world.run({ edit });
  assertEquals(asked, [null, "2026-03-10T00:59:59.999Z"]);
});

worldTest(
  "runPipeline() asks for the hour again that a clock shows twice in autumn",
  async (world) => {
    const edit = following(
      'format: "yyyy-MM-dd HH:mm", timezone: Europe/Berlin, param_format: "yyyy-MM-dd HH:mm"',
    );
    const all = [{ id: 1, u: "2025-10-26 02:30" }];
    // It compares texts, as a column without a zone does.
    world.answer = (url) =>
      Response.json(all.filter(({ u }) => u >= (url.searchParams.get("since") ?? "")));
    await world.run({ edit });
    all.push({ id: 2, u: "2025-10-26 02:10" });
    assertEquals((await world.run({ edit })).exit_code, 0);
    assertEquals(ids(world), [1, 2]);
    assertEquals((await world.run({ edit })).totals.written, 0);
  },
);

worldTest("runPipeline() publishes no record again that it did not ask for", async (world) => {
  const edit = following("format: iso");
  world.items = Array.from({ length: 20 }, (_, id) => ({
    id,
    u: new Date(MARCH + id * DAY).toISOString(),
  }));
  assertEquals((await world.run({ edit })).totals.written, 20);
  for (let night = 0; night < 2; night++) {
    const lines = await jsonLines(async () => {
      const summary = await world.run({ edit });
      assertEquals([summary.exit_code, summary.totals.written], [0, 0]);
      const { out_of_range, duplicates } = summary.totals;
      assertEquals([out_of_range, duplicates], [19, 1]);
    });
    const warned = lines.filter(({ event }) => event === "older-than-asked");
    assertEquals(warned.map(({ records }) => records), [19]);
  }
  // A correction of an old record is new all the same.
  world.items = [...world.items, { id: 3, u: new Date(MARCH + 3 * DAY).toISOString(), v: 2 }];
  const summary = await world.run({ edit });
  assertEquals(summary.totals.written, 1);
  assertEquals(streamOf(summary, "shop.items").late, 1);
  assertEquals((await world.run({ edit })).totals.written, 0);
});

everyWorldTest("runPipeline() remembers records for as long as remember says", async (world) => {
  const edit = following("format: iso, remember: 10d");
  world.items = [{ id: 1, u: "2026-01-01T00:00:00Z" }, { id: 2, u: "2026-02-01T00:00:00Z" }];
  await world.run({ edit });
  for (let night = 0; night < 30; night += 5) {
    world.now += 5 * DAY;
    assertEquals((await world.run({ edit })).totals.written, 0, "seen again, it is kept in mind");
  }
  const all = world.items;
  world.items = [];
  world.now += 11 * DAY;
  await world.run({ edit });
  world.items = all;
  assertEquals((await world.run({ edit })).totals.written, 1, "forgotten: it counts as late");
});

everyWorldTest(
  "runPipeline() doubles nothing after a read that was not complete",
  async (world) => {
    const more = "        error: { path: broken }";
    const edit = (yaml: string) =>
      following("format: iso", more)(yaml).replace(
        "pagination: { type: none }",
        "records: items\n        on_page_error: skip\n        pagination: { type: page, page_param: page }",
      );
    const all = Array.from({ length: 6 }, (_, id) => ({
      id,
      u: new Date(MARCH + id * DAY).toISOString(),
    }));
    let broken = true;
    world.answer = (url) => {
      const page = Number(url.searchParams.get("page")) - 1;
      if (broken && page === 1) return Response.json({ broken: true, items: [] });
      return Response.json({ items: all.slice(page * 2, page * 2 + 2) });
    };
    const first = await world.run({ edit });
    assertEquals([first.exit_code, first.totals.written, watermark(world)], [2, 4, null]);
    assertEquals((await world.run({ edit })).totals.written, 0);
    broken = false;
    const last = await world.run({ edit });
    assertEquals([last.exit_code, last.totals.written], [0, 2]);
    assertEquals(ids(world).sort(), [0, 1, 2, 3, 4, 5]);
  },
);

for (const place of ["query", "header", "body"]) {
  worldTest(`runPipeline() sends the watermark in the ${place}`, async (world) => {
    const param = place === "body" ? "filter.since" : "x-since";
    const edit = (yaml: string) =>
      following(
        `in: ${place}, end_param: ${param}-end`,
        `        method: POST
        idempotent: true
        body: { filter: { kind: all } }`,
      )(yaml).replace("start_param: since", `start_param: ${param}`);
    const seen: string[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const body = JSON.parse(await request.text());
        const places: Record<string, unknown> = {
          query: new URL(request.url).searchParams.get(param),
          header: request.headers.get(param),
          body: body.filter.since,
        };
        assertEquals(body.filter.kind, "all");
        const found = Object.entries(places).filter(([, value]) => typeof value === "string");
        seen.push(found.map(([name, value]) => `${name}: ${value}`).join());
        return Response.json([{ id: 1, u: "2026-03-10T00:00:00Z" }]);
      },
    );
    const at = (yaml: string) =>
      edit(yaml).replace(/base_url: .*/, `base_url: http://127.0.0.1:${server.addr.port}`);
    await world.run({ edit: at });
    await world.run({ edit: at });
    assertEquals(seen, ["", `${place}: 2026-03-09T23:59:59.999Z`]);
  });
}

worldTest("runPipeline() counts what is older than the configured start", async (world) => {
  const edit = following("format: iso, start: 2026-03-11");
  world.items = [{ id: 1, u: "2026-03-10T00:00:00Z" }, { id: 2, u: "2026-03-12T00:00:00Z" }];
  const summary = await world.run({ edit });
  assertEquals([summary.exit_code, summary.totals.written], [0, 1]);
  assertEquals(summary.totals.out_of_range, 1);
  assertStringIncludes(world.rows("shop.items").join(), '"id":2');
});

worldTest("a record of tomorrow keeps no later read from what comes today", async (world) => {
  const edit = following("format: epoch_ms, param_format: epoch_ms");
  const [today, tomorrow] = [world.now - 1000, world.now + DAY];
  world.items = [{ id: 1, u: today }, { id: 2, u: tomorrow }];
  assertEquals((await world.run({ edit })).totals.written, 2);
  assertEquals(watermark(world), new Date(today).toISOString());
});
