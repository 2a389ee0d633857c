import { makeLink } from "../_make_link.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { openDatabase } from "../../lib/db/mod.ts";
import { createStyle } from "../../lib/terminal/mod.ts";
import { launchAccept, launchRetract, openPipeline } from "../../lib/pipeline/mod.ts";
import { launchStatus, statusOf } from "../../lib/pipeline/status.ts";
import { filesIn, workOf } from "./_run_headwaters.ts";
import { granted } from "../_granted.ts";
import { inTempFolder } from "../e2e/_command.ts";
import { runHeadwaters } from "./_run_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "net", "run");

const YAML = `
name: mine
sources:
  - { name: vendor, type: files, path: drop, min_age: 0s }
`;

/** Runs `headwaters ARGS` in a folder, as the installed command does. */
function headwaters(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return runHeadwaters(args, { cwd, env });
}

function test(name: string, fn: (folder: string) => Promise<void>, register = Deno.test): void {
  register({
    name,
    ignore,
    fn: () =>
      inTempFolder(async (folder) => {
        await Deno.mkdir(join(folder, "drop"));
        await Deno.writeTextFile(join(folder, "drop/a.csv"), "id\n1\n2\n");
        await Deno.writeTextFile(join(folder, "pipeline.yaml"), YAML);
        await fn(folder);
      }),
  });
}

function testEvery(...[name, fn]: Parameters<typeof test>): void {
  test(name, fn, everyTest);
}

testEvery(
  "headwaters pipeline reads ./pipeline.yaml, and its paths start where it is",
  async (folder) => {
    const run = await headwaters(folder, ["pipeline", "run", "--json"]);
    const summary = JSON.parse(run.stdout);
    assertEquals([run.code, summary.totals.written], [0, 2], run.stderr);
    assertEquals([summary.lake, summary.audit], [join(folder, "lake"), join(folder, "audit.db")]);
    // As it is typed where the user is, and not where the launcher is.
    assertEquals(summary.next[0].command, "headwaters pipeline run");
    const look = {
      json: false,
      style: createStyle({ color: false }),
      width: 80,
      cwd: folder,
      command: (words: string) => `headwaters ${words}`,
    };
    const status = statusOf(join(folder, "audit.db"), look);
    const [titles = "", newest = ""] = status.split("\n").slice(1);
    assertEquals([titles, newest].filter((line) => line.length > 80), []);
    assertStringIncludes(newest, "complete     0");
    const second = await headwaters(folder, ["pipeline", "run"]);
    assertStringIncludes(second.stdout, "next   headwaters pipeline run   again");
    await Deno.mkdir(join(folder, "elsewhere"));
    const again = await headwaters(join(folder, "elsewhere"), [
      "pipeline",
      "run",
      "--json",
      "-c",
      "../pipeline.yaml",
    ]);
    assertEquals(JSON.parse(again.stdout).totals.written, 0, "the same lake");
  },
);

test("headwaters pipeline never falls back to the demo outside the project", async (folder) => {
  await Deno.remove(join(folder, "pipeline.yaml"));
  const { code, stdout, stderr } = await headwaters(folder, ["pipeline", "run", "--json"]);
  assertEquals([code, JSON.parse(stdout).error.code], [78, "config-not-found"]);
  assertStringIncludes(stderr, `there is no "${folder}/pipeline.yaml"`);
});

test("a path that exists only below the project is an error that says its new spelling", async (folder) => {
  await Deno.writeTextFile(
    join(folder, "pipeline.yaml"),
    YAML.replace("path: drop", "path: data/samples/drop/weather"),
  );
  const { code, stderr } = await headwaters(folder, ["pipeline", "plan"]);
  assertEquals(code, 78);
  assertStringIncludes(stderr, "data/samples/drop/weather");
  assertStringIncludes(stderr, "paths start at the folder of this file");
  // What is written may have the name of something in the project.
  await Deno.writeTextFile(join(folder, "pipeline.yaml"), `lake: tests\nlog_dir: lib${YAML}`);
  assertEquals((await headwaters(folder, ["pipeline", "plan"])).code, 0);
});

testEvery("--json prints one document also when a run dies early", async (folder) => {
  await Deno.writeTextFile(
    join(folder, "audit.db"),
    "this is no database, and long enough to look",
  );
  const { code, stdout } = await headwaters(folder, ["pipeline", "run", "--json"]);
  assertEquals([code, JSON.parse(stdout).error.code], [78, "database-foreign"]);
  assertEquals(
    await Deno.readTextFile(join(folder, "audit.db")),
    "this is no database, and long enough to look",
  );
  for (const args of [["pipeline", "rnu", "--json"], ["pipeline", "run", "--jsno", "--json"]]) {
    const wrong = await headwaters(folder, args);
    assertEquals([wrong.code, JSON.parse(wrong.stdout).error.code], [64, "usage"]);
  }
});

testEvery(
  "status, accept and retract may touch what they change and nothing else, and need no secret",
  async (folder) => {
    await Deno.writeTextFile(
      join(folder, "pipeline.yaml"),
      `${YAML}  - { name: shop, type: api, base_url: "https://example.org", auth: { type: bearer, token: "\${SHOP_TOKEN}" },
      streams: [{ name: items, path: /items, pagination: { type: none } }] }\n`,
    );
    const granted: string[][] = [];
    const caller = (env: Readonly<Record<string, string>>) => ({
      cwd: folder,
      env,
      signal: new AbortController().signal,
      start(args: readonly string[], options: { readonly env: Readonly<Record<string, string>> }) {
        assertEquals(options.env["SHOP_TOKEN"], undefined);
        granted.push(args.filter((arg) => arg.startsWith("--allow-")));
        return Promise.resolve(0);
      },
    });
    assertEquals(await launchStatus(undefined, caller({}), { json: false }), 0);
    const opened = await openPipeline(undefined, caller({ SHOP_TOKEN: "secret-token" }));
    assertEquals(await launchAccept(opened, ["shop.items"], { json: false }), 0);
    const dry = { json: false, "dry-run": true };
    assertEquals(await launchAccept(opened, ["shop.items"], dry), 0);
    assertEquals(await launchRetract(undefined, caller({}), "R", { json: false }), 0);
    const audit = join(folder, "audit.db");
    const write = `${audit},${audit}.lock`;
    const both = `${write},${join(folder, "lake")}`;
    assertEquals(granted, [
      [`--allow-read=${audit},${audit}-wal,${audit}-shm,${audit}-journal`],
      [`--allow-read=${write}`, `--allow-write=${write}`],
      [`--allow-read=${audit},${audit}-wal,${audit}-shm,${audit}-journal`],
      [`--allow-read=${both}`, `--allow-write=${both}`],
    ]);
    const { code, stdout } = await headwaters(folder, ["pipeline", "status"]);
    assertEquals([code, stdout], [0, `No run yet: there is no "${audit}"\n`]);
  },
);

test("run --dry-run prints the plan and writes nothing", async (folder) => {
  const before = filesIn(folder);
  const planned = await workOf(["pipeline", "plan"], folder);
  const { code, stdout } = await workOf(["pipeline", "run", "--dry-run"], folder);
  assertEquals([code, stdout, filesIn(folder)], [0, planned.stdout, before]);
  // Paths start where the user is.
  const permissions = stdout.split("The run:")[0] ?? "";
  assertMatch(permissions, /^ {11}audit\.db$/m);
  assert(!permissions.includes(folder), permissions);
});

testEvery("another program's database is refused and not touched", async (folder) => {
  const path = join(folder, "audit.db");
  {
    using db = openDatabase(path);
    db.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY) STRICT");
  }
  const before = await Deno.readFile(path);
  for (const args of [["pipeline", "run"], ["pipeline", "status"]]) {
    const { code, stderr } = await headwaters(folder, args);
    assertEquals(code, 78);
    assertStringIncludes(stderr, "of another program");
  }
  assertEquals(await Deno.readFile(path), before);
});

testEvery("a folder of logs has the time zone of its configuration", async (folder) => {
  await Deno.writeTextFile(join(folder, "drop/a.log"), "2024-07-01 10:00:00 INFO x\n");
  await Deno.remove(join(folder, "drop/a.csv"));
  const logs = YAML.replace("type: files", "type: logs, timezone: Europe/Berlin");
  await Deno.writeTextFile(join(folder, "pipeline.yaml"), logs);
  const { code, stderr } = await headwaters(folder, ["pipeline", "run"]);
  assertEquals(code, 0, stderr);
  const part = filesIn(join(folder, "lake")).find((path) => path.endsWith(".jsonl.gz")) ?? "";
  const record = JSON.parse(gunzipSync(await Deno.readFile(join(folder, "lake", part))).toString());
  assertEquals([record.timestamp, record.tz_source], ["2024-07-01T08:00:00.000000Z", "configured"]);
});

testEvery(
  "status says that there is no run only if nothing is where the database should be",
  async (folder) => {
    const status = () => headwaters(folder, ["pipeline", "status"]);
    assertStringIncludes((await status()).stdout, "No run yet");
    await Deno.mkdir(join(folder, "audit.db"));
    const { code, stderr } = await status();
    assertEquals(code, 78, stderr);
    assertStringIncludes(stderr, "it is a folder, expected a file");
  },
);

testEvery("a run gets no variable that its configuration does not name", async (folder) => {
  const env = { HTTP_PROXY: "http://127.0.0.1:1", SECRET_OF_OTHERS: "x" };
  assertEquals((await headwaters(folder, ["pipeline", "run"], env)).code, 0);
  await Deno.writeTextFile(
    join(folder, "source.ts"),
    `export default {
      describe: () => ({ streams: [{ name: "rows" }] }),
      async *read() { yield { records: [{ env: Object.keys(Deno.env.toObject()) }], end: "all" }; },
    };`,
  );
  await Deno.writeTextFile(
    join(folder, "pipeline.yaml"),
    YAML.replace(/sources:[^]*/, "sources:\n  - { name: m, type: module, module: source.ts }\n"),
  );
  const { code, stdout } = await headwaters(folder, ["pipeline", "run"], env);
  assertEquals(code, 1, "it may not even list them");
  assertStringIncludes(stdout, "its read() threw");
});

test("links that lead out of the lake are refused before the start", async (folder) => {
  await Deno.mkdir(join(folder, "out"));
  await Deno.mkdir(join(folder, "lake"));
  await makeLink(join(folder, "out"), join(folder, "lake/raw"));
  const { code, stderr } = await headwaters(folder, ["pipeline", "run"]);
  assertEquals(code, 78);
  assertStringIncludes(stderr, '"raw" in it is a link that leads out of what may be written');
  assertEquals(Array.from(Deno.readDirSync(join(folder, "out"))), []);
});

testEvery("links that lead out of a lake are refused by all that reads it", async (folder) => {
  await Deno.mkdir(join(folder, "lake"));
  await makeLink(folder, join(folder, "lake/raw"));
  for (
    const words of [
      ["pipeline", "retract", "01M8BMFR9QQGGDTCW8NMYAT2P8", "--dry-run"],
      ["pipeline", "load", "--to", "postgres://u@127.0.0.1/d", "--dry-run"],
      ["audit", "rebuild", "lake", "--out", "new.db"],
    ]
  ) {
    const said = await headwaters(folder, words);
    assertEquals([words, said.code], [words, 78], said.stderr);
  }
});

testEvery(
  "a link in the place of what SQLite makes next to a database is refused before the start",
  async (folder) => {
    await Deno.writeTextFile(join(folder, "audit.db"), "");
    const commands: readonly (readonly [string, number])[] = [
      ...["run", "plan", "status", "retract 01M8BMFR9QQGGDTCW8NMYAT2P8 --dry-run", "report"]
        .map((words) => [`pipeline ${words}`, 78] as const),
      ["audit runs --audit audit.db", 64],
    ];
    const shm = join(folder, "audit.db-shm");
    await makeLink(join(folder, "outside"), shm);
    for (const [line, expected] of commands) {
      const { code, stderr } = await headwaters(folder, line.split(" "));
      assertEquals([line, code], [line, expected], stderr);
      assertStringIncludes(stderr, `"${shm}" is a link`);
    }
    assertEquals((await headwaters(folder, ["pipeline", "doctor"])).code, 1);
    await Deno.remove(shm);
    for (const ending of ["-wal", "-journal", ".lock"]) {
      await makeLink(join(folder, "outside"), join(folder, `audit.db${ending}`));
      const { code } = await headwaters(folder, ["pipeline", "run"]);
      assertEquals([ending, code], [ending, 78]);
      await Deno.remove(join(folder, `audit.db${ending}`));
    }
    assertEquals(filesIn(folder), ["audit.db", "drop/a.csv", "pipeline.yaml"]);
  },
);

test("headwaters, its groups and its commands have help, and wrong words name the nearest", async (folder) => {
  const help = await headwaters(folder, []);
  assertEquals(help.code, 0);
  const groups = help.stdout.split("\n").flatMap((line) => /^ {2}(\w+) {2,}/.exec(line)?.[1] ?? []);
  assert(groups.includes("pipeline") && groups.includes("errors"), help.stdout);
  assertMatch(
    (await headwaters(folder, ["--version"])).stdout,
    /^headwaters \d+\.\d+\.\d+ \(deno \d/,
  );
  const version = await headwaters(folder, ["--debug", "--version", "--json"]);
  assertEquals(JSON.parse(version.stdout).deno, Deno.version.deno);
  for (const group of groups) {
    const { code, stdout } = await headwaters(folder, [group, "--help"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `headwaters ${group} COMMAND`);
  }
  assertStringIncludes((await headwaters(folder, ["pipelin"])).stderr, 'did you mean "pipeline"?');
  assertStringIncludes(
    (await headwaters(folder, ["errors", "explain", "lake-damagd"])).stderr,
    'did you mean "lake-damaged"?',
  );
});

testEvery(
  "headwaters pipeline plan says what a run would refuse before it reads anything",
  async (folder) => {
    const plan = (...flags: string[]) => headwaters(folder, ["pipeline", "plan", ...flags]);
    const faultsOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).faults;
    assertEquals(faultsOf(await plan("--json")), []);
    await Deno.remove(join(folder, "drop"), { recursive: true });
    await Deno.writeTextFile(
      join(folder, "pipeline.yaml"),
      `${YAML}  - { name: shop, type: database, database: "sqlite:shop.db", streams: [{ name: t }] }\n`,
    );
    const missing = await plan("--json");
    const faults = ["vendor: drop", "shop: shop.db"].map((one) => one.split(": ")).map(
      ([source, path = ""]) =>
        `${source}: "${join(folder, path)}" is missing, and the source fails until it is there`,
    );
    assertEquals([missing.code, faultsOf(missing)], [0, faults], "they may be there in time");
    const text = `A run that started now would fail:\n${
      faults.map((one) => `  ${one}\n`).join("")
    }`;
    assert((await plan()).stdout.endsWith(text));
    assertEquals((await headwaters(folder, ["pipeline", "doctor"])).code, 1, "so would a run");
    const paths: readonly (readonly [string, string, number, string])[] = [
      ["lake/_lake.json", JSON.stringify({ lake_id: "l", audit_id: "a" }), 78, "lake-not-ours"],
      ["lake/raw/s/t/_manifests/01.json", "{}", 78, "lake-not-ours"],
      [
        "audit.db",
        "no database at all, and long enough to be looked at\n".repeat(20),
        78,
        "database-",
      ],
    ];
    for (const [path, text, code, state] of paths) {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
      const refused = await plan("--json");
      const { error } = JSON.parse(refused.stdout);
      assertEquals([refused.code, error.code.startsWith(state)], [code, true], error.message);
      await Deno.remove(join(folder, path));
    }
  },
);

testEvery(
  "headwaters pipeline doctor exits 1 once a published file is gone, as a run would",
  async (folder) => {
    await headwaters(folder, ["pipeline", "run"]);
    const doctor = () => headwaters(folder, ["pipeline", "doctor", "--json"]);
    assertEquals(JSON.parse((await doctor()).stdout).healthy, true);
    const parts = filesIn(folder).filter((path) => /^lake\/raw\/.*\.gz$/.test(path));
    for (const part of parts) await Deno.remove(join(folder, part));
    const { code, stdout } = await doctor();
    const [fault, ...more] = JSON.parse(stdout).findings
      .filter(({ state }: { readonly state: string }) => state === "fault");
    assertEquals([code, parts.length > 0, more], [1, true, []]);
    assertStringIncludes(fault.found, "a run would fail with lake-damaged");
  },
);
