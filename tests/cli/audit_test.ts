import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import { AUDIT_MIGRATIONS, openAudit } from "../../lib/audit/mod.ts";
import { auditRebuild } from "../../lib/cli/audit/rebuild.ts";
import { UsageError } from "../../lib/errors/mod.ts";
import { migrate, openDatabase } from "../../lib/db/mod.ts";
import { spanIdOf, traceIdOf } from "../../lib/logging/mod.ts";
import { recordIntake } from "../audit/_record_intake.ts";
import { UserFolder } from "./_headwaters.ts";
import { granted } from "../_granted.ts";
import {
  filesIn,
  inFolder,
  runHeadwaters,
  said,
  startHeadwaters,
  workOf,
} from "./_run_headwaters.ts";
import { everyTest } from "../_sample.ts";

const ignore = !granted("read", "write", "run");
const NAME = "evil\x1b[31m\x9b.csv";

/** Makes an audit database with two runs of two files and two rejects each. */
async function makeAudit(path: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using db = openAudit(path);
  for (const [runId, name] of [["R1", "a.csv"], ["R2", NAME]] as const) {
    const file = {
      stream: "events",
      path: name,
      sha256: runId.padEnd(64, "0"),
      bytes: 10,
      mtimeMs: 0,
      inode: null,
      acceptance: "",
      verdict: "published" as const,
      duplicateOf: null,
      read: 3,
      written: 1,
      rejects: [3, 7].map((line) => ({
        code: "row-columns" as const,
        message: "expected 6 columns,\nfound 7",
        line,
        byteOffset: 20,
        raw: "x",
      })),
      targets: [],
      errorCode: null,
      errorMessage: null,
    };
    recordIntake(db, { date: "2026-11-21", files: [file] }, { runId, now: "2026-11-21T00:00:00Z" });
  }
}

function test(name: string, fn: (folder: string) => Promise<void>, register = Deno.test): void {
  register({
    name,
    ignore,
    fn: () =>
      inFolder({}, async (folder) => {
        await makeAudit(join(folder, "audit.db"));
        await fn(folder);
      }),
  });
}

function testEvery(...[name, fn]: Parameters<typeof test>): void {
  test(name, fn, everyTest);
}

test("audit listings fit 80 columns, and never cut how it ended or what it is about", async (cwd) => {
  const kept = {
    runs: ["R2", "complete", "exit_code"],
    streams: ["events", "outcome", "error_code"],
    files: ["published", "a.csv", "verdict", "rejected", "error_code"],
    rejects: ["row-columns", "source", "line", "found 7"],
  };
  for (const [listing, words] of Object.entries(kept)) {
    const { stdout, stderr } = await workOf(["audit", listing], cwd, { width: 80 });
    assertEquals(stdout.split("\n").filter((line) => line.length > 80), []);
    assertEquals(words.filter((word) => !stdout.includes(word)), [], stdout);
    assertEquals(stderr.split("\n").filter((line) => line.length > 80), []);
    if (stderr !== "") {
      assertMatch(
        stderr.replaceAll("\n", " "),
        /^No room for .+; --json shows all $/,
      );
    }
    const whole = await workOf(["audit", listing], cwd, { width: Infinity });
    assertEquals([whole.stdout.includes("…"), whole.stderr], [false, ""]);
  }
});

test("audit files says the whole reason, at every width and as JSON, and --rejected only those", async (cwd) => {
  const reason = "Cannot prepare it: " + "a reason that no terminal has the room for, ".repeat(4);
  {
    using db = openAudit(join(cwd, "audit.db"));
    db.run("UPDATE files SET verdict = 'rejected', error_message = ? WHERE run_id = 'R1'", [
      reason,
    ]);
  }
  for (const width of [80, 160, Infinity]) {
    const { stdout } = await workOf(["audit", "files", "--rejected"], cwd, { width });
    assertStringIncludes(stdout.replaceAll(/\s+/g, " "), reason.trim(), String(width));
    assertEquals([stdout.includes("a.csv"), stdout.includes("published")], [true, false]);
    assertEquals(stdout.split("\n").filter((line) => line.length > width), []);
  }
  const { files } = JSON.parse((await workOf(["audit", "files", "--json"], cwd)).stdout);
  assertEquals(files.map((row: { error_message: string }) => row.error_message), [null, reason]);
});

testEvery(
  "audit runs, streams, files and rejects list the newest first, as one document",
  async (cwd) => {
    const list = async (...args: string[]) => {
      const { code, stdout, stderr } = await runHeadwaters(["audit", ...args, "--json"], { cwd });
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const runs = await list("runs");
    assertEquals(runs.runs.map((run: { run_id: string }) => run.run_id), ["R2", "R1"]);
    assertEquals((await list("runs", "--run", "R1")).total, 1);
    assertEquals((await list("streams")).streams.map((row: { run_id: string }) => row.run_id), [
      "R2",
    ]);
    assertEquals((await list("streams", "-r", "R1")).streams[0].rejected, 2);
    assertEquals((await list("files")).files.map((row: { path: string }) => row.path), [
      NAME,
      "a.csv",
    ]);
    const rejects = await list("rejects", "--limit=1");
    assertEquals([rejects.total, rejects.rejects.length, rejects.rejects[0].line], [4, 1, 7]);
    assertEquals((await list("rejects", "-r", "R1")).total, 2);
  },
);

testEvery(
  "audit files escapes what came from outside, and says that there is more",
  async (cwd) => {
    const { stdout, stderr } = await runHeadwaters(["audit", "files", "-n", "1"], { cwd });
    assertStringIncludes(stdout, "evil\\x1b[31m\\x9b.csv");
    assertStringIncludes(stderr, "1 of 2 files; --limit shows more");
    const json = await runHeadwaters(["audit", "files", "--json"], { cwd });
    // deno-lint-ignore no-control-regex
    assert(!/[\x1b\x9b]/.test(stdout + json.stdout));
    const { stdout: rejects } = await runHeadwaters(["audit", "rejects"], { cwd });
    assertEquals(rejects.trimEnd().split("\n").length, 5, "a row is a line");
  },
);

testEvery(
  "audit finds ./audit.db, else data/audit.db, and names both if there is neither",
  async (cwd) => {
    await Deno.mkdir(join(cwd, "project/data"), { recursive: true });
    await Deno.rename(join(cwd, "audit.db"), join(cwd, "project/data/audit.db"));
    const found = await runHeadwaters(["audit", "runs"], { cwd: join(cwd, "project") });
    assertEquals(found.code, 0, found.stderr);
    const { code, stdout, stderr } = await runHeadwaters(["audit", "runs", "--json"], { cwd });
    assertEquals([code, JSON.parse(stdout).error.code], [64, "usage"]);
    assertMatch(stderr, /audit\.db" or ".*data\/audit\.db": there is no such file/);
  },
);

testEvery("audit says what is there instead of a database", async (cwd) => {
  await Deno.mkdir(join(cwd, "folder"));
  await Deno.writeTextFile(join(cwd, "empty.db"), "");
  await Deno.writeTextFile(join(cwd, "text.db"), "these are notes, and no database\n".repeat(100));
  for (
    const [name, code, expected] of [
      ["folder", 64, "it is a folder, expected a file"],
      ["empty.db", 1, "it is empty; run the pipeline once"],
      ["text.db", 78, "it is not an SQLite database; name another file"],
      ["empty.db/x", 64, "there is no such file"],
      ["none.db", 64, "there is no such file"],
    ] as const
  ) {
    const said = await runHeadwaters(["audit", "runs", "-a", name], { cwd });
    assertEquals(said.code, code, `${name}: ${said.stderr}`);
    assertStringIncludes(said.stderr, expected);
  }
  assertEquals(await Deno.readTextFile(join(cwd, "empty.db")), "");
});

test("audit names a file that may not be read, and one that is no regular file", async (cwd) => {
  const path = join(cwd, "audit.db");
  await Deno.chmod(path, 0);
  // Root reads it all the same.
  const isReadable = await Deno.open(path).then((file) => (file.close(), true), () => false);
  if (!isReadable) {
    const { code, stderr } = await runHeadwaters(["audit", "runs"], { cwd });
    assertEquals(code, 64, stderr);
    assertStringIncludes(stderr, "Permission denied");
  }
  await Deno.chmod(path, 0o644);
  // The launcher of its own: this process must not look at a device.
  const device = said(
    await startHeadwaters(["audit", "runs", "-a", "/dev/null"], { cwd }).output(),
  );
  assertStringIncludes(device.stderr, "it is not a regular file");
});

testEvery(
  "audit changes nothing and leaves nothing, also in a folder that cannot be written",
  async (cwd) => {
    const path = join(cwd, "audit.db");
    const before = await Deno.readFile(path);
    await Deno.chmod(path, 0o444);
    await Deno.chmod(cwd, 0o555);
    try {
      for (const name of ["runs", "streams", "files", "rejects"]) {
        const { code, stderr } = await runHeadwaters(["audit", name], { cwd });
        assertEquals(code, 0, stderr);
      }
      assertEquals([filesIn(cwd), await Deno.readFile(path)], [["audit.db"], before]);
    } finally {
      await Deno.chmod(cwd, 0o755);
    }
  },
);

testEvery("audit reads a database that a run is writing", async (cwd) => {
  using db = openAudit(join(cwd, "audit.db"));
  db.run("BEGIN IMMEDIATE");
  db.run("UPDATE runs SET status = 'running' WHERE run_id = 'R2'");
  const before = await runHeadwaters(["audit", "runs", "--json"], { cwd });
  assertEquals(JSON.parse(before.stdout).runs[0].status, "complete");
  db.run("COMMIT");
  const after = await runHeadwaters(["audit", "runs", "--json"], { cwd });
  assertEquals(JSON.parse(after.stdout).runs[0].status, "running", "it is in the WAL");
});

testEvery(
  "audit refuses what is no audit database of this version in one sentence",
  async (cwd) => {
    {
      using foreign = openDatabase(join(cwd, "foreign.db"));
      foreign.run("CREATE TABLE contacts (name TEXT) STRICT");
    }
    {
      using older = openDatabase(join(cwd, "older.db"));
      migrate(older, AUDIT_MIGRATIONS.slice(0, 2));
    }
    await Deno.copyFile(join(cwd, "audit.db"), join(cwd, "newer.db"));
    {
      using newer = openDatabase(join(cwd, "newer.db"));
      newer.run("PRAGMA user_version = 99");
    }
    await Deno.writeTextFile(join(cwd, "text.db"), "no database at all\n".repeat(100));
    const names = filesIn(cwd);
    for (
      const [name, code, expected] of [
        ["foreign.db", "database-foreign", "it is a database of another program"],
        ["older.db", "database-older", "run the pipeline once, which brings it up to date"],
        ["newer.db", "database-newer", "update the program"],
        ["text.db", "database-foreign", "it is not an SQLite database; name another file"],
      ] as const
    ) {
      const said = await runHeadwaters(["audit", "runs", "-a", name, "--json"], { cwd });
      const exit = code === "database-foreign" ? 78 : 1;
      assertEquals([said.code, JSON.parse(said.stdout).error.code], [exit, code], said.stderr);
      assertStringIncludes(said.stderr, expected);
      assertEquals(said.stderr.trimEnd().split("\n").length, 1);
    }
    assertEquals(filesIn(cwd), names);
  },
);

testEvery("audit says what was expected", async (cwd) => {
  const planned = await runHeadwaters(["audit", "runs", "--help"], { cwd });
  assertMatch(planned.stdout, /audit.db,\s+else data\/audit.db/);
  for (
    const [args, expected] of [
      [["--limit", "0"], "expected a whole number from 1"],
      [["--run", "R9"], "there is no such run; the newest is R2"],
      [["R1"], 'Cannot use word "R1"'],
      [["--audit", "."], "it is a folder, expected a file"],
    ] as const
  ) {
    const { code, stderr } = await runHeadwaters(["audit", "runs", ...args], { cwd });
    assertEquals(code, 64, stderr);
    assertStringIncludes(stderr, expected);
  }
});

testEvery(
  "audit show prints a run with its streams, files, rejects and receipt",
  async (folder) => {
    {
      using db = openAudit(join(folder, "audit.db"));
      db.run("UPDATE streams SET error_code = 'http-not-found', error_message = ?", [
        "Cannot fetch \x1b[31m/items",
      ]);
    }
    const without = await runHeadwaters(["audit", "show", "R2"], { cwd: folder });
    assertEquals(without.code, 0);
    assertStringIncludes(without.stdout, "events: Cannot fetch \\x1b[31m/items\n");
    assertStringIncludes(
      without.stderr,
      `No receipt: there is no "${folder}/logs/R2.receipt.json"`,
    );
    const receipt = {
      receipt_version: 1,
      run_id: "R2",
      attempts: 1,
      ended_at: "2026-11-21T00:00:00Z",
      exit_code: 0,
      planned: { net: ["api.example.com:443"], read: ["/in"], write: [], env: [] },
      touched: [{ permission: "read", place: "/in", accesses: 7 }],
      refused: [
        { permission: "net", place: "evil\x1b[31m:443", accesses: 2 },
        { permission: "write", place: "", accesses: 1 },
      ],
      refused_more: 5,
    };
    await Deno.mkdir(join(folder, "elsewhere"));
    const path = join(folder, "elsewhere/R2.receipt.json");
    await Deno.writeTextFile(path, JSON.stringify(receipt));
    const show = (...more: string[]) =>
      runHeadwaters(["audit", "show", "R2", "--logs", "elsewhere", ...more], { cwd: folder });
    const { code, stdout, stderr } = await show();
    assertEquals(code, 0);
    for (const title of ["runs", "streams", "files", "rejects", "accesses"]) {
      assertMatch(stdout, new RegExp(`^${title}$`, "m"));
    }
    assertMatch(stdout, /^refused +net +evil\S+:443 +2$/m);
    assertMatch(stdout, /^refused +write +\(all\) +1$/m);
    assertMatch(stdout, /^allowed +read +\/in +7$/m);
    assertMatch(stdout, /^allowed +net +api\.example\.com:443 +0$/m);
    assert(!`${stdout}${stderr}`.includes("\x1b[31m"));
    assertStringIncludes(stderr, "refused: 5");
    const json = JSON.parse((await show("--json")).stdout);
    assertEquals([json.runs.length, json.files.length, json.receipt], [1, 1, receipt]);
    assertEquals((await runHeadwaters(["audit", "show", "R3"], { cwd: folder })).code, 64);
  },
);

testEvery("audit show names a command that lists what it has left out", async (folder) => {
  const path = join(folder, "audit.db");
  {
    using db = openDatabase(path);
    db.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
       INSERT INTO rejects (run_id, source, stream, code, message, line, bytes)
       SELECT run_id, source, stream, code, message, 100 + i, bytes FROM rejects, n WHERE run_id = 'R2' AND line = 3`,
    );
  }
  await Deno.mkdir(join(folder, "other"));
  const cwd = join(folder, "other");
  const { stderr } = await runHeadwaters(["audit", "show", "R2", "-a", "../audit.db"], { cwd });
  const [, line = ""] = /20 of 32 rejects; headwaters (.*) lists them/.exec(stderr) ?? [stderr];
  const { code, stdout } = await runHeadwaters([...line.split(" "), "--json"], { cwd });
  assertEquals([code, JSON.parse(stdout).rejects.length], [0, 32], line);
});

testEvery("audit sql answers one SELECT, changes nothing, and shows every view", async (cwd) => {
  const sql = async (query: string, ...more: string[]) => {
    const { code, stdout } = await runHeadwaters(["audit", "sql", query, "--json", ...more], {
      cwd,
    });
    return { code, ...JSON.parse(stdout) };
  };
  const big = "select 9007199254740993 as big, x'00ff' as bytes -- to the end;";
  assertEquals((await sql(big)).rows, [{ big: "9007199254740993", bytes: "00ff" }]);
  const { more, rows } = await sql(
    "SELECT path FROM file_history ORDER BY run_id;",
    "--limit",
    "1",
  );
  assertEquals([more, rows], [true, [{ path: "a.csv" }]]);
  const counts = [["run_summary", 2], ["stream_health", 1], ["open_quarantine", 4], [
    "duplicates",
    0,
  ]];
  const union = counts.map(([view]) => `SELECT '${view}' AS view, count(*) AS n FROM ${view}`).join(
    " UNION ALL ",
  );
  assertEquals(
    (await sql(union)).rows.map(({ view, n }: { view: string; n: number }) => [view, n]),
    [["run_summary", 2], ["stream_health", 1], ["open_quarantine", 2], ["duplicates", 0]],
  );
  assertEquals((await sql("SELECT 1e999 AS x, -1e999 AS y")).rows, [
    { x: "Infinity", y: "-Infinity" },
  ]);
  for (const query of ["SELECT randomblob(1000000000)", "SELECT hex(zeroblob(900000000))"]) {
    const { code, error } = await sql(query);
    assertEquals([code, error.message.includes("a value has more than 16 MB")], [64, true]);
  }
  assertEquals((await sql("DELETE FROM runs")).code, 64);
  assertEquals((await sql("SELECT 1); DELETE FROM runs; --")).code, 64);
  const { error } = await sql("SELECT nope FROM runs");
  assertEquals([
    error.code,
    error.message.includes('Cannot run "SELECT nope FROM runs": no such column'),
  ], ["usage", true]);
});

testEvery(
  "audit trace finds a run, a content, a file and what became of it, or says what it takes",
  async (cwd) => {
    const trace = async (id: string) => {
      const { code, stdout } = await runHeadwaters(["audit", "trace", id, "--json"], { cwd });
      return { code, ...JSON.parse(stdout) };
    };
    for (const id of ["R1", "R1".padEnd(64, "0"), "a.csv"]) {
      const { code, runs, streams, files, rejects } = await trace(id);
      assertEquals([code, runs.length, streams.length, files.length], [0, 1, 1, 1], id);
      assertEquals([runs[0].run_id, files[0].path], ["R1", "a.csv"], id);
      if (id.length < 64) assertEquals(rejects.length, 2, id);
    }
    const { code, error } = await trace("nothing");
    assertEquals([code, error.message.includes("expected the id of a run")], [64, true]);
    const line = { time: "2026-11-21T00:00:00.000Z", level: "info", event: "run-started" };
    await Deno.mkdir(join(cwd, "logs"));
    await Deno.writeTextFile(join(cwd, "logs/R1.jsonl"), JSON.stringify(line));
    const { log, timeline } = await trace("R1");
    assertEquals([log, timeline], [[join(cwd, "logs/R1.jsonl")], [line]]);
  },
);

testEvery(
  "audit trace takes what a server and a collector saw: traceparent and trace id",
  async (cwd) => {
    {
      using db = openDatabase(join(cwd, "audit.db"));
      db.run(
        `INSERT INTO pages (run_id, source, stream, number, token, url, request_id, status, attempts, bytes, records, sha256)
       SELECT 'R1', 'workbook', 'events', n, '', 'http://a/', 'R1-0' || n || '-3', 200, 3, 1, 1, ''
       FROM (SELECT 1 AS n UNION SELECT 2)`,
      );
    }
    await Deno.mkdir(join(cwd, "logs"));
    await Deno.writeTextFile(join(cwd, "logs/R1.jsonl"), '{"event":"run-started"}\n');
    const trace = async (id: string) => {
      const { stdout } = await runHeadwaters(["audit", "trace", id, "--json"], { cwd });
      const { id: found, log, pages } = JSON.parse(stdout);
      return { found, log, pages: pages.map(({ number }: { number: number }) => number) };
    };
    const id = traceIdOf("R1");
    const log = [join(cwd, "logs/R1.jsonl")];
    assertEquals(await trace(id), { found: "R1", log, pages: [] });
    // Of an attempt before the last one.
    const parent = `00-${id}-${spanIdOf("R1-02-1")}-01`;
    assertEquals(await trace(parent), { found: "R1-02-1", log: [], pages: [2] });
    assertEquals((await trace(`00-${id}-${spanIdOf("of another process")}-01`)).found, "R1");
  },
);

test("audit trace finds a request that failed for good in the log of its run, by all of its ids", async (cwd) => {
  const run = "01M8FETB8J7THJ7Z038MAP1B8D";
  const failed = { event: "request-failed", level: "warning", time: "2026-11-21T00:00:00.000Z" };
  const line = (request_id: string) => JSON.stringify({ ...failed, request_id });
  {
    using db = openAudit(join(cwd, "audit.db"));
    db.run(
      `INSERT INTO runs (run_id, pipeline, config_identity, status, started_at, attempts)
       VALUES (?, 'p', '', 'failed', 'z', 1)`,
      [run],
    );
  }
  const text = [`${run}-0a1b2c3d-1`, `${run}-0a1b2c3d-2`, `${run}-99999999-1`].map(line).join("\n");
  await Deno.mkdir(join(cwd, "logs"));
  await Deno.writeTextFile(join(cwd, `logs/${run}.jsonl`), text);
  const id = `${run}-0a1b2c3d-2`;
  const span = spanIdOf(id);
  for (const asked of [id, id.toLowerCase(), span, `00-${traceIdOf(run)}-${span}-01`]) {
    const { stdout } = await workOf(["audit", "trace", asked, "--json"], cwd);
    const found = JSON.parse(stdout);
    assertEquals([found.id, found.runs[0]?.run_id], [id, run], asked);
    const ids = found.timeline.map((entry: { readonly request_id: string }) => entry.request_id);
    assertEquals(ids, [`${run}-0a1b2c3d-1`, id], asked);
  }
  const { stdout } = await workOf(["audit", "trace", run.toLowerCase()], cwd, { width: 80 });
  assertEquals(stdout.match(/request-failed/g)?.length, 3, stdout);
});

test("audit trace knows a file by less or more of its path, and fits 80 columns", async (cwd) => {
  {
    using db = openAudit(join(cwd, "audit.db"));
    db.run("UPDATE files SET path = 'csv/day6.csv' WHERE run_id = 'R1'");
    db.run(
      `INSERT INTO publications (run_id, source, stream, kind, path, rows, bytes, sha256, status)
       VALUES ('R1', 'workbook', 'events', 'rejects', 'quarantine/x', 1, 1, '', 'published')`,
    );
  }
  for (const id of ["csv/day6.csv", "day6.csv", "drop/csv/day6.csv", "R1"]) {
    const { stdout, stderr } = await workOf(["audit", "trace", id], cwd, { width: 80 });
    assertStringIncludes(stdout, "csv/day6.csv", id);
    const [, left = ""] = /No room for ([^;]+);/.exec(stderr.replaceAll("\n", " ")) ?? [];
    const titles = stdout.split("\n").filter((line) => line.startsWith("run_id"));
    assertEquals(titles.filter((line) => line.includes("…")), [], left);
  }
  const { stdout } = await workOf(["audit", "trace", "quarantine/x"], cwd, { width: 80 });
  assertMatch(stdout, /quarantine\/x +kept/);
});

testEvery(
  "audit rebuild makes a database from a lake, changes nothing there, and replaces none",
  async (cwd) => {
    const yaml = `name: p
lake: lake
audit: a.db
log_dir: logs
sources: [{ name: v, type: files, path: drop, min_age: 0s }]
`;
    await Deno.mkdir(join(cwd, "drop"));
    await Deno.writeTextFile(join(cwd, "drop/x.csv"), "id\n1\n");
    await Deno.writeTextFile(join(cwd, "p.yaml"), yaml);
    const run = ["pipeline", "run", "-c", "p.yaml", "--json"];
    const { code: first, stdout: filesRun } = await runHeadwaters(run, { cwd });
    assertEquals(first, 0);
    const before = filesIn(cwd);
    const rebuild = (out: string) =>
      runHeadwaters(["audit", "rebuild", "lake", "--out", out, "--json"], { cwd });
    for (const out of ["a.db", "audit.db"]) assertEquals((await rebuild(out)).code, 64);
    assertStringIncludes((await rebuild("a.db")).stdout, "it exists; name a new file");
    assertStringIncludes((await rebuild("lake/raw/x.db")).stdout, "only the pipeline fills");
    const stray = await runHeadwaters(["audit", "rebuild", "drop", "--out", "x.db"], { cwd });
    assertEquals(stray.code, 64);
    assertStringIncludes(
      stray.stderr,
      'Cannot read "drop": it is no lake, neither "_lake.json" nor',
    );
    const { code, stdout, stderr } = await rebuild("b.db");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout).files, 1);
    assertEquals(filesIn(cwd).filter((name) => !before.includes(name)), ["b.db"]);
    const said = {
      runs: "How a run of status unknown ended is not known",
      streams: "streams of a run that published nothing are not known",
      rejects: "rejects of runs before that are in the quarantine",
      files: "only the files that were published are known",
      [`show ${JSON.parse(filesRun).run_id}`]: "rejects of runs before that",
    };
    for (const [words, note] of Object.entries(said)) {
      const { stderr } = await runHeadwaters(["audit", ...words.split(" "), "-a", "b.db"], { cwd });
      assertStringIncludes(stderr.replaceAll("\n", " "), note);
    }
    const { stdout: text } = await runHeadwaters(["audit", "rebuild", "lake", "-o", "c.db"], {
      cwd,
    });
    assertStringIncludes(text, "1 run of 1 stream, 1 file as the manifests say, in ");
    await Deno.remove(join(cwd, "c.db"));
    await Deno.rename(join(cwd, "b.db"), join(cwd, "a.db"));
    const again = JSON.parse((await runHeadwaters(run, { cwd })).stdout);
    assertEquals([again.exit_code, again.totals.written], [0, 0]);
  },
);

Deno.test({
  name: "audit rebuild makes no database next to transactions of an earlier one",
  ignore,
}, () => {
  using folder = new UserFolder({ "a.db-wal": "x", "b.db-journal": "x" });
  const access = (out: string) =>
    auditRebuild.access?.(
      { words: ["lake"], flags: { out } } as never,
      folder.path,
      {},
    );
  for (const out of ["a.db", "b.db"]) {
    assertThrows(() => access(out), UsageError, "belongs to the database that was there; move");
  }
  for (const out of ["c.db-wal", "c.db-shm", "c.db-journal"]) {
    assertThrows(() => access(out), UsageError, "SQLite would take it for a part of a database");
  }
  assertEquals(access("c.db"), {
    read: [folder.at("lake")],
    keeps: [folder.at("lake")],
    files: [folder.at("c.db")],
  });
});
