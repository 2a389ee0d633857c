import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { ConfigError } from "../../lib/errors/mod.ts";
import { everyTest } from "../_sample.ts";
import { streamOf, type World, worldTest } from "./_world.ts";

/** Takes the drop as a folder of logs. */
function logs(keys: string): (yaml: string) => string {
  const source = `{ name: web, type: logs, path: drop, min_age: 0s, ${keys} }`;
  return (yaml) => yaml.replace(/sources:[^]*/, `sources:\n  - ${source}\n`);
}

const OWN = "name: own\npatterns: ['[?](?<body>.*)']\nexamples: [{ line: '?', want: {} }]\n";
const LOG = "Jul  1 10:00:00 h sshd[1]: x\n?mine\n";

function found(world: World): unknown[][] {
  return world.rows("web.web").map((line) => JSON.parse(line))
    .map(({ format, timestamp, parse_status }) => [format, timestamp ?? null, parse_status]);
}

worldTest(
  "a logs source reads by year, time zone and formats of the user's, whatever a file's name",
  async (world) => {
    await Deno.writeTextFile(join(world.folder, "own.yaml"), OWN);
    await Deno.writeFile(join(world.folder, "drop/packed.log"), gzipSync(LOG));
    await world.run({ edit: logs("year: 2021, timezone: Europe/Berlin, formats: [own.yaml]") });
    assertEquals(found(world), [
      ["rfc3164", "2021-07-01T08:00:00.000000Z", "ok"],
      ["own", null, "ok"],
    ]);
  },
);

worldTest("a logs source leaves out every guess when it is strict", async (world) => {
  world.drop("a.log", LOG.slice(0, LOG.indexOf("?")));
  await world.run({ edit: logs("strict: true") });
  assertEquals(found(world), [["rfc3164", null, "partial"]]);
});

worldTest(
  "a logs source looks at a rejected file again once there is a format for it",
  async (world) => {
    world.drop("a.log", "?mine\n");
    await Deno.writeTextFile(join(world.folder, "own.yaml"), OWN);
    const first = await world.run({ edit: logs("format: auto") });
    assertEquals(streamOf(first, "web.web").written, 0);
    await world.run({ edit: logs("formats: [own.yaml]") });
    assertEquals(found(world), [["own", null, "ok"]]);
  },
);

worldTest("a logs source refuses a format that is wrong before anything runs", async (world) => {
  await Deno.writeTextFile(join(world.folder, "own.yaml"), OWN.replace("own", "combined"));
  const edit = logs("formats: [own.yaml]");
  await assertRejects(() => world.config({ edit }), ConfigError, 'its name is "combined"');
});

worldTest(
  "checks of a logs source reject records with their place, warn, and reject a file whole",
  async (world) => {
    const rules = (severity: string) =>
      logs(`tolerance: { records: 50% }, checks: [
        { column: body, pattern: "[a-z]+" }, { column: process_pid, max: 8, severity: ${severity} }]`);
    world.drop(
      "a.log",
      ["x", "Y", "z"].map((body, at) => `Jul  1 10:00:0${at} h sshd[${at + 7}]: ${body}\n`).join(
        "",
      ),
    );
    const run = await world.run({ edit: rules("warn") });
    const { read, written, rejected } = streamOf(run, "web.web");
    assertEquals([run.exit_code, read, written, rejected], [0, 3, 2, 1]);
    assertEquals(run.rejects.map(({ code, origin, line }) => [code, origin, line]), [
      ["record-check", "a.log", 2],
    ]);
    const bodies = () => world.rows("web.web").map((row) => JSON.parse(row).body);
    assertEquals(bodies(), ["x", "z"]);
    assertEquals(run.checks.map(({ rule, violations }) => [rule, violations]), [
      ["pattern", 1],
      ["max", 1],
    ]);
    world.drop("b.log", [8, 9, 10].map((pid) => `Jul  1 11:00:00 h sshd[${pid}]: x\n`).join(""));
    const failing = await world.run({ edit: rules("fail") });
    assertEquals(failing.rejected_files.map(({ path, code }) => [path, code]), [
      ["b.log", "check-failed"],
    ]);
    assertEquals(bodies(), ["x", "z"]);
  },
  everyTest,
);
