import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { getOwner, openAudit } from "../../lib/audit/mod.ts";
import { stagingFolder } from "../../lib/lake/mod.ts";
import { parseBackfill, type RunPipelineOptions, type RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { describeStep, SimulatedCrash } from "../crash/_power_loss.ts";
import { type SmallWorld, smallWorld } from "../crash/_small_world.ts";
import {
  endWaits,
  inFolder,
  listing,
  newsStream,
  publishedBy,
  runNews,
  stateOf,
} from "./_backfill_bench.ts";
import { sample } from "../_sample.ts";

const ignore = !granted("read", "write", "net");

function test(name: string, fn: (folder: string) => Promise<void>, register = Deno.test): void {
  register({ name, ignore, fn: () => inFolder(fn) });
}

function testEvery(...[name, fn]: Parameters<typeof test>): void {
  test(name, fn, everyTest);
}

/** `[read, written, rejected, duplicates, out of range]` of a run's only stream. */
function counts({ streams }: RunSummary): number[] {
  assertEquals(streams.length, 1);
  return streams.flatMap((s) => [s.read, s.written, s.rejected, s.duplicates, s.out_of_range]);
}

const ORDERS = {
  ascending: [1000, 1999, 2000, 2001, 2999, 3000, 4000],
  "newest first": [4000, 3000, 2999, 2001, 2000, 1999, 1000],
  unsorted: [2999, 4000, 1999, 2001, 3000, 1000, 2000],
};

testEvery(
  "a backfill takes its first value, not its last, in any order and from any kind of start",
  async (folder) => {
    for (const [order, times] of Object.entries(ORDERS)) {
      for (const isOpen of [false, true]) {
        await using server = listing(times.map((at) => ({ id: at, at })), {
          matches: ({ at }, query) => {
            const since = Number(query.get("since"));
            return isOpen ? Number(at) > since : Number(at) >= since;
          },
        });
        const range = "1970-01-01T00:00:02Z..1970-01-01T00:00:03Z";
        const run = await runNews(folder, newsStream(server.port), { range });
        const what = `${order}, ${isOpen ? "after" : "from"} the start`;
        // The request asks from a day earlier, for the API may round the start up.
        assertEquals(counts(run), [7, 3, 0, 0, 4], what);
        const { ids, manifest } = publishedBy(folder, run.run_id);
        assertEquals(ids, times.filter((at) => at >= 2000 && at < 3000), what);
        assertEquals(manifest.backfill, {
          from: "1970-01-01T00:00:02.000Z",
          until: "1970-01-01T00:00:03.000Z",
        });
        assertEquals([manifest.rows, manifest.watermark, manifest.complete], [3, null, true]);
        assertEquals([run.exit_code, run.backfill], [0, `news.all=${range}`]);
      }
    }
  },
);

testEvery(
  "a backfill reads borders in the form of the stream's cursor, and one side may be open",
  async (folder) => {
    const cases = [
      ["format: number", [1, 2, "3", 4], "2..4", [2, "3"]],
      ["format: number", [1, 2, 3, 4], "..3", [1, 2]],
      ["format: number", [1, 2, 3, 4], "3..", [3, 4]],
      ["format: string", ["a", "b", "c"], "b..c", ["b"]],
      ["format: epoch_s", [86_399, 86_400, 172_799.5, 172_800], "1970-01-02..1970-01-03", [
        86_400,
        172_799.5,
      ]],
      [
        "format: iso",
        ["1970-01-01T23:59Z", "1970-01-02", "1970-01-02T23:59:59.999999Z"],
        "1970-01-02..",
        [
          "1970-01-02",
          "1970-01-02T23:59:59.999999Z",
        ],
      ],
      ["format: iso", ["1970-01-02T00:00+02:00", "1970-01-02T02:00+02:00"], "..1970-01-02", [
        "1970-01-02T00:00+02:00",
      ]],
    ] as const;
    for (const [incremental, cursors, range, expected] of cases) {
      const records = cursors.map((at) => ({ id: at, at }));
      await using server = listing(records, { matches: () => true });
      const run = await runNews(folder, newsStream(server.port, "", incremental), { range });
      assertEquals(publishedBy(folder, run.run_id).ids, [...expected], `${incremental} ${range}`);
      assertEquals(server.asked[0]?.has("since"), !range.startsWith(".."), range);
    }
  },
);

test("a backfill ends the range that it asks for at its own end", async (folder) => {
  await using server = listing([{ id: 1, at: 1_500 }], { matches: () => true });
  const keys = "format: epoch_ms, end_param: until, param_format: epoch_s";
  const range = "1970-01-01T00:00:01Z..1970-01-01T00:00:02.500Z";
  const run = await runNews(folder, newsStream(server.port, "", keys), { range });
  assertEquals(server.asked[0]?.get("until"), "3", "rounded up");
  assertEquals(publishedBy(folder, run.run_id).ids, [1]);
});

testEvery(
  "a backfill quarantines records of which nobody can say whether they are in range",
  async (folder) => {
    const records = [{ id: 1 }, { id: 2, at: "soon" }, { at: 9 }, { at: 5 }, "text", {
      id: 3,
      at: 5,
    }];
    await using server = listing(records, { matches: () => true });
    const sources = newsStream(server.port);
    const range = "1970-01-01T00:00:00.005Z..1970-01-01T00:00:00.006Z";
    const run = await runNews(folder, sources, { range });
    // The broken record outside the range is nobody's concern here; its own run has rejected it.
    assertEquals(counts(run), [6, 1, 4, 0, 1]);
    assertEquals(
      run.rejects.map(({ code, count }) => `${count} ${code}`).sort(),
      ["1 record-key-missing", "1 record-not-object", "2 record-cursor-missing"],
    );
  },
);

function windowed(port: number, param: string): string {
  return newsStream(port).replace("param: since", `param: ${param}`) +
    `        window: { start_param: begin, end_param: end, start: "1970-01-01", end: "1970-01-03", step: 1h, max_results: 100, bounds: "[)" }\n`;
}

testEvery("a backfill bounds the windows of its own parameter, and no others", async (folder) => {
  const hour = 3_600_000;
  const records = Array.from({ length: 48 }, (_, at) => ({ id: at, at: at * hour }));
  const time = (query: URLSearchParams, name: string) => Date.parse(query.get(name) ?? "");
  await using server = listing(records, {
    matches: ({ at }, query) =>
      Number(at) >= time(query, "begin") && Number(at) < time(query, "end"),
  });
  const range = "1970-01-01T02:00Z..1970-01-01T04:00Z";
  const own = await runNews(folder, windowed(server.port, "begin"), { range });
  assertEquals([counts(own), publishedBy(folder, own.run_id).ids], [[2, 2, 0, 0, 0], [2, 3]]);
  const spans = server.asked.splice(0).map((q) => [time(q, "begin") / hour, time(q, "end") / hour]);
  assertEquals([Math.min(...spans.flat()), Math.max(...spans.flat())], [2, 4]);
  const other = await runNews(folder, windowed(server.port, "since"), { range });
  assertEquals([counts(other), publishedBy(folder, other.run_id).ids], [[48, 2, 0, 0, 46], [2, 3]]);
});

testEvery(
  "a backfill leaves the state of every stream alone, and the next ordinary run reads as if it had not been",
  async (folder) => {
    const records = [1000, 2000, 3000].map((at) => ({ id: at, at }));
    const conditions: (string | null)[] = [];
    await using cities = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => {
        const condition = request.headers.get("if-none-match");
        conditions.push(condition);
        return condition === null
          ? Response.json([{ id: 1 }], { headers: { etag: '"v1"' } })
          : new Response(null, { status: 304 });
      },
    );
    await using server = listing(records);
    const sources = newsStream(
      server.port,
      `  - name: cities
    type: api
    base_url: http://127.0.0.1:${cities.addr.port}
    streams: [{ name: all, path: /cities, primary_key: [id] }]
`,
      "format: epoch_ms, lag: 1s",
    );
    await runNews(folder, sources);
    const before = stateOf(folder);
    assertMatch(JSON.stringify(before), /v1.*1970-01-01T00:00:03\.000Z/);
    const asked = server.asked.length;
    const range = "1970-01-01T00:00:01Z..1970-01-01T00:00:03Z";
    const first = await runNews(folder, sources, { range });
    const again = await runNews(folder, sources, { range });
    assertEquals([counts(first), counts(again)], [[3, 2, 0, 0, 1], [3, 2, 0, 0, 1]]);
    assertNotEquals(again.run_id, first.run_id);
    assertEquals(again.streams[0]?.watermark_from, null);
    assertEquals(publishedBy(folder, again.run_id).ids, publishedBy(folder, first.run_id).ids);
    assertEquals(stateOf(folder), before);
    assertEquals(conditions, [null], "a backfill asks nothing of another source");
    assert(server.asked.length > asked);
    records.push({ id: 4000, at: 4000 });
    server.asked.length = 0;
    const next = await runNews(folder, sources);
    const news = next.streams.find(({ source }) => source === "news");
    assertEquals([news?.watermark_from, news?.read, news?.written, news?.duplicates], [
      "1970-01-01T00:00:03.000Z",
      3,
      1,
      2,
    ]);
    assertEquals(server.asked[0]?.get("since"), "1999", "lag and one step before the watermark");
    assertEquals(conditions, [null, '"v1"'], "the validators are as good as before");
  },
);

testEvery(
  "a suspended backfill goes on under the same command only, and stands in nobody's way",
  async (folder) => {
    const records = [1000, 2000, 3000, 4000, 5000].map((at) => ({ id: at, at }));
    let busy = true;
    await using server = listing(records, {
      matches: () => true,
      instead: (query) => busy && query.get("offset") === "2" ? wait() : undefined,
    });
    const sources = newsStream(server.port);
    const range = "1970-01-01T00:00:02Z..1970-01-01T00:00:05Z";
    const ordinary = await runNews(folder, sources);
    endWaits(folder);
    const first = await runNews(folder, sources, { range });
    assertEquals([ordinary.exit_code, first.exit_code], [75, 75]);
    assertEquals(counts(first), [2, 1, 0, 0, 1]);
    busy = false;
    endWaits(folder);
    const other = await runNews(folder, sources, { range: "1970-01-01T00:00:02Z.." });
    assertEquals([other.exit_code, other.attempts], [0, 1]);
    const resumed = await runNews(folder, sources);
    assertEquals([resumed.run_id, resumed.attempts], [ordinary.run_id, 2]);
    // The same instants in other words.
    const last = await runNews(folder, sources, {
      range: "1970-01-01T02:00:02.000+02:00..1970-01-01T00:00:05",
    });
    assertEquals([last.run_id, last.attempts, last.exit_code], [first.run_id, 2, 0]);
    assertEquals(counts(last), [5, 3, 0, 0, 2]);
    assertEquals(publishedBy(folder, last.run_id).ids, [2000, 3000, 4000]);
  },
);

test("an unfinished backfill is given up once it is too old, whatever runs next", async (folder) => {
  let busy = true;
  await using server = listing([{ id: 1, at: 1 }], { instead: () => busy ? wait() : undefined });
  const sources = newsStream(server.port);
  const first = await runNews(folder, sources, { range: "1970-01-01.." });
  busy = false;
  endWaits(folder);
  const now = () => Date.now() + 13 * 3_600_000;
  const place = stagedIn(folder, first.run_id);
  assert(Deno.statSync(place).isDirectory);
  await runNews(folder, sources, { now });
  assertThrows(() => Deno.statSync(place), Deno.errors.NotFound);
  const again = await runNews(folder, sources, { range: "1970-01-01..", now });
  assertEquals([first.exit_code, again.exit_code, again.attempts], [75, 0, 1]);
  assertNotEquals(again.run_id, first.run_id);
});

function stagedIn(folder: string, runId: string): string {
  using db = openAudit(`${folder}/audit.db`, { readOnly: true });
  return `${folder}/lake/${stagingFolder(getOwner(db).audit_id, runId)}`;
}

function wait(): Response {
  return new Response(null, { status: 429, headers: { "retry-after": "600" } });
}

async function runQuakes(
  world: SmallWorld,
  folder: string,
  about: { range?: string; observe?: RunPipelineOptions["observe"] },
): Promise<RunSummary> {
  const config = await world.config(
    folder,
    (yaml) =>
      yaml.replace(/ {2}- name: github[^]*(?=tolerance)/, "").replace("size: 10", "size: 23"),
  );
  return await runPipeline(config, {
    sandboxUrl: world.sandbox.url,
    checkpointMs: 0,
    ...(about.observe === undefined ? {} : { observe: about.observe }),
    ...(about.range === undefined
      ? {}
      : { backfill: parseBackfill(`usgs.events=${about.range}`, config) }),
  });
}

testEvery(
  "a backfill that is killed at any step leaves the state alone, and the same command finishes it",
  async (folder) => {
    await using world = await smallWorld([]);
    await runQuakes(world, folder, {});
    const before = stateOf(folder);
    const range = "2018-02-06T19:50Z..2018-02-07";
    const names: string[] = [];
    const observe = (step: Parameters<typeof describeStep>[0]) => {
      names.push(describeStep(step));
    };
    const { run_id } = await runQuakes(world, folder, { range, observe });
    const expected = publishedBy(folder, run_id, "usgs/events").ids;
    assert(expected.length > 1 && expected.length < 45);
    // After one step is before the next; the last of each name stands for its like.
    const kinds = Map.groupBy(names.keys(), (at) => names[at] ?? "");
    const stops = [...kinds].flatMap(([name, at]) =>
      name.endsWith(":after-commit") ? [] : at.slice(-1)
    );
    assert(stops.length > 10, `${stops.length} steps`);
    let resumed = 0;
    for (const stop of sample(stops)) {
      let steps = 0;
      const crash = (step: Parameters<typeof describeStep>[0]) => {
        if (steps++ === stop) throw new SimulatedCrash(describeStep(step));
      };
      const what = `stopped at ${names[stop]}`;
      await runQuakes(world, folder, { range, observe: crash }).catch((error) =>
        assert(error instanceof SimulatedCrash, String(error))
      );
      assertEquals(stateOf(folder), before, what);
      const finished = await runQuakes(world, folder, { range });
      assertEquals(publishedBy(folder, finished.run_id, "usgs/events").ids, expected, what);
      assertEquals(stateOf(folder), before, what);
      resumed += finished.attempts - 1;
    }
    assert(resumed > sample(stops).length / 2, "most stops leave a run that goes on");
  },
);
