import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DatabaseError, SuspendedError, UsageError } from "../../lib/errors/mod.ts";
import { duckdbLoad } from "../../lib/lake/mod.ts";
import { runEngine } from "../../lib/pipeline/run_engine.ts";
import { DUCKDB_ARGS } from "../../lib/pipeline/verify.ts";
import { loadLake, verifyLake } from "../../lib/pipeline/mod.ts";
import { duckdb } from "./_duckdb.ts";
import { findEngine } from "./_engines.ts";
import { eventsAfter, type HostileLake, hostileLake } from "./_hostile_lake.ts";
import { checkLoadedRun } from "./_loaded_run.ts";
import { foundRows, liveOf, viewNames, type ViewRows, wantedRows } from "./_wanted.ts";

const { program = "", missing } = await findEngine("duckdb");

const engine = { program, signal: new AbortController().signal };

/** The tables of a load are the views without those of all versions. */
function tablesOf(rows: ViewRows): ViewRows {
  return Object.fromEntries(Object.entries(rows).filter(([name]) => !name.endsWith(".all")));
}

async function readTables(world: HostileLake, file: string): Promise<ViewRows> {
  const lines: Record<string, string[]> = {};
  for (const { name } of liveOf(world)) {
    const [source, stream] = name.split(".");
    const text = await duckdb(
      program,
      `SELECT to_json(t)::VARCHAR FROM ${source}.${stream} AS t;`,
      file,
    );
    lines[name] = text.split("\n").filter((line) => line !== "");
  }
  return foundRows(world, lines);
}

/** Reads every view of a lake, in one session that has read the script of this moment. */
async function readViews(world: HostileLake, names = viewNames(world)): Promise<ViewRows> {
  const script = await Deno.readTextFile(join(world.lake, "_views/duckdb.sql"));
  const queries = names.map((name) =>
    `SELECT 'view ${name}'; SELECT to_json(v)::VARCHAR FROM "${name}" AS v;\n`
  );
  const lines: Record<string, string[]> = {};
  let rows: string[] = [];
  for (const line of (await duckdb(program, script + queries.join(""))).trimEnd().split("\n")) {
    const [, name] = /^view (.*)$/.exec(line) ?? [];
    if (name !== undefined) lines[name] = rows = [];
    else rows.push(line);
  }
  return foundRows(world, lines);
}

function fileIn(folder: string): string {
  return join(folder, "own.duckdb");
}

/** Keeps a database open, as somebody does who looks at it. */
async function holdOpen(file: string): Promise<AsyncDisposable> {
  const process = new Deno.Command(program, {
    args: ["-init", "/dev/null", "-batch", "-list", "-noheader", file],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("SELECT 'open';\n"));
  const reader = process.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      await writer.close();
      await reader.cancel();
      await process.status;
    },
  };
}

Deno.test({
  name: "DuckDB",
  ignore: missing !== undefined,
  async fn(t) {
    await using world = await hostileLake();

    await t.step(
      "its views have the rows of the manifests in every mode, after each night",
      async () => {
        for (let night = 0; night < 5; night++) {
          assertEquals((await world.run()).reasons, []);
          const rows = await readViews(world);
          assertEquals(rows, wantedRows(world), `night ${night}`);
          // Its log grows.
          assertEquals(rows["web.web"]?.length, eventsAfter(night));
        }
      },
    );

    for (const [what, first] of [["in Parquet", 0], ["in both formats", 2]] as const) {
      await t.step(`its views have the same rows ${what}`, async () => {
        await using world = await hostileLake((night) => night < first ? "jsonl.gz" : "parquet");
        for (let night = 0; night < 5; night++) assertEquals((await world.run()).reasons, []);
        assertEquals(await readViews(world), wantedRows(world));
      });
    }

    await t.step("it reads every value, and finds what the manifests say", async () => {
      const streams = await verifyLake(world, "duckdb", engine);
      assertEquals(streams.filter(({ agrees }) => !agrees), []);
      assertEquals(streams.map(({ stream }) => stream), liveOf(world).map(({ name }) => name));
      const wanted = wantedRows(world);
      const keyed = streams.filter(({ records }) => records !== null);
      assertEquals(
        keyed.map(({ stream }) => `${stream}.all`),
        viewNames(world).filter((name) => name.endsWith(".all")),
      );
      for (const { stream, records } of keyed) {
        assertEquals(records, wanted[stream]?.length, stream);
      }
    });

    await t.step("a part with a row less, or a value that does not fit, is noticed", async () => {
      const [set] = liveOf(world).find(({ name }) => name === "shop.feed")?.sets ?? [];
      const path = join(world.lake, set?.files[0]?.path ?? "");
      const whole = await Deno.readFile(path);
      const lines = new TextDecoder().decode(gunzipSync(whole)).trimEnd().split("\n");
      await Deno.writeFile(path, gzipSync(`${lines[0]}\n`));
      const streams = await verifyLake(world, "duckdb", engine);
      assertEquals(streams.filter(({ agrees }) => !agrees).map(({ stream }) => stream), [
        "shop.feed",
      ]);
      await Deno.writeFile(path, gzipSync(`${lines[0]}\n{"night":"no number"}\n`));
      const error = await assertRejects(() => verifyLake(world, "duckdb", engine), DatabaseError);
      assertEquals(error.code, "engine-failed");
      await Deno.writeFile(path, whole);
    });

    await t.step("a load has the rows of the views, whatever was loaded before", async () => {
      await using world = await hostileLake((night) => night < 3 ? "jsonl.gz" : "parquet");
      const file = join(world.configPath, "../loaded.duckdb");
      for (let night = 0; night < 5; night++) {
        await world.run();
        await loadLake(world, file, engine);
        assertEquals(await readTables(world, file), tablesOf(wantedRows(world)), `night ${night}`);
        const again = await loadLake(world, file, engine);
        assertEquals(again.filter(({ how }) => how !== "unchanged"), []);
      }
      await world.retract(world.runs[2] ?? "");
      await loadLake(world, file, engine);
      assertEquals(await readTables(world, file), tablesOf(wantedRows(world)));
    });

    await t.step(
      "a load goes on after each stream that it cannot read, and mends them later",
      async () => {
        await using world = await hostileLake();
        await world.run();
        const file = join(world.configPath, "../loaded.duckdb");
        const broken = liveOf(world).filter(({ name }) => /feed|items|zeros/.test(name));
        const paths = broken.map(({ sets }) => join(world.lake, sets[0]?.files[0]?.path ?? ""));
        const whole = paths.map((path) => Deno.readFileSync(path));
        for (const path of paths) await Deno.writeFile(path, gzipSync("no JSON\n"));
        const load = () => loadLake(world, file, engine);
        const { context } = await assertRejects(load, DatabaseError, "Cannot load 3 of");
        const { tables, failed } = context["written"] as Record<string, { stream: string }[]>;
        const names = (list: readonly { stream: string }[] = []) =>
          list.map(({ stream }) => stream);
        assertEquals(names(failed), broken.map(({ name }) => name));
        assertEquals(tables?.length, liveOf(world).length - 3);
        for (const [at, path] of paths.entries()) {
          await Deno.writeFile(path, whole[at] ?? new Uint8Array());
        }
        const mended = (await load()).filter(({ how }) => how !== "unchanged");
        assertEquals(names(mended), names(failed));
        assertEquals(await readTables(world, file), tablesOf(wantedRows(world)));
      },
    );

    await t.step("it fetches no extension from a host that nobody named", async () => {
      const set = ["autoinstall", "autoload"].map((what) =>
        `current_setting('${what}_known_extensions')`
      );
      const input = `SELECT to_json({set: [${set.join(", ")}]});`;
      const answer = await runEngine(program, DUCKDB_ARGS, { ...engine, input });
      assertEquals(answer, [{ set: [false, false] }]);
    });

    await t.step(
      "a load waits for a process that holds the database, but not for long",
      async () => {
        await using world = await hostileLake();
        await world.run();
        const file = join(world.configPath, "../held.duckdb");
        const lock = await holdOpen(file);
        const error = await assertRejects(() => loadLake(world, file, engine), SuspendedError);
        assertEquals(error.code, "suspended-locked");
        const load = loadLake(world, file, engine);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await lock[Symbol.asyncDispose]();
        await load;
        assertEquals(await readTables(world, file), tablesOf(wantedRows(world)));
      },
    );

    await t.step("a load refuses a table that no load made, and changes nothing", async () => {
      await using world = await hostileLake();
      await world.run();
      const [name = ""] = liveOf(world).map(({ name }) => name);
      const [source = ""] = name.split(".");
      for (const kind of ["TABLE", "VIEW"]) {
        const file = join(world.configPath, `../own-${kind}.duckdb`);
        const own = `CREATE SCHEMA ${source}; CREATE ${kind} ${name.toUpperCase()} AS SELECT 42;`;
        await duckdb(program, own, file);
        const before = await Deno.readFile(file);
        await assertRejects(() => loadLake(world, file, engine), UsageError, "no load made");
        assertEquals(await Deno.readFile(file), before);
      }
      const file = join(world.configPath, "../made-again.duckdb");
      await loadLake(world, file, engine);
      await duckdb(program, `CREATE OR REPLACE TABLE ${name} AS SELECT 42 AS precious;`, file);
      await assertRejects(() => loadLake(world, file, engine), UsageError, "no load made");
      assertEquals(await duckdb(program, `FROM ${name};`, file), "42\n");
      // The transaction looks again: somebody may have made it after the first look.
      const [stream] = liveOf(world);
      assert(stream !== undefined);
      const { sql } = duckdbLoad(stream, world.lake, undefined);
      const attached = `ATTACH '${file.replaceAll("'", "''")}' AS target;\n${sql}`;
      await assertRejects(() => duckdb(program, attached), Error, "no load made");
      assertEquals(await duckdb(program, `FROM ${name};`, file), "42\n");
    });

    await t.step("a load that is killed at twenty moments is exact at the end", async () => {
      await using world = await hostileLake();
      const file = join(world.configPath, "../loaded.duckdb");
      let killed = 0;
      for (let moment = 0; moment < 20; moment++) {
        if (moment % 5 === 0) await world.run();
        const ms = Math.random() * 400;
        const signal = AbortSignal.timeout(ms);
        await loadLake(world, file, { ...engine, signal }).catch(() => killed++);
      }
      assert(killed > 5, `${killed} killed`);
      await loadLake(world, file, engine);
      assertEquals(await readTables(world, file), tablesOf(wantedRows(world)));
    });

    await t.step(
      "a configuration has each run loaded, and a load that fails loses no run",
      () =>
        checkLoadedRun({
          load: () => `{ to: duckdb:own.duckdb, program: ${JSON.stringify(program)} }`,
          count: async (folder) =>
            Number(await duckdb(program, "SELECT count(*) FROM shop.orders;", fileIn(folder))),
          lock: (folder) => holdOpen(fileIn(folder)),
          locked: [75, 75],
        }),
    );

    await t.step("they stay right while a run publishes next to them", async () => {
      const before = wantedRows(world);
      let during: ViewRows | undefined;
      world.onLast = async () => {
        // The other streams of this run are published by now, and its views are not.
        during = await readViews(world, Object.keys(before));
      };
      await world.run();
      assertEquals(during, before);
    });

    await t.step("a run that is retracted is not in them any more", async () => {
      const [, second = ""] = world.runs;
      await world.retract(second);
      assertEquals(await readViews(world), wantedRows(world));
      for (const run of world.runs) await world.retract(run);
      const rows = await readViews(world);
      assertEquals(rows, wantedRows(world));
      assertEquals(Object.values(rows).flat(), []);
    });
  },
});
