import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { environmentNames } from "../../lib/config/mod.ts";
import { ConfigError } from "../../lib/errors/mod.ts";
import { configIdentity } from "../../lib/pipeline/config_identity.ts";
import { loadStep, withLoad } from "../../lib/pipeline/launch_load.ts";
import { launchPlan, loadConfig, renderPlan } from "../../lib/pipeline/mod.ts";
import type { PipelineCaller } from "../../lib/pipeline/mod.ts";
import { createStyle, jsonDocument } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { inFolder } from "./_backfill_bench.ts";

const YAML = "name: p\nsources: [{ name: s, type: files, path: drop }]\n";
const ignore = !granted("read", "write");

/** A pipeline with a load, in a folder with a program. */
async function pipelineIn(folder: string, load: string) {
  const configPath = join(folder, "p.yaml");
  await Deno.writeTextFile(configPath, load === "" ? YAML : `${YAML}load: ${load}\n`);
  await Deno.writeTextFile(join(folder, "engine"), "");
  const config = await loadConfig(configPath, { env: () => undefined });
  return { config, configPath, stepWith };

  function stepWith(env: Record<string, string> = {}) {
    return loadStep({ config, configPath, caller: { cwd: folder, env } }, false);
  }
}

function flagsOf(args: readonly string[] = []): string[] {
  return args.filter((arg) => /^(-A|--allow|--ignore)/.test(arg));
}

Deno.test({
  name: "loadStep() may start one program, or call one server with a password that no run gets",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const file = await pipelineIn(folder, "{ to: duckdb:shop.duckdb, program: ./engine }");
      const step = file.stepWith();
      const engine = join(folder, "engine");
      const audit = join(folder, "audit.db");
      const read = `--allow-read=${audit},${audit}-wal,${audit}-shm,${audit}-journal`;
      assertEquals(flagsOf(step?.args), [read, `--allow-run=${engine}`]);
      assertEquals([step?.run, step?.net, step?.to], [
        [engine],
        [],
        `duckdb:${join(folder, "shop.duckdb")}`,
      ]);
      const { config, configPath } = file;
      const about = { root: folder, configPath, environment: [] };
      const plan = launchPlan(config, about);
      if (step === undefined) throw new TypeError("expected a load");
      const style = createStyle({ color: false });
      const shown = renderPlan({ ...plan, load: step, notes: step.notes }, { style, cwd: folder });
      assertStringIncludes(shown, `the runtime does not confine ${engine}`);
      assertStringIncludes(shown, "after a run that is complete or partial:");
      assertStringIncludes(shown, `--allow-run=${engine}`);
      assertEquals(plan.args.filter((arg) => arg.includes("engine") || arg.includes("shop")), []);

      const server = '{ to: "postgres://etl@db.example.com/shop", password: "${SHOP_PW}" }';
      const other = await pipelineIn(folder, server);
      const call = other.stepWith({ SHOP_PW: "x" });
      assertEquals(flagsOf(call?.args).slice(1), [
        "--allow-net=db.example.com:5432",
        "--allow-env=SHOP_PW",
        "--ignore-env",
      ]);
      assertEquals(await environmentNames(other.configPath, { env: () => undefined }), []);
      assertThrows(() => other.stepWith(), ConfigError, '"SHOP_PW" is not set');

      const none = await pipelineIn(folder, "");
      assertEquals(none.stepWith(), undefined);
      assertEquals(configIdentity(none.config), configIdentity(config), "the same run");
    }),
});

Deno.test({
  name: "loadStep() refuses what could not be loaded into before any run",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "shop.db"), "SQLite format 3\0");
      await Deno.writeTextFile(join(folder, "old.duckdb"), `${"\0".repeat(8)}DUCK`);
      await Deno.writeTextFile(join(folder, "gone.duckdb.wal"), "");
      await Deno.mkdir(join(folder, "drop"));
      const [password, file] = ['password: "${PW}"', "program: ./engine"];
      const cases = [
        ["{ to: shop.duckdb }", '"duckdb:FILE" or "postgres://'],
        ["{ to: duckdb:a?b }", 'without "?"'],
        ["{ to: postgres://db.example.com/shop }", '"duckdb:FILE" or "postgres://'],
        ["{ to: postgres://me:pw@db/shop }", "but the key password"],
        ["{ to: sqlite:shop.db }", '"duckdb:FILE" or "postgres://'],
        ['{ to: "duckdb:${NOT_SET}/x" }', '"NOT_SET" is not set'],
        ["{ to: postgres://me@db/shop, password: pw }", '"${NAME}", the name'],
        [`{ to: duckdb:shop.db, ${file} }`, "it is a SQLite database"],
        ["{ to: duckdb:new.duckdb, program: ./none }", "load.program names"],
        [`{ to: duckdb:new.duckdb, ${file}, ${password} }`, "load.password: it asks no server"],
        [`{ to: postgres://me@db/shop, ${file} }`, "load.program: it starts no program"],
        ["{ to: postgres://me@db/shop }\npart_format: parquet", "files of the format parquet"],
        [`{ to: duckdb:drop/x.duckdb, ${file} }`, "the pipeline lives from"],
        [`{ to: duckdb:lake/raw/x, ${file} }`, "the pipeline lives from"],
        [`{ to: duckdb:audit.db, ${file} }`, "the pipeline lives from"],
        [`{ to: duckdb:audit.db-wal, ${file} }`, "the pipeline lives from"],
        [`{ to: duckdb:audit.db-journal, ${file} }`, "the pipeline lives from"],
        [`{ to: duckdb:shop.db-journal, ${file} }`, "for a part of the database"],
        [`{ to: duckdb:old.duckdb.wal, ${file} }`, "for a part of the database"],
        [`{ to: duckdb:gone.duckdb, ${file} }`, 'gone.duckdb.wal" would be taken'],
        [`{ to: duckdb:x, ${file} }\nlog_dir: x.tmp/logs`, "DuckDB writes to"],
        [`{ to: duckdb:x, ${file} }\nlog_dir: x.wal`, "DuckDB writes to"],
      ] as const;
      for (const [load, message] of cases) {
        const error = await assertRejects(
          async () => (await pipelineIn(folder, load)).stepWith({ PW: "x" }),
          ConfigError,
        );
        assertStringIncludes(error.message, message, load);
      }
    }),
});

/** Runs a pipeline and its load by processes that are only claimed. */
async function claimed(
  { run, load, json = false }: { run: number; load: number | "stopped"; json?: boolean },
) {
  const started: string[] = [];
  let [said, told] = ["", ""];
  const stop = new AbortController();
  const documents: Record<string, unknown> = {
    run: { outcome: "the run's", exit_code: run },
    load: load === 0 ? { tables: [] } : { error: { code: "engine-failed" } },
  };
  const caller: PipelineCaller = {
    cwd: "/",
    env: {},
    signal: stop.signal,
    start: ([name = ""], { onOutput, signal }) => {
      signal?.throwIfAborted();
      started.push(name);
      onOutput?.(new TextEncoder().encode(jsonDocument(documents[name])));
      if (load === "stopped") stop.abort(new Error("stopped"));
      return Promise.resolve(name === "run" ? run : Number(load));
    },
  };
  const about = { net: [], read: [], run: [], env: [], notes: [] };
  const code = await withLoad(
    { ...about, to: "duckdb:/x", args: ["load"] },
    caller,
    ({ start }) => start(["run"], { env: {} }),
    { json, write: (text) => said += text, tell: (text) => told += text },
  );
  return { code, started, said, told };
}

Deno.test("withLoad() loads after a run that published, and loses no verdict if that fails", async () => {
  const after = ["run", "load"];
  const cases = [
    [{ run: 0, load: 0 }, 0, after],
    [{ run: 2, load: 0 }, 2, after],
    [{ run: 0, load: 1 }, 69, after],
    [{ run: 2, load: 64 }, 69, after],
    [{ run: 0, load: 75 }, 75, after],
    [{ run: 0, load: "stopped" }, 75, ["run"]],
    [{ run: 1, load: 0 }, 1, ["run"]],
    [{ run: 75, load: 0 }, 75, ["run"]],
    [{ run: 78, load: 0 }, 78, ["run"]],
  ] as const;
  for (const [ends, code, started] of cases) {
    const plain = await claimed(ends);
    assertEquals([plain.code, plain.started], [code, started], JSON.stringify(ends));
    const isLeft = code === 69 || ends.load === "stopped" || ends.load === 75;
    assertEquals(plain.told.includes("itself is"), isLeft, plain.told);
    const document = JSON.parse((await claimed({ ...ends, json: true })).said);
    assertEquals([document.outcome, document.exit_code], ["the run's", ends.run]);
    const isLoaded = ends.run === 0 || ends.run === 2;
    const wanted = ends.load === "stopped" ? 75 : isLoaded ? ends.load : undefined;
    assertEquals(document.load?.exit_code, wanted, JSON.stringify(ends));
  }
  const { said } = await claimed({ run: 2, load: 1, json: true });
  assertEquals(JSON.parse(said).load, {
    error: { code: "engine-failed" },
    to: "duckdb:/x",
    exit_code: 1,
  });
});
