import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { SuspendedError } from "../../lib/errors/mod.ts";
import type { RunPipelineOptions, RunSummary } from "../../lib/pipeline/mod.ts";
import { runPipeline } from "../../phases/06_pipeline.ts";
import { granted } from "../_granted.ts";
import { endWaits } from "./_backfill_bench.ts";
import { readLake } from "../crash/_read_lake.ts";
import { quake, type SmallWorld, smallWorld } from "../crash/_small_world.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net");

interface Bench {
  readonly world: SmallWorld;
  readonly folder: string;
  run(edit?: (yaml: string) => string, options?: Partial<RunPipelineOptions>): Promise<RunSummary>;
}

function test(
  name: string,
  faults: readonly string[],
  fn: (bench: Bench) => Promise<void>,
  register = Deno.test,
): void {
  register({
    name,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        await using world = await smallWorld(faults);
        await fn({
          world,
          folder,
          run: async (edit, options = {}) =>
            await runPipeline(await world.config(folder, edit), {
              sandboxUrl: world.sandbox.url,
              ...options,
            }),
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function testEvery(...[name, faults, fn]: Parameters<typeof test>): void {
  test(name, faults, fn, everyTest);
}

function stream(summary: RunSummary, source: string) {
  const found = summary.streams.find((s) => s.source === source);
  assert(found !== undefined, `no stream of ${source}`);
  return found;
}

function ids(lake: ReturnType<typeof readLake>, name: string): string[] {
  return (lake.streams[name] ?? []).map((line) => JSON.parse(line).id);
}

test("runPipeline() adds only what is new when an incremental stream is read again", [], async ({
  world,
  folder,
  run,
}) => {
  await run();
  const before = ids(readLake(join(folder, "lake")), "usgs.events");
  world.sandbox.add("quakes", [quake("new1", 1_600_000_000_000), quake("new2", 1_600_000_000_001)]);
  const second = stream(await run(), "usgs");
  assertEquals([second.written, second.read - second.duplicates], [2, 2]);
  assertEquals(ids(readLake(join(folder, "lake")), "usgs.events").slice(before.length).sort(), [
    "new1",
    "new2",
  ]);
  // Both stand inside the lag now: the third run sees them again and must not add them again.
  const third = stream(await run(), "usgs");
  assertEquals([third.written, third.duplicates], [0, 2]);
});

testEvery(
  "runPipeline() publishes a new snapshot when content changed, keeps the one before and a week of others",
  [],
  async ({
    world,
    folder,
    run,
  }) => {
    const snapshots = () =>
      [...Deno.readDirSync(join(folder, "lake/raw/openalex/strikes"))]
        .map((entry) => entry.name).filter((name) => name.startsWith("snapshot=")).length;
    await run();
    const unchanged = stream(await run(), "openalex");
    assertEquals([unchanged.written, unchanged.unchanged, snapshots()], [0, 33, 1]);
    const begun = Date.now();
    for (const [turn, day, kept] of [[1, 1, 2], [2, 2, 3], [3, 7.5, 3], [4, 30, 2]] as const) {
      world.sandbox.add("strikes", [{ id: `S${turn}`, "Airport Name": "NEW" }]);
      const now = () => begun + day * 24 * 3_600_000;
      assertEquals(stream(await run(undefined, { now }), "openalex").written, 33 + turn);
      assertEquals(snapshots(), kept, `day ${day}`);
    }
    assertEquals(readLake(join(folder, "lake")).streams["openalex.strikes"]?.length, 37);
  },
);

testEvery(
  "runPipeline() is partial and holds the watermark when a guard stopped the stream",
  ["quakes:endless@page3"],
  async ({ folder, run }) => {
    const hasty = (yaml: string) =>
      yaml.replace("sandbox: usgs", "sandbox: usgs\n    retry: { limit: 1 }");
    const first = await run(hasty);
    const usgs = stream(first, "usgs");
    assertEquals([first.exit_code, usgs.complete, usgs.outcome], [2, false, "partial"]);
    assert(first.reasons.some((reason) => reason.includes("usgs.events")), first.reasons.join());
    const second = stream(await run(hasty), "usgs");
    assertEquals(second.watermark_from, null);
    assertEquals(second.written, 0, "what the partial run published is not published again");
    const all = ids(readLake(join(folder, "lake")), "usgs.events");
    assertEquals(new Set(all).size, all.length);
  },
);

test(
  "runPipeline() keeps readers on the complete snapshot when a later one is partial",
  [],
  async ({
    folder,
    run,
  }) => {
    await run();
    const complete = readLake(join(folder, "lake")).streams["openalex.strikes"];
    const cut = (yaml: string) =>
      yaml.replace("total: meta.count", "total: meta.count, max_pages: 2");
    const second = await run(cut);
    const strikes = stream(second, "openalex");
    assertEquals([second.exit_code, strikes.outcome, strikes.stop_reason], [
      2,
      "partial",
      "max-pages",
    ]);
    assertEquals(strikes.written, 20, "it is in the lake, but no pointer leads to it");
    assertEquals(readLake(join(folder, "lake")).streams["openalex.strikes"], complete);
  },
);

test(
  "runPipeline() quarantines broken records with page, offset and bytes and reads on",
  ["flights:badrecord=2@page2"],
  async ({ folder, run }) => {
    const summary = await run();
    const flights = stream(summary, "github");
    assertEquals([flights.read, flights.written, flights.rejected], [70, 68, 2]);
    const codes = summary.rejects.filter(({ source }) => source === "github");
    assertEquals(codes.map(({ code }) => code).sort(), ["record-key-missing", "record-not-object"]);
    const lines = readLake(join(folder, "lake")).quarantine.filter((line) =>
      line.includes("github/flights") && line.includes("{")
    );
    for (const line of lines) {
      const reject = JSON.parse(line.slice(line.indexOf("{")));
      assertEquals(reject.page, 2);
      assert(reject.byte_offset > 0 && typeof reject.raw === "string", line);
    }
    assertEquals(lines.length, 2);
  },
);

testEvery(
  "runPipeline() suspends when the server asks for a long wait and goes on when it runs again",
  ["flights:429=retry-after:600@page3"],
  async ({ folder, run }) => {
    const first = await run();
    assertEquals([first.exit_code, stream(first, "github").outcome], [75, "suspended"]);
    assertEquals(stream(first, "github").error_code, "suspended-wait");
    endWaits(folder);
    const second = await run();
    assertEquals([second.exit_code, second.attempts, second.run_id], [0, 2, first.run_id]);
    assertEquals(new Set(ids(readLake(join(folder, "lake")), "github.flights")).size, 70);
  },
);

test("runPipeline() goes on with the other sources when one of them fails", [], async ({ run }) => {
  const summary = await run((yaml) => yaml.replace("/repos/bts/flights/records", "/nowhere"));
  assertEquals([summary.exit_code, summary.outcome], [1, "failed"]);
  assertEquals(stream(summary, "github").outcome, "failed");
  assertEquals(stream(summary, "openalex").outcome, "complete");
  assertEquals(stream(summary, "vendor").outcome, "complete");
});

test("runPipeline() suspends at once when its signal is aborted", [], async ({ run }) => {
  const reason = new SuspendedError("suspended-signal", "Cannot finish run: a test asked to stop");
  const summary = await run(undefined, { signal: AbortSignal.abort(reason) });
  assertEquals(summary.exit_code, 75);
  assertEquals((await run()).exit_code, 0);
});

testEvery("runPipeline() gives an unfinished run up when the configuration changed", [], async ({
  folder,
  run,
}) => {
  const reason = new SuspendedError("suspended-signal", "Cannot finish run: a test asked to stop");
  const first = await run(undefined, { signal: AbortSignal.abort(reason) });
  const second = await run((yaml) => `${yaml}max_shrink: 40%\n`);
  assert(second.run_id !== first.run_id);
  assertEquals([second.attempts, second.exit_code], [1, 0]);
  assertEquals(readLake(join(folder, "lake")).staging, []);
});

testEvery(
  "runPipeline() leaves the place of another pipeline's suspended run alone",
  ["flights:429=retry-after:600@page3"],
  async ({ folder, run }) => {
    const first = await run();
    assertEquals(first.exit_code, 75);
    endWaits(folder);
    const other = (yaml: string) =>
      yaml.replace("name: small", "name: other").replaceAll("- name: ", "- name: other_");
    assertEquals((await run(other)).exit_code, 0);
    const again = await run();
    assertEquals([again.run_id, again.exit_code], [first.run_id, 0]);
  },
);

testEvery("runPipeline() knows a touched file, a copy and a new version of a file", [], async ({
  world,
  folder,
  run,
}) => {
  const first = stream(await run(), "vendor");
  assertEquals(
    [first.files_published, first.files_rejected, first.files_duplicate],
    [2, 1, 1],
  );
  const drop = join(world.samples, "drop");
  await Deno.utime(join(drop, "ragged.csv"), new Date(), new Date(1_700_000_000_000));
  await Deno.copyFile(join(drop, "ragged.csv"), join(drop, "a late copy.csv"));
  await Deno.writeTextFile(join(drop, "good.csv"), "id,name\n1,a\n2,b\n7,g\n");
  const second = stream(await run(), "vendor");
  assertEquals(
    [second.files_unchanged, second.files_still_rejected, second.files_duplicate, second.written],
    [2, 1, 1, 3],
  );
  const rows = readLake(join(folder, "lake")).streams["vendor.vendor"] ?? [];
  assertEquals(rows.filter((row) => row === "7,g").length, 1);
});

testEvery(
  "runPipeline() judges a rejected file again when the configuration changed",
  [],
  async ({ run }) => {
    const first = await run();
    assertEquals(first.rejected_files.map(({ code }) => code), ["file-header-order"]);
    assertEquals(stream(await run(), "vendor").files_rejected, 0);
    const edit = (yaml: string) =>
      yaml.replace("on_finding: { file-header-order: reject-file }", "");
    const third = await run(edit);
    assertEquals(stream(third, "vendor").written, 1, "the reordered file fits now");
  },
);

testEvery(
  "runPipeline() is partial when more was rejected than is tolerated",
  [],
  async ({ run }) => {
    const summary = await run((yaml) =>
      yaml.replace("records: 40%, files: 1", "records: 0%, files: 0")
    );
    assertEquals(summary.exit_code, 2);
    assertStringIncludes(summary.reasons.join("\n"), "tolerance.records");
    assertStringIncludes(summary.reasons.join("\n"), "tolerance.files");
  },
);

testEvery(
  "runPipeline() says in the manifest how to read the files",
  [],
  async ({ folder, run }) => {
    const { run_id } = await run();
    const read = (name: string) =>
      JSON.parse(
        Deno.readTextFileSync(join(folder, "lake/raw", name, "_manifests", `${run_id}.json`)),
      );
    const vendor = read("vendor/vendor");
    assertEquals(vendor.reader, {
      format: "csv",
      header: "true",
      escape: '"',
      nullValue: "\0",
      multiLine: "false",
    });
    assertEquals(vendor.schema.fields.map((field: { name: string }) => field.name), ["id", "name"]);
    const events = read("usgs/events");
    assertEquals([events.reader, events.complete, events.rows], [{ format: "json" }, true, 45]);
    assert(events.watermark > "2018", events.watermark);
  },
);
