import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { getStreamState, openAudit } from "../../lib/audit/mod.ts";
import { pipelineRetract } from "../../lib/cli/pipeline/retract.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { ConfigError, StorageError, UsageError } from "../../lib/errors/mod.ts";
import {
  acceptSnapshot,
  resetStream,
  type ResetTo,
  type Retracted,
  type RetractOptions,
  retractRun,
} from "../../lib/pipeline/mod.ts";
import { renderRetracted } from "../../lib/pipeline/render_changes.ts";
import { walk } from "../crash/_read_lake.ts";
import {
  currentOf,
  everyWorldTest,
  items,
  type RunOptions,
  type World,
  worldTest,
} from "./_world.ts";

const ITEMS = { source: "shop", stream: "items" };
const DAY = 86_400_000;
const MARCH = Date.UTC(2026, 2, 10);

type Edit = NonNullable<RunOptions["edit"]>;

/** The YAML of one stream with more keys. */
function stream(keys: string): Edit {
  return (yaml) =>
    yaml.slice(0, yaml.indexOf("  - name: vendor")).replace(
      "primary_key: [id]",
      `primary_key: [id]\n        ${keys}`,
    );
}

const FOLLOWING = stream(
  "incremental: { field: u, start_param: since, format: epoch_ms, param_format: epoch_ms, lag: 1h }",
);
const APPENDED = stream("mode: append");
const WHOLE = stream("mode: snapshot");

async function retract(
  world: World,
  runId: string,
  { edit, ...options }: RetractOptions & { readonly edit?: Edit } = {},
): Promise<Retracted> {
  world.now += 1000;
  const config = await world.config(edit && { edit });
  return await retractRun(config, runId, { now: () => world.now, ...options });
}

async function reset(
  world: World,
  to?: string,
  options: { readonly edit?: Edit; readonly dryRun?: boolean } = {},
): Promise<ResetTo> {
  const { edit = FOLLOWING, dryRun = false } = options;
  world.now += 1000;
  const config = await world.config({ edit });
  return await resetStream(config, "shop.items", { to, dryRun, now: () => world.now });
}

function ids(world: World, name = "shop.items"): unknown[] {
  return world.rows(name).map((line) => JSON.parse(line).id);
}

function stateOf({ folder }: World) {
  using db = openAudit(join(folder, "audit.db"), { readOnly: true });
  return getStreamState(db, ITEMS);
}

/** Serves what has changed since the parameter, and notes what was asked for. */
function changes(world: World): { add(id: number, at: number): void; readonly asked: string[] } {
  const known: { id: number; u: number }[] = [];
  const asked: string[] = [];
  world.answer = (url) => {
    const since = url.searchParams.get("since");
    asked.push(since ?? "everything");
    return Response.json(known.filter(({ u }) => u >= Number(since ?? 0)));
  };
  return { add: (id, at) => known.push({ id, u: at }), asked };
}

worldTest(
  "retractRun() takes an incremental run from what readers see, and a reset brings its records again, once",
  async (world) => {
    const edit = FOLLOWING;
    const api = changes(world);
    for (const id of [1, 2]) api.add(id, MARCH + id);
    await world.run({ edit });
    // 12 and 13 are so near to 14 that only the boundary knows them, 11 is only remembered.
    for (const id of [11, 12, 13]) api.add(id, MARCH + DAY * (id === 11 ? 1 : 2) + id);
    const bad = await world.run({ edit });
    for (const id of [14, 15]) api.add(id, MARCH + DAY * 2 + id);
    await world.run({ edit });
    assertEquals(ids(world), [1, 2, 11, 12, 13, 14, 15]);

    const done = await retract(world, bad.run_id, { edit });
    assertEquals(ids(world), [1, 2, 14, 15]);
    const before = new Date(MARCH + 2).toISOString();
    const [taken] = done.streams;
    assertEquals([taken?.files, taken?.rows, taken?.watermark_before], [1, 3, before]);

    await reset(world, before);
    const again = await world.run({ edit });
    assertEquals(api.asked.at(-1), String(MARCH + 2 - 3_600_000 - 1));
    const { read, written, duplicates } = again.totals;
    assertEquals([again.exit_code, read, written, duplicates], [0, 7, 3, 4]);
    assertEquals(ids(world), [1, 2, 14, 15, 11, 12, 13]);
    assertEquals((await world.run({ edit })).totals.written, 0);
    assertEquals(stateOf(world).watermark, new Date(MARCH + DAY * 2 + 15).toISOString());
  },
);

everyWorldTest(
  "retractRun() alone lets the records inside the lag come again, and no others",
  async (world) => {
    const edit = FOLLOWING;
    const api = changes(world);
    api.add(1, MARCH);
    await world.run({ edit });
    api.add(2, MARCH + DAY);
    const bad = await world.run({ edit });
    await retract(world, bad.run_id, { edit });
    assertEquals(ids(world), [1]);
    const next = await world.run({ edit });
    assertEquals(next.totals.written, 1);
    assertEquals(ids(world), [1, 2]);

    // One reset must be able to have both runs read again.
    const both = await retract(world, next.run_id, { edit });
    const watermark_before = new Date(MARCH).toISOString();
    assertEquals(both.streams[0]?.earlier, { run_id: bad.run_id, watermark_before });
    const said = renderRetracted(both, (words) => words);
    assertStringIncludes(said, `--to ${watermark_before}   or instead, reads on from where run`);
    await reset(world, watermark_before);
    const { streams } = await retract(world, next.run_id, { edit });
    assertEquals(streams[0]?.earlier, undefined);
  },
);

worldTest(
  "resetStream() without a value has everything read again, and publishes nothing twice",
  async (world) => {
    const edit = FOLLOWING;
    const api = changes(world);
    for (const id of [1, 2, 3]) api.add(id, MARCH + id * DAY);
    await world.run({ edit });
    const done = await reset(world);
    assertEquals([done.watermark_to, done.asks_for, done.forgotten_to], [null, "everything", null]);
    // A late one that the watermark had left behind.
    api.add(4, MARCH);
    const { read, written, duplicates } = (await world.run({ edit })).totals;
    assertEquals([api.asked.at(-1), read, written, duplicates], ["everything", 4, 1, 3]);
    assertEquals(stateOf(world).watermark, done.watermark_from);
    assertEquals((await world.run({ edit })).totals.written, 0);
  },
);

worldTest("resetStream() stays exact when the read after it stops half-way", async (world) => {
  const edit = FOLLOWING;
  const api = changes(world);
  for (const id of [1, 2, 3]) api.add(id, MARCH + id * DAY);
  await world.run({ edit });
  await reset(world, new Date(MARCH).toISOString());
  const { answer } = world;
  world.answer = () => new Response("", { status: 500 });
  assertEquals((await world.run({ edit })).exit_code, 1);
  world.answer = answer;
  assertEquals((await world.run({ edit })).totals.written, 0);
  assertEquals(ids(world), [1, 2, 3]);
});

worldTest("resetStream() gives up a run that goes by the old watermark", async (world) => {
  const edit = FOLLOWING;
  const api = changes(world);
  api.add(1, MARCH + DAY);
  await world.run({ edit });
  const { answer } = world;
  world.answer = () => new Response("", { status: 500 });
  const stopped = await world.run({ edit });
  const done = await reset(world, new Date(MARCH).toISOString());
  assertEquals(done.given_up, [stopped.run_id]);
  world.answer = answer;
  const next = await world.run({ edit });
  assertEquals(next.run_id === stopped.run_id, false);
  assertEquals(api.asked.at(-1), String(MARCH - 3_600_000 - 1));
});

everyWorldTest(
  "a run that had read the stream already when it stopped does not go on after a way back",
  async (world) => {
    await world.run();
    world.drop("a.csv", "id\n1\n");
    const bad = await world.run();
    // The files are looked at and the API is not reached, so that the run is unfinished.
    world.answer = () => new Response("", { status: 500 });
    const stopped = await world.run();
    assertEquals((await retract(world, bad.run_id)).given_up, [stopped.run_id]);
    assertEquals(world.rows("vendor.vendor"), []);
    await world.run();
    assertEquals(world.rows("vendor.vendor"), ["1"]);
  },
);

worldTest("resetStream() says what it cannot know any more", async (world) => {
  const edit: Edit = (yaml) => FOLLOWING(yaml).replace("lag: 1h", "lag: 1h, remember: 1d");
  const api = changes(world);
  for (const id of [1, 2]) api.add(id, MARCH + id * DAY);
  await world.run({ edit });
  const last = stateOf(world).watermark;
  api.add(3, MARCH + 5 * DAY);
  world.now += 2 * DAY;
  await world.run({ edit });
  const dryRun = true;
  const to = async (at: number) =>
    (await reset(world, new Date(at).toISOString(), { edit, dryRun })).forgotten_to;
  const lag = DAY / 24;
  assertEquals([await to(MARCH + DAY), await to(MARCH + 3 * DAY)], [last, null]);
  // What is read again begins before the watermark, and has what is of the same moment in it.
  assertEquals([await to(MARCH + 2 * DAY + lag), await to(MARCH + 5 * DAY)], [last, null]);
  // One that was killed after it was done could not say so.
  await reset(world, new Date(MARCH + DAY).toISOString(), { edit });
  assertEquals([await to(MARCH + DAY), await to(MARCH + 3 * DAY)], [last, null]);
});

worldTest("resetStream() is whole or not done when it dies", async (world) => {
  const edit = FOLLOWING;
  changes(world).add(1, MARCH + DAY);
  await world.run({ edit });
  const config = await world.config({ edit });
  const to = new Date(MARCH).toISOString();
  const resets = () => {
    using db = openAudit(config.audit, { readOnly: true });
    return db.all<{ n: number }>("SELECT count(*) AS n FROM resets")[0]?.n;
  };
  for (
    const [point, watermark, count] of [["before", MARCH + DAY, 0], ["after", MARCH, 1]] as const
  ) {
    const observe = (name: string) => {
      if (name === `reset:${point}-commit`) throw new Error(name);
    };
    await assertRejects(() => resetStream(config, "shop.items", { to, observe }), Error, point);
    assertEquals([stateOf(world).watermark, resets()], [new Date(watermark).toISOString(), count]);
  }
  const again = await resetStream(config, "shop.items", { to });
  assertEquals([again.watermark_from, again.watermark_to, resets()], [to, to, 1]);
});

worldTest("resetStream() waits for what a run has decided to publish", async (world) => {
  const edit = FOLLOWING;
  changes(world).add(1, MARCH + DAY);
  const observe = (step: DiskStep) => {
    if (step.kind === "rename" && step.to.includes("_manifests")) throw new Error("no space");
  };
  assertEquals((await world.run({ edit, observe })).exit_code, 1);
  await assertRejects(() => reset(world), UsageError, "is not in place yet");
  await world.run({ edit });
  assertEquals((await reset(world)).watermark_to, null);
  assertEquals((await world.run({ edit })).totals.written, 0);
});

worldTest("resetStream() moves a watermark to no place that was not read", async (world) => {
  const edit = FOLLOWING;
  const api = changes(world);
  api.add(1, MARCH + DAY);
  Deno.removeSync(join(world.folder, "audit.db"));
  await assertRejects(() => reset(world, "2026-03-10"), UsageError, "there is no audit database");
  await world.run({ edit });
  const last = stateOf(world).watermark ?? "";
  await assertRejects(() => reset(world, "10 March"), UsageError, 'found "10 March"');
  await assertRejects(() => reset(world, "2026-03-12"), UsageError, "would never be read");
  await assertRejects(
    () => reset(world, undefined, { edit: WHOLE }),
    UsageError,
    '"pipeline retract RUN"',
  );
  const files = resetStream(await world.config(), "vendor.vendor");
  await assertRejects(() => files, UsageError, "known by their content");
  assertEquals((await reset(world, "2026-03-10", { dryRun: true })).dry_run, true);
  assertEquals(stateOf(world).watermark, last);
  await reset(world, "2026-03-10");
  // And forth again as far as it was.
  await reset(world, last);
  assertEquals((await world.run({ edit })).totals.written, 0);
  assertEquals(ids(world), [1]);
});

everyWorldTest("retractRun() puts readers of a snapshot back to the one before", async (world) => {
  const edit = WHOLE;
  world.answer = (_url, { headers }) => {
    const etag = `"${world.items.length}"`;
    return headers.get("if-none-match") === etag
      ? new Response(null, { status: 304 })
      : Response.json(world.items, { headers: { etag } });
  };
  world.items = items(3);
  const first = await world.run({ edit });
  world.items = items(2, 10);
  const bad = await world.run({ edit });
  const done = await retract(world, bad.run_id, { edit });
  assertEquals(done.streams[0]?.current_run_id, first.run_id);
  assertEquals(currentOf(world.folder, "shop.items"), first.run_id);
  assertEquals(ids(world), ["i0", "i1", "i2"]);
  // The content of before is what readers have, the retracted one is new again.
  world.items = items(3);
  assertEquals((await world.run({ edit })).totals.published_files, 0);
  world.items = items(2, 10);
  const again = await world.run({ edit });
  assertEquals([again.totals.published_files, ids(world)], [1, ["i10", "i11"]]);
  // The server must not be asked for what has changed since then.
  await retract(world, again.run_id, { edit });
  assertEquals((await world.run({ edit })).totals.published_files, 1);
  assertEquals(ids(world), ["i10", "i11"]);
});

worldTest("retractRun() leaves readers of an only snapshot with nothing", async (world) => {
  const edit = WHOLE;
  world.items = items(3);
  const bad = await world.run({ edit });
  const done = await retract(world, bad.run_id, { edit });
  assertEquals([done.streams[0]?.current_run_id, ids(world)], [null, []]);
  const current = currentOf(world.folder, "shop.items");
  const [manifest] = world.manifests("shop.items").filter(({ run_id }) => run_id === current);
  assertEquals([manifest?.files, manifest?.supersedes], [[], [bad.run_id]]);
  assertEquals((await world.run({ edit })).totals.published_files, 1);
  assertEquals(ids(world), ["i0", "i1", "i2"]);
});

everyWorldTest(
  "retractRun() keeps readers on a later snapshot, and never falls back to it",
  async (world) => {
    const edit = WHOLE;
    const runs: string[] = [];
    for (const from of [0, 10, 20]) {
      world.items = items(2, from);
      runs.push((await world.run({ edit })).run_id);
    }
    const [first = "", middle = "", last = ""] = runs;
    await retract(world, middle, { edit });
    assertEquals(ids(world), ["i20", "i21"]);
    assertEquals(stateOf(world).previous_run_id, first);
    await retract(world, last, { edit });
    assertEquals(ids(world), ["i0", "i1"]);
  },
);

everyWorldTest(
  "retractRun() of a shrunk snapshot that nobody follows lets it be held again",
  async (world) => {
    const edit = WHOLE;
    world.items = items(3);
    const good = await world.run({ edit });
    world.items = [];
    const held = await world.run({ edit });
    assertEquals([held.exit_code, (await world.run({ edit })).totals.published_files], [2, 0]);
    const done = await retract(world, held.run_id, { edit });
    assertEquals(done.streams[0]?.current_run_id, good.run_id);
    assertEquals([stateOf(world).held_sha256, ids(world).length], [null, 3]);
    const again = await world.run({ edit });
    assertEquals(again.exit_code, 2);
    assertEquals(world.manifests("shop.items").length, 4, "good, held, retracted, held again");
    // Who accepted it, and then had it retracted, did not mean the next one.
    acceptSnapshot(await world.config({ edit }), ["shop.items"]);
    await retract(world, again.run_id, { edit });
    assertEquals((await world.run({ edit })).exit_code, 2);
  },
);

worldTest("retractRun() lets an appended answer be appended again", async (world) => {
  const edit = APPENDED;
  world.items = items(2);
  await world.run({ edit });
  world.items = items(2, 10);
  const bad = await world.run({ edit });
  await retract(world, bad.run_id, { edit });
  assertEquals(ids(world), ["i0", "i1"]);
  assertEquals((await world.run({ edit })).totals.written, 2);
  assertEquals(ids(world), ["i0", "i1", "i10", "i11"]);
});

worldTest(
  "retractRun() has files taken in again, and those that only looked like them",
  async (world) => {
    const edit: Edit = (yaml) => yaml.replace(/ {2}- name: shop[^]*?(?= {2}- name: vendor)/, "");
    const { folder } = world;
    world.drop("old.csv", "id\n1\n");
    await world.run({ edit });
    world.drop("bad.csv", "id\n2\n");
    world.drop("copy of bad.csv", "id\n2\n");
    const bad = await world.run({ edit });
    assertEquals(world.rows("vendor.vendor"), ["1", "2"]);
    await retract(world, bad.run_id, { edit });
    assertEquals(world.rows("vendor.vendor"), ["1"]);
    // The copy alone is left: it is a duplicate of nothing any more.
    Deno.removeSync(join(folder, "drop/bad.csv"));
    const again = await world.run({ edit });
    assertEquals([again.exit_code, again.totals.published_files], [0, 1]);
    assertEquals(world.rows("vendor.vendor"), ["1", "2"]);
    assertEquals((await world.run({ edit })).totals.published_files, 0);
  },
);

worldTest(
  "retractRun() takes back what a backfill has doubled, and nothing else",
  async (world) => {
    const edit = FOLLOWING;
    const api = changes(world);
    for (const id of [1, 2]) api.add(id, MARCH + id * DAY);
    await world.run({ edit });
    const { parseBackfill } = await import("../../lib/pipeline/mod.ts");
    const config = await world.config({ edit });
    const backfill = parseBackfill("shop.items=2026-03-11..2026-03-12", config);
    const bad = await world.run({ edit, backfill });
    assertEquals(ids(world), [1, 2, 1]);
    const before = stateOf(world);
    await retract(world, bad.run_id, { edit });
    assertEquals([ids(world), stateOf(world)], [[1, 2], before]);
    assertEquals((await world.run({ edit })).totals.written, 0);
  },
);

everyWorldTest(
  "retractRun() keeps files, quarantine and rows of the audit database",
  async (world) => {
    const { folder } = world;
    world.items = [...items(2), 7];
    world.drop("a.csv", "id\n1\n");
    const edit: Edit = (yaml) => `${yaml}\ntolerance: { records: 50% }`;
    const bad = await world.run({ edit });
    const listed = () =>
      ["lake/raw", "lake/quarantine"].flatMap((at) => walk(join(folder, at)))
        .filter((path) => !path.includes("/_manifests/"));
    const before = listed();
    await retract(world, bad.run_id, { edit });
    assertEquals(listed(), before);
    using db = openAudit(join(folder, "audit.db"), { readOnly: true });
    assertEquals(db.all("SELECT count(*) AS n FROM rejects"), [{ n: 1 }]);
    assertEquals(db.all("SELECT path, verdict FROM files"), [{
      path: "a.csv",
      verdict: "retracted",
    }]);
    // Bytes that somebody removes by hand now are no damage.
    Deno.removeSync(join(folder, "lake/raw/vendor/vendor"), { recursive: true });
    assertEquals((await world.run({ edit })).exit_code, 0);
  },
);

everyWorldTest(
  "a run removes what was retracted a week ago, and nothing that was published since",
  async (world) => {
    const { folder } = world;
    const lake = () => walk(join(folder, "lake/raw")).filter((path) => path.endsWith(".gz")).length;
    const edit: Edit = (yaml) => APPENDED(yaml) + yaml.slice(yaml.indexOf("  - name: vendor"));
    world.drop("a.csv", "id\n1\n");
    world.drop("b.csv", "id\n2\n");
    world.items = items(2);
    const bad = await world.run({ edit });
    await retract(world, bad.run_id, { edit });
    // On the same day the file gets the same path; the other one is gone for good.
    Deno.removeSync(join(folder, "drop/b.csv"));
    world.items = [];
    await world.run({ edit });
    world.now += 6 * DAY;
    await world.run({ edit });
    assertEquals(lake(), 3);
    world.now += 2 * DAY;
    const removed: string[] = [];
    const observe = (step: DiskStep) => {
      if (step.kind === "remove" && step.path.includes("/raw/vendor")) removed.push(step.path);
    };
    assertEquals((await world.run({ edit, observe })).exit_code, 0);
    assertEquals([lake(), world.rows("vendor.vendor")], [1, ["1"]]);
    // No reader is sent to a file that is gone.
    assertEquals(removed.map((path) => path.endsWith(`/${bad.run_id}.json`)), [true, false]);
    assertEquals((await world.run({ edit })).exit_code, 0);
  },
);

worldTest("retractRun() answers the second time what it answered the first", async (world) => {
  world.items = items(2);
  const bad = await world.run();
  const dry = await retract(world, bad.run_id, { dryRun: true });
  assertEquals([dry.retracted_at, dry.streams.length, ids(world).length], [null, 1, 2]);
  const first = await retract(world, bad.run_id);
  assertEquals(dry.streams, first.streams);
  assertEquals(await retract(world, bad.run_id), first);
});

Deno.test("pipeline retract wants the name of a run", async () => {
  const asked = { words: [""], flags: {} } as never;
  await assertRejects(
    async () => await pipelineRetract.run(asked, {} as never),
    UsageError,
    "name one that audit runs lists",
  );
});

everyWorldTest("retractRun() says why there is nothing to retract", async (world) => {
  Deno.removeSync(join(world.folder, "audit.db"));
  await assertRejects(() => retract(world, "R1"), UsageError, "there is no audit database");
  world.items = items(2);
  const good = await world.run();
  await assertRejects(() => retract(world, "R1"), UsageError, `the newest is ${good.run_id}`);
  const nothing = await world.run();
  assertEquals((await retract(world, nothing.run_id)).streams, []);
  world.answer = () => new Response("", { status: 500 });
  const stopped = await world.run();
  await assertRejects(() => retract(world, stopped.run_id), UsageError, "it is not finished");
});

worldTest("retractRun() refuses with dryRun what it refuses", async (world) => {
  world.items = items(2);
  const { run_id } = await world.run();
  const lake = join(world.folder, "lake");
  const refused = async (code: string, error: typeof ConfigError | typeof StorageError) => {
    for (const dryRun of [false, true]) {
      const { code: found } = await assertRejects(() => retract(world, run_id, { dryRun }), error);
      assertEquals([found, dryRun], [code, dryRun]);
    }
  };
  Deno.writeTextFileSync(join(lake, "_lake.json"), `{ "lake_id": "other", "audit_id": "other" }`);
  await refused("lake-not-ours", ConfigError);
  Deno.removeSync(lake, { recursive: true });
  await refused("lake-damaged", StorageError);
});

everyWorldTest(
  "resetStream() puts a module back to where a run began that was retracted",
  async (world) => {
    Deno.writeTextFileSync(
      join(world.folder, "own.ts"),
      `export default {
      describe: () => ({ streams: [{ name: "rows", mode: "incremental" }] }),
      async *read({ state, options }) {
        const ids = Array.from({ length: options.to }, (_, id) => ({ id })).slice(state ?? 0);
        yield { records: ids, state: options.to, end: "all" };
      },
    };`,
    );
    const to = (last: number): Edit => (yaml) =>
      `${yaml.slice(0, yaml.indexOf("sources:"))}sources:
  - { name: own, type: module, module: own.ts, options: { to: ${last} } }
`;
    const back = async (value?: string) =>
      await resetStream(await world.config({ edit: to(4) }), "own.rows", { to: value });
    await world.run({ edit: to(2) });
    const bad = await world.run({ edit: to(4) });
    assertEquals(ids(world, "own.rows"), [0, 1, 2, 3]);
    await assertRejects(
      () => back("3"),
      UsageError,
      'found "3", expected what a run began with',
    );
    await assertRejects(() => back("2"), UsageError, `"pipeline retract ${bad.run_id}" first`);
    // A read that is not complete has published nothing that a watermark could stand for.
    const half: Edit = (yaml) => to(6)(yaml).replace("own.ts", "half.ts");
    Deno.writeTextFileSync(
      join(world.folder, "half.ts"),
      Deno.readTextFileSync(join(world.folder, "own.ts")).replace(', end: "all"', ""),
    );
    const { run_id, exit_code } = await world.run({ edit: half });
    assertEquals(exit_code, 2);
    await retract(world, run_id, { edit: to(4) });
    await assertRejects(() => back("6"), UsageError, 'found "6", expected what a run began with');
    const done = await retract(world, bad.run_id, { edit: to(4) });
    assertEquals(done.streams[0]?.watermark_before, "2");
    await assertRejects(() => back(), UsageError, "has published what would come again");
    await back("2");
    assertEquals((await world.run({ edit: to(4) })).totals.written, 2);
    assertEquals(ids(world, "own.rows"), [0, 1, 2, 3]);
  },
);

worldTest(
  "retractRun() forgets no record of which nobody noted who published it",
  async (world) => {
    const edit = FOLLOWING;
    changes(world).add(1, MARCH);
    const { run_id } = await world.run({ edit });
    {
      using db = openAudit(join(world.folder, "audit.db"));
      // As an older version left it.
      db.run("UPDATE boundary SET published_by = NULL");
    }
    await assertRejects(() => retract(world, run_id, { edit }), UsageError, "by more than the lag");
  },
);
