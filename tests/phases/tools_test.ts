import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  DATABASES_STORY,
  DATABASES_TOOLS,
  FILES_STORY,
  FILES_TOOLS,
  LOGS_STORY,
  LOGS_TOOLS,
  type Phase,
  recordIntake,
} from "../../lib/lesson/mod.ts";
import { openAudit } from "../../lib/audit/mod.ts";
import { granted } from "../_granted.ts";
import { runTool } from "./_run_tool.ts";

const ignore = !granted("read", "write");
const FILES: Phase = { story: FILES_STORY, tools: FILES_TOOLS, permissions: "It may." };
const DATABASES: Phase = { story: DATABASES_STORY, tools: DATABASES_TOOLS, permissions: "" };
const LOGS: Phase = { story: LOGS_STORY, tools: LOGS_TOOLS, defaultTool: "parse", permissions: "" };

/** Runs a test in a folder that holds some files. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  fn: (at: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tools-" });
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  await fn((name) => join(folder, name)).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("a phase's help names its story, its tools and what it may do", async () => {
  const { code, stdout } = await runTool(FILES, "--help");
  assertEquals(code, 0);
  for (const word of ["story", ...Object.keys(FILES_TOOLS), "--fresh", "It may."]) {
    assertStringIncludes(stdout, word);
  }
  assertStringIncludes((await runTool(FILES, "split", "--help")).stdout, "--target SIZE");
});

Deno.test("a wrong command line is answered with 64 and the nearest right word", async () => {
  const cases: readonly (readonly [Phase, string[], string])[] = [
    [FILES, ["splt", "x"], 'did you mean "split"?'],
    [FILES, ["split"], "FILE is missing"],
    [FILES, ["split", "x.csv", "--targt", "1"], 'did you mean "--target"?'],
    [FILES, ["hash"], "no file is named"],
    [FILES, ["merge", "x.csv"], '"--out" is missing'],
    [DATABASES, ["runs", "--limit", "0"], "expected a whole number from 1"],
    [DATABASES, ["rnus"], 'did you mean "runs"?'],
    [LOGS, ["parse"], "no log is named"],
    [LOGS, ["x.log", "--format", "apache"], 'found "apache", expected one of auto'],
    [LOGS, ["--frsh"], "it is unknown"],
  ];
  for (const [phase, args, message] of cases) {
    const { code, stderr } = await runTool(phase, ...args);
    assertEquals(code, 64, args.join(" "));
    assertStringIncludes(stderr, message);
  }
});

Deno.test({
  name: "phase2's tools hash, validate, prepare, split, merge and list",
  ignore,
  fn: () =>
    inFolder(
      { "a.csv": "id,v\n1,x\n2,y\n", "b.csv": "id,v\n3\n", "c.csv": "v,id\n" },
      async (at) => {
        const hashed = await runTool(FILES, "hash", at("a.csv"));
        assertMatch(hashed.stdout, /^[0-9a-f]{64} {2}.*a\.csv\n$/);
        const good = await runTool(FILES, "validate", at("a.csv"), "--columns", "id,v");
        assertEquals([good.code, good.stdout], [0, `${at("a.csv")}: good, 2 rows\n`]);
        const bad = await runTool(
          FILES,
          "validate",
          at("a.csv"),
          at("b.csv"),
          at("c.csv"),
          "--columns=id,v",
        );
        assertEquals(bad.code, 2);
        assertStringIncludes(bad.stdout, "line 2: row-columns");
        assertStringIncludes(bad.stdout, "rejected, file-header");
        assertEquals((await runTool(FILES, "prepare", at("a.csv"), "-o", at("out"))).code, 0);
        const split = await runTool(
          FILES,
          "split",
          at("a.csv"),
          "-t",
          "10B",
          "-o",
          at("out"),
          "--plain",
        );
        assertStringIncludes(split.stdout, "part-00001.csv");
        const parts = [at("out/part-00000.csv"), at("out/part-00001.csv")];
        assertEquals((await runTool(FILES, "merge", ...parts, "-o", at("all.csv"))).code, 0);
        assertEquals(await Deno.readTextFile(at("all.csv")), "id,v\n1,x\n2,y\n");
        const listed = await runTool(FILES, "inventory", at("out"), "--json");
        const names = listed.stdout.trim().split("\n").map((line) => JSON.parse(line).path);
        assertEquals(names, ["a.csv.gz", "part-00000.csv", "part-00001.csv"]);
        assertStringIncludes((await runTool(FILES, "inventory", at("out"))).stdout, "3 files");
        const missing = await runTool(FILES, "validate", at("nothing.csv"));
        assertEquals([missing.code, missing.stderr.includes("there is no such file")], [64, true]);
      },
    ),
});

Deno.test({
  name: "phase3's tools list an audit database and never write to it",
  ignore,
  fn: () =>
    inFolder({ "no.db": "this is no database at all" }, async (at) => {
      const file = {
        stream: "events",
        path: "a.csv",
        sha256: "ab".repeat(32),
        bytes: 10,
        mtimeMs: 0,
        inode: null,
        acceptance: "",
        verdict: "published" as const,
        duplicateOf: null,
        read: 2,
        written: 1,
        rejects: [{
          code: "row-columns" as const,
          message: "m",
          line: 3,
          byteOffset: 20,
          raw: "x",
        }],
        targets: [],
        errorCode: null,
        errorMessage: null,
      };
      {
        using db = openAudit(at("audit.db"));
        const result = { date: "2026-11-21", files: [file] };
        const first = recordIntake(db, result, { runId: "R1", now: "2026-11-21T00:00:00Z" });
        const second = recordIntake(db, result, { runId: "R2", now: "2026-11-21T00:00:00Z" });
        assertEquals([first.recorded, second.recorded, second.unchanged], [1, 0, 1]);
      }
      const list = (tool: string) => runTool(DATABASES, tool, "--audit", at("audit.db"), "--json");
      assertEquals(JSON.parse((await list("runs")).stdout).run_id, "R1");
      assertEquals(JSON.parse((await list("streams")).stdout).rejected, 1);
      assertEquals(JSON.parse((await list("files")).stdout).path, "a.csv");
      assertEquals(JSON.parse((await list("rejects")).stdout).line, 3);
      assertStringIncludes((await runTool(DATABASES, "runs", "-a", at("audit.db"))).stdout, "R1");
      const damaged = await runTool(DATABASES, "runs", "-a", at("no.db"));
      assertEquals([damaged.code, damaged.stderr.includes("not a database")], [1, true]);
      const none = await runTool(DATABASES, "runs", "-a", at("none.db"));
      assertEquals([none.code, none.stderr.includes("there is none; deno task pipeline")], [
        64,
        true,
      ]);
    }),
});

Deno.test({
  name: "phase5 parses the logs that are named, with or without the word parse",
  ignore,
  fn: () =>
    inFolder({ "a.log": "ts=2026-01-01T00:00:00Z level=error msg=x\n???\n" }, async (at) => {
      const short = await runTool(LOGS, at("a.log"), "--out", at("out"));
      const long = await runTool(LOGS, "parse", at("a.log"), "--json");
      assertEquals([short.code, long.code], [2, 2]);
      assertStringIncludes(short.stdout, "2 lines = 1 records + 1 rejected");
      assertStringIncludes(short.stdout, "rejected line 2: line-unrecognised");
      assertEquals((await Deno.stat(at("out/a.jsonl.gz"))).isFile, true);
      const { records, metrics, rejects } = JSON.parse(long.stdout);
      assertEquals([records, metrics.errors, rejects[0].line], [1, 1, 2]);
      const missing = await runTool(LOGS, at("nothing.log"));
      assertEquals([missing.code, missing.stderr.includes("it is missing")], [1, true]);
    }),
});
