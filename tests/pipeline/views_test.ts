import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { startLogging } from "../../lib/logging/mod.ts";
import type { DiskStep } from "../../lib/files/mod.ts";
import { acceptSnapshot, resetStream, retractRun } from "../../lib/pipeline/mod.ts";
import { currentOf, everyWorldTest, type World, worldTest } from "./_world.ts";

const FOLLOWED =
  "incremental: { field: u, start_param: since, format: epoch_ms, param_format: epoch_ms, lag: 0s }";

/** The YAML of one API stream with more keys. */
function keys(more: string) {
  return (yaml: string) => yaml.replace("primary_key: [id]", `primary_key: [id]\n        ${more}`);
}

interface View {
  readonly key: readonly (readonly string[])[];
  readonly schema: { readonly fields: readonly { name: string; type: unknown }[] } | null;
  readonly sets: readonly { readonly files: readonly string[]; readonly texts: boolean }[];
}

/** What the views of a lake are over. */
function viewsOf({ folder }: World): Record<string, View> {
  const script = Deno.readTextFileSync(join(folder, "lake/_views/spark.py"));
  const [, text = ""] = /^STREAMS = json\.loads\((.*)\)$/m.exec(script) ?? [];
  return JSON.parse(JSON.parse(fromPython(text)));
}

/** A text of Python as one of JSON. */
function fromPython(text: string): string {
  return text.replaceAll(
    /\\U([0-9a-f]{8})/g,
    (_, code) => String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

/** Files of each view, in their order; both scripts must name the same. */
function filesOf(world: World): Record<string, string[]> {
  const files = Object.fromEntries(
    Object.entries(viewsOf(world)).map((
      [name, { sets }],
    ) => [name, sets.flatMap(({ files }) => files)]),
  );
  const sql = Deno.readTextFileSync(join(world.folder, "lake/_views/duckdb.sql"));
  const lake = join(world.folder, "lake/");
  for (const [name, wanted] of Object.entries(files)) {
    const [, view = ""] = sql.split(`CREATE OR REPLACE VIEW "${name}" AS`);
    const [statement = ""] = view.split("CREATE OR REPLACE VIEW");
    const found = [...statement.matchAll(/^ {2}'(.*)',?$/gm)].map(([, path = ""]) =>
      path.slice(lake.length)
    );
    assertEquals(found, wanted, name);
  }
  return files;
}

function manifestFiles(world: World, stream: string): string[] {
  const manifests = world.manifests(stream);
  const gone = new Set(manifests.flatMap(({ supersedes = [] }) => supersedes));
  const current = currentOf(world.folder, stream);
  return manifests
    .filter(({ run_id, mode }) => !gone.has(run_id) && (mode !== "snapshot" || run_id === current))
    .flatMap(({ files }) => files.map(({ path }) => path));
}

function assertViews(world: World, ...streams: string[]): void {
  const files = filesOf(world);
  assertEquals(Object.keys(files), streams);
  for (const stream of streams) assertEquals(files[stream], manifestFiles(world, stream), stream);
}

for (
  const [mode, more] of [["snapshot", ""], ["append", "mode: append"], [
    "incremental",
    FOLLOWED,
  ]] as const
) {
  worldTest(
    `runPipeline() writes views of exactly the files that manifests name, of an API in mode ${mode}`,
    async (world) => {
      const edit = keys(more);
      const runs: string[] = [];
      for (let night = 1; night <= 3; night++) {
        world.items = [{ id: 1, u: night, n: night === 2 ? 2.5 : null }];
        world.drop("prices.csv", `sku,price\nA,${night}\n`);
        runs.push((await world.run({ edit })).run_id);
        assertViews(world, "shop.items", "vendor.vendor");
      }
      assertEquals(viewsOf(world)["shop.items"]?.key, [["id"]]);
      const types = viewsOf(world)["shop.items"]?.schema?.fields.map(({ type }) => type);
      assertEquals(
        types,
        mode === "snapshot" ? ["long", "string", "long"] : ["long", "double", "long"],
      );
      const before = filesOf(world);
      for (const run of [runs[2], runs[0]]) {
        world.now += 1000;
        await retractRun(await world.config({ edit }), run ?? "", { now: () => world.now });
        assertViews(world, "shop.items", "vendor.vendor");
      }
      assert(JSON.stringify(filesOf(world)) !== JSON.stringify(before));
    },
  );
}

worldTest("runPipeline() leaves the views alone if nothing is new", async (world) => {
  world.items = [{ id: 1 }];
  await world.run();
  const paths = ["duckdb.sql", "spark.py"].map((name) => join(world.folder, "lake/_views", name));
  const inodes = () => paths.map((path) => Deno.statSync(path).ino);
  const before = inodes();
  await world.run();
  assertEquals(inodes(), before);
});

worldTest("resetStream() and acceptSnapshot() leave the views right", async (world) => {
  const edit = keys(FOLLOWED);
  world.items = [{ id: 1, u: 1 }];
  await world.run({ edit });
  await resetStream(await world.config({ edit }), "shop.items");
  assertViews(world, "shop.items");
});

everyWorldTest("acceptSnapshot() lets the views follow the next snapshot", async (world) => {
  world.items = Array.from({ length: 100 }, (_, id) => ({ id }));
  await world.run();
  world.items = [{ id: 1 }];
  await world.run();
  assertEquals(filesOf(world)["shop.items"]?.length, 1);
  assertViews(world, "shop.items");
  acceptSnapshot(await world.config(), ["shop.items"]);
  await world.run();
  assertViews(world, "shop.items");
  assertEquals(world.rows("shop.items"), ['{"id":1}']);
});

class Stop extends Error {}

everyWorldTest(
  "views name only what is there, after nights that stopped before writing them",
  async (world) => {
    world.items = [{ id: 0 }];
    await world.run();
    for (let night = 1; night <= 4; night++) {
      world.items = [{ id: night }];
      // A snapshot that is older than a week may go, if no view names it.
      world.now += 8 * 86_400_000;
      let isPublished = false;
      const observe = (step: DiskStep) => {
        isPublished ||= step.kind === "rename" && step.to.endsWith("items/_manifests/_current");
        if (isPublished && step.kind === "create" && step.path.endsWith(".tmp")) throw new Stop();
      };
      await assertRejects(() => world.run({ observe }), Stop);
      for (const path of Object.values(filesOf(world)).flat()) {
        assert(Deno.statSync(join(world.folder, "lake", path)).isFile, path);
      }
    }
    await world.run();
    assertViews(world, "shop.items");
  },
);

worldTest(
  "runPipeline() fails if it cannot write the views, and the next run does",
  async (world) => {
    world.items = [{ id: 1 }];
    await world.run();
    const path = join(world.folder, "lake/_views/spark.py");
    world.items = [{ id: 2 }];
    let removed = false;
    const observe = (step: DiskStep) => {
      // After the streams are published; what stands in the way is a folder.
      if (removed || step.kind !== "rename" || !step.to.endsWith("duckdb.sql")) return;
      removed = true;
      Deno.removeSync(path);
      Deno.mkdirSync(join(path, "in the way"), { recursive: true });
    };
    const { outcome, exit_code, reasons } = await world.run({ observe });
    assertEquals([outcome, exit_code], ["failed", 1]);
    assert(reasons.some((reason) => reason.includes("spark.py")), reasons.join());
    Deno.removeSync(path, { recursive: true });
    assertEquals((await world.run()).outcome, "complete");
    assertViews(world, "shop.items");
  },
);

everyWorldTest(
  "runPipeline() publishes Parquet where it is asked for, next to older JSON lines",
  async (world) => {
    const format = (name: string) => (yaml: string) =>
      keys("mode: append")(`${yaml}\npart_format: ${name}\n`);
    world.items = [{ id: 1, n: 1 }];
    await world.run({ edit: format("jsonl.gz") });
    world.items = [{ id: 2, n: 2.5 }];
    const { outcome } = await world.run({ edit: format("parquet") });
    assertEquals(outcome, "complete");
    assertEquals(world.manifests("shop.items").map(({ reader, rows }) => [reader, rows]), [
      [{ format: "json" }, 1],
      [{ format: "parquet" }, 1],
    ]);
    assertViews(world, "shop.items");
    assertEquals(viewsOf(world)["shop.items"]?.schema?.fields.map(({ type }) => type), [
      "long",
      "double",
    ]);
    // The same answer once more is unchanged in either format.
    assertEquals((await world.run({ edit: format("parquet") })).totals.published_files, 0);
  },
);

worldTest("a view gives no column the name of another", async (world) => {
  const edit = (yaml: string) =>
    yaml.replace("path: drop", "path: drop\n    expect: { columns: [id, ID, ID_2, column_5, x] }");
  world.drop("a.csv", "id,ID,ID_2,column_5,x\n1,2,3,4,5\n");
  await world.run({ edit });
  const [name] = Object.keys(viewsOf(world)).filter((name) => name.startsWith("vendor"));
  const names = viewsOf(world)[name ?? ""]?.schema?.fields.map(({ name }) => name);
  assertEquals(names, ["id", "ID_2_2", "ID_2", "column_5", "x"]);
});

worldTest(
  "a view has no two columns that Spark takes for one, and the log says so",
  async (world) => {
    const pair = { "\u00b5g": 1, "\u03bcg": 2 }; // the micro sign, and a Greek letter
    const log: string[] = [];
    await using _log = startLogging({
      runId: "unknown",
      terminal: "json",
      write: (line) => void log.push(line),
    });
    const told = () =>
      log.splice(0).map((line) => JSON.parse(line))
        .filter(({ event }) => event === "names-alike")
        .map(({ level, source, stream, reason }) => [level, source, stream, reason]);
    world.items = [{ id: 1, ...pair }];
    await world.run();
    assertEquals(viewsOf(world)["shop.items"]?.schema, null);
    assertEquals(told(), [["warning", "shop", "items", '"\u00b5g" and "\u03bcg"']]);
    await world.run();
    assertEquals(told(), []);
    world.items = [{ id: 1, inner: [{ m: pair }] }];
    await world.run();
    const [, inner] = viewsOf(world)["shop.items"]?.schema?.fields ?? [];
    assertMatch(
      JSON.stringify(inner),
      /"name":"m","type":"string"/,
    );
    assertEquals(told(), [["warning", "shop", "items", '"\u00b5g" and "\u03bcg" in "inner.m"']]);
  },
);

worldTest(
  "a view of Parquet whose records became texts has none of the columns before",
  async (world) => {
    const edit = (yaml: string) => keys("mode: append")(`${yaml}\npart_format: parquet\n`);
    const log: string[] = [];
    await using _log = startLogging({
      runId: "unknown",
      terminal: "json",
      write: (line) => void log.push(line),
    });
    world.items = [{ id: 1, record: "a field of that name" }];
    await world.run({ edit });
    assertEquals(log.join().includes("names-alike"), false);
    world.items = [{ id: 1, ID: 2, record: "a field of that name" }];
    await world.run({ edit });
    const { schema, key, sets } = viewsOf(world)["shop.items"] ?? {};
    // With columns for the first night, the second would be NULL in each of them, its key too.
    assertEquals([schema, key], [null, []]);
    assertEquals(sets?.map(({ texts }) => texts), [false, true]);
    const sql = Deno.readTextFileSync(join(world.folder, "lake/_views/duckdb.sql"));
    assertEquals(sql.match(/^SELECT to_json\(struct_pack\(|^SELECT "record"/gm)?.length, 2, sql);
    assertMatch(log.join(), /"names-alike".*\\"ID\\" and \\"id\\"/);
  },
);

worldTest(
  "spark.py and the manifests steer no terminal and break no script, whatever a column is called",
  async (world) => {
    const name = "n\x1b\x9b31m\u202eé🌊{lake}{streams}";
    world.items = [{ id: 1, [name]: 2 }];
    await world.run();
    assertEquals(viewsOf(world)["shop.items"]?.schema?.fields.map(({ name }) => name), [
      "id",
      name,
    ]);
    const manifests = join(world.folder, "lake/raw/shop/items/_manifests");
    const [run = ""] = world.manifests("shop.items").map(({ run_id }) => `${run_id}.json`);
    for (const path of [join(world.folder, "lake/_views/spark.py"), join(manifests, run)]) {
      const text = Deno.readTextFileSync(path);
      assertStringIncludes(text, "\\u009b31m\\u202e");
      assert(!/(?!\n)[\p{Cc}\u202e]/u.test(text), path);
    }
    // Python would read others in the encoding of whoever opens it.
    const script = Deno.readTextFileSync(join(world.folder, "lake/_views/spark.py"));
    assert(/^[\n -~]*$/.test(script));
  },
);
