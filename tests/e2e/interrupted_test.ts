import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parse, stringify } from "@std/yaml";
import { environmentNames } from "../../lib/config/mod.ts";
import { launchPlan, loadConfig, SANDBOX_TOKEN } from "../../lib/pipeline/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { readLake } from "../crash/_read_lake.ts";
import { inTempFolder, into, PIPELINE, pipeline, ROOT } from "./_command.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run") || Deno.build.os === "windows";
const CONFIG = join(ROOT, "data/pipeline.yaml");
const TOKEN = "interrupted-test-token";

/** Starts the very process that the launcher would start, so that it can be killed without a word. */
async function startRun(
  folder: string,
  { configPath, sandboxUrl }: { readonly configPath: string; readonly sandboxUrl: string },
): Promise<Deno.ChildProcess> {
  const env = into(folder);
  const read = (name: string) => name === SANDBOX_TOKEN ? TOKEN : env[name];
  const config = await loadConfig(configPath, { env: read });
  const environment = await environmentNames(configPath, { env: read });
  const plan = launchPlan(config, { root: ROOT, configPath, environment, sandboxUrl });
  return new Deno.Command("deno", {
    args: [...plan.args],
    cwd: ROOT,
    env: { ...env, [SANDBOX_TOKEN]: TOKEN },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Writes the shipped configuration with some sources alone, and returns its path. */
async function only(folder: string, names: readonly string[]): Promise<string> {
  const config = parse(await Deno.readTextFile(CONFIG)) as {
    sandbox: { faults: string[] };
    sources: { name: string }[];
  };
  config.sandbox.faults = ["quakes:slow=300ms"];
  config.sources = config.sources.filter(({ name }) => names.includes(name));
  const path = join(folder, "some.yaml");
  await Deno.writeTextFile(path, stringify(config));
  return path;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

everyTest({
  name: "deno task pipeline ends with the same records when it was killed three times on the way",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      // Slow pages, so that each kill meets the run at work.
      await using sandbox = await startSandbox({
        token: TOKEN,
        samples: join(ROOT, "data/samples"),
        faults: ["strikes:slow=20ms", "quakes:slow=200ms"],
      });
      const configPath = await only(folder, ["usgs", "openalex"]);
      const place = { configPath, sandboxUrl: sandbox.url };
      let killed = 0;
      for (let turn = 0; turn < 3; turn++) {
        const run = await startRun(folder, place);
        await sleep(250 + Math.random() * 350);
        run.kill("SIGKILL");
        if ((await run.status).signal === "SIGKILL") killed++;
        await run.stdin.close().catch(() => {});
      }
      assert(killed >= 2, `only ${killed} of 3 kills met a running process`);
      const last = await startRun(folder, place);
      assertEquals((await last.status).code, 0);
      await last.stdin.close().catch(() => {});
      const lake = readLake(join(folder, "lake"));
      const counts = Object.entries(lake.streams).map(([stream, lines]) => [
        stream,
        lines.length,
        new Set(lines).size,
      ]);
      assertEquals(counts.filter(([stream]) => /usgs|openalex/.test(String(stream))), [
        ["openalex.strikes", 10_000, 10_000],
        ["usgs.events", 1707, 1707],
      ]);
      assertEquals(lake.staging, []);
    }),
});

everyTest({
  name: "deno task pipeline saves its place at Ctrl-C, exits 75 and goes on when it runs again",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const config = await only(folder, ["usgs"]);
      const launcher = new Deno.Command("deno", {
        args: [...PIPELINE, "-c", config, "--json"],
        cwd: ROOT,
        env: into(folder),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const output = launcher.output();
      while (!await exists(join(folder, "audit.db"))) await sleep(20);
      await sleep(300);
      launcher.kill("SIGINT");
      // One Ctrl-C under `deno task` arrives twice at once.
      launcher.kill("SIGINT");
      const { code, stdout, stderr } = await output;
      const text = new TextDecoder().decode(stderr);
      assertEquals(code, 75, text);
      const summary = JSON.parse(new TextDecoder().decode(stdout));
      assertEquals(summary.outcome, "suspended");
      assertStringIncludes(JSON.stringify(summary.reasons), "start it again");

      const again = await pipeline(folder, ["-c", config, "--json"]);
      assertEquals(again.code, 0, again.stderr);
      const resumed = JSON.parse(again.stdout);
      assertEquals([resumed.run_id, resumed.attempts], [summary.run_id, 2]);
      assertEquals(readLake(join(folder, "lake")).streams["usgs.events"]?.length, 1707);
    }),
});

everyTest({
  name: "deno task pipeline stops its run and its sandbox when the launcher is killed",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const config = await only(folder, ["usgs"]);
      const launcher = new Deno.Command("deno", {
        args: [...PIPELINE, "-c", config],
        cwd: ROOT,
        env: into(folder),
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      while (!await exists(join(folder, "audit.db"))) await sleep(20);
      await sleep(200);
      launcher.kill("SIGKILL");
      await launcher.status;
      // The run notices that its launcher is gone, saves its place and frees the lock.
      const again = await pipeline(folder, ["-c", config, "--json"]);
      assertEquals(again.code, 0, again.stderr);
      assertEquals(JSON.parse(again.stdout).attempts, 2);
      assertEquals(readLake(join(folder, "lake")).streams["usgs.events"]?.length, 1707);
    }),
});

everyTest({
  name: "deno task pipeline refuses to start when another run holds the lock",
  ignore,
  fn: () =>
    inTempFolder(async (folder) => {
      const lock = await Deno.open(join(folder, "audit.db.lock"), { write: true, create: true });
      await lock.lock(true);
      const { code, stderr } = await pipeline(folder);
      lock.close();
      assertEquals(code, 75, stderr);
      assertStringIncludes(stderr, "Cannot start run");
    }),
});
