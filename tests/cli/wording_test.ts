import { indented } from "../../lib/cli/pipeline/doctor.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  actionsOf,
  ERROR_CODES,
  type ErrorCode,
  type ErrorCodeInfo,
  UsageError,
} from "../../lib/errors/mod.ts";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { GROUPS } from "../../lib/cli/groups.ts";
import { main } from "../../lib/cli/mod.ts";
import { renderPlan } from "../../lib/pipeline/mod.ts";
import { createStyle, displayWidth } from "../../lib/terminal/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { STOP_REASONS } from "../../lib/api/mod.ts";
import { filesIn, inFolder, ROOT, runHeadwaters, workOf } from "./_run_headwaters.ts";

const ignore = !granted("read", "write");

const YAML = "name: p\nsources: [{ name: s, type: files, path: in }]\n";

Deno.test({
  name: "a wrong command line names the flag or command that was meant",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (
        const [line, hint] of [
          ["--hlep", 'did you mean "--help"?'],
          ["--versoin", 'did you mean "--version"?'],
          ["--version now", "flags come after"],
          ["files --hlep", 'did you mean "--help"?'],
          ["files --json", 'a command is missing before "--json"'],
          ["pipeline -c my.yaml", 'a command is missing before "-c"'],
          ["pipeline plan api.yaml", "its file is named with -c, --config"],
          ["audit show", "RUN is missing: id of the run, as `audit runs` lists it (see"],
          ["db extract shop.db --table t --out o", "its file is named with --from"],
          ["db extract --from shop.db --table t --out o", 'is "sqlite:shop.db" meant?'],
          ["audit runs -c my.yaml", "its file is named with -a, --audit"],
          ["audit rejects path/audit.db", "its file is named with -a, --audit"],
        ] as const
      ) {
        const { code, stderr } = await runHeadwaters(line.split(" "), { cwd });
        assertEquals(code, 64, line);
        assertStringIncludes(stderr, hint);
      }
    }),
});

Deno.test({
  name: "the document of a failure says where, and what is next",
  ignore,
  fn: () =>
    inFolder({ "a.csv": "id\n1\n", "in/a.csv": "id\n1\n", "p.yaml": YAML }, async (cwd) => {
      const missing = join(cwd, "no.db");
      for (
        const [line, where] of [
          ["nope", { command: "headwaters" }],
          ["files nope", { command: "headwaters files" }],
          ["files split a.csv b.csv", { command: "headwaters files split" }],
          ["files split a.csv", { flag: "--out" }],
          ["files validate a.csv --nope", { flag: "--nope" }],
          ["files validate no.csv", { path: join(cwd, "no.csv") }],
          ["files merge a.csv in/a.csv --out a.csv", { path: join(cwd, "a.csv") }],
          ["audit runs -a no.db", { audit: missing }],
          ["pipeline run -c no.yaml", { path: join(cwd, "no.yaml") }],
          ["pipeline init", { command: "headwaters pipeline init" }],
          ["pipeline init https://", { command: "headwaters pipeline init" }],
          ["pipeline init no", { path: join(cwd, "no") }],
          ["pipeline init sqlite:no.db", { path: missing }],
          ["pipeline verify -c p.yaml --program ./a.csv", { audit: join(cwd, "audit.db") }],
          ["pipeline load -c p.yaml --to postgres://u@127.0.0.1/d", {
            audit: join(cwd, "audit.db"),
          }],
          ["pipeline load -c p.yaml --to postgres://u@127.0.0.1/d --ca no.pem", {
            path: join(cwd, "no.pem"),
          }],
          ["pipeline init in --out in/x.yaml", { path: join(cwd, "in/x.yaml") }],
          ["pipeline init in --out a.csv", { path: join(cwd, "a.csv") }],
          ["pipeline init https://api.example.com/x --secret-env NO", {
            flag: "--secret-env",
            value: "NO",
          }],
        ] as const
      ) {
        const { code, stdout } = await runHeadwaters([...line.split(" "), "--json"], { cwd });
        assertEquals([line, code], [line, line.includes("no.yaml") ? 78 : 64], stdout);
        const { error } = JSON.parse(stdout);
        assertEquals([line, error.where], [line, where]);
        assertMatch(error.next, /^\S.*[.?]$/, line);
      }
    }),
});

Deno.test({
  name: "errors explain knows every word by which a listing or run is judged",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (
        const [code, meaning] of [
          ["past-the-end", "it is the end"],
          ["snapshot-shrank", "something is missing"],
          ["file-header", "the file is rejected"],
        ] as const
      ) {
        const said = await workOf(["errors", "explain", code], cwd, { width: 60 });
        assertStringIncludes(said.stdout, meaning);
        assertEquals(said.stdout.split("\n").filter((line) => line.length > 60), []);
      }
      for (const code of judgingWords()) {
        await workOf(["errors", "explain", code], cwd);
      }
      const wrong = () => workOf(["errors", "explain", "header"], cwd);
      await assertRejects(wrong, UsageError, 'did you mean "row-header"?');
      const typed = await workOf(["errors", "explain", "config-syntax"], ROOT);
      assertStringIncludes(typed.stdout, "`deno task pipeline plan` checks");
    }),
});

Deno.test("every example of a command can be pasted as it is", () => {
  for (const [group, { commands }] of Object.entries(GROUPS)) {
    for (const [name, { spec }] of Object.entries(commands)) {
      for (const example of Object.keys(spec.examples ?? {})) {
        assertMatch(example, new RegExp(`\\bheadwaters ${group} ${name}\\b`));
      }
    }
  }
});

/** Words of ours that the library gives streams and listings as their end, its evidence or what speaks against it. */
function judgingWords(): Set<string> {
  const words = new Set<string>(STOP_REASONS);
  for (const area of ["api", "pipeline", "cli/api"]) {
    for (const file of filesIn(join(ROOT, "lib", area))) {
      const text = Deno.readTextFileSync(join(ROOT, "lib", area, file));
      const lists = /\b(?:stopReason|stop_reason|evidence)(?: =)?:? (?:\[[^\]]*\]|"[a-z-]+")/g;
      for (const [list] of text.matchAll(lists)) {
        for (const [, word = ""] of list.matchAll(/"([a-z]+(?:-[a-z]+)*)"/g)) words.add(word);
      }
    }
  }
  assert(words.has("end-of-folder") && words.has("guard") && words.has("one-snapshot"));
  return words;
}

everyTest({
  name: "doctor and plan name commands as they are typed where the user is",
  ignore,
  fn: () =>
    inFolder({ "p.yaml": YAML, "in/a.csv": "id\n1\n" }, async (folder) => {
      {
        using db = openAudit(join(folder, "audit.db"));
        db.run("DELETE FROM owner");
      }
      const { stdout } = await workOf(["pipeline", "doctor", "-c", join(folder, "p.yaml")], ROOT);
      assertStringIncludes(stdout.replace(/\s+/g, " "), "by deno task headwaters audit rebuild");
      assert(!stdout.includes("\\x1b"), stdout);
      const plan = { net: [], read: [], write: [], env: [], args: ["run"], sandboxArgs: undefined };
      const said = {
        ...plan,
        notes: ["headwaters db counts"],
        faults: ["headwaters pipeline plan"],
      };
      const text = renderPlan(said, { style: createStyle({ color: false }), cwd: ROOT });
      assertMatch(text, /deno task headwaters db counts[^]+deno task pipeline plan/);
    }),
});

Deno.test({
  name: "errors explain contradicts neither the table of codes nor itself",
  ignore,
  fn: () =>
    inFolder({}, async (cwd) => {
      for (const [code, info] of Object.entries<ErrorCodeInfo>(ERROR_CODES)) {
        const { stdout } = await workOf(["errors", "explain", code], cwd, { width: Infinity });
        const isTransient = /may succeed when it is tried again/.test(stdout);
        const isNot = /again, unchanged, does not help/.test(stdout);
        assertEquals([isTransient, isNot], [info.transient, !info.transient && !info.varies], code);
        if (isNot) assert(!/\bare transient\b/.test(stdout), stdout);
        const isTakenIn = info.severity === "repair" || info.severity === "accept";
        assert(!isTakenIn || !/to quarantine|is rejected/.test(stdout), stdout);
        const [, exits = ""] = /Exit code: (.+)\./.exec(stdout) ?? [];
        // A stream that stops for it fails its run.
        const ends = actionsOf(code as ErrorCode).stream === "stop" &&
          info.family !== "PaginationError";
        if (ends) assertMatch(exits, /\b(1|78)\b/, code);
      }
    }),
});

Deno.test("a doctor's finding is wrapped behind its state, and a pipe gets it as it is", () => {
  const found = "configuration: 1 problem\n  lake: found a folder, expected another";
  assertEquals(indented(found, 40).split("\n"), [
    "configuration: 1 problem",
    "           lake: found a folder,",
    "           expected another",
    "",
  ]);
  assertEquals(indented("a ".repeat(99), Infinity).split("\n").length, 2);
});

Deno.test({
  name: "what the commands on files say fits a terminal of 80 columns",
  ignore,
  fn: () => {
    const header = Array.from({ length: 20 }, (_, at) => `a long column ${at}`).join(",");
    const files = {
      "wide.csv": `${header}\n${"1,".repeat(19)}1\n`,
      "open.csv": `id,v\n1,${"x".repeat(99)}\n2\n3,"open\n4,x\n`,
      "none.csv": "",
    };
    const names = Object.keys(files);
    return inFolder(files, async (cwd) => {
      for (
        const words of [
          ["inspect", ...names],
          ["validate", ...names],
          ["compress", ...names, "--out", "packed"],
          ["standardize", ...names, "--out", "clean"],
          ["inventory", ".", "--spark"],
        ]
      ) {
        const { stdout } = await workOf(["files", ...words], cwd, { width: 80 });
        const long = stdout.split("\n").filter((line) => displayWidth(line) > 80);
        assertEquals([words[0], long], [words[0], []]);
      }
      const json = ["files", "validate", ...names, "--json"];
      const { stdout } = await workOf(json, cwd, { width: 80 });
      assertEquals(JSON.parse(stdout).files[0].columns.length, 20);
    });
  },
});

Deno.test("COLUMNS is the width of help, and of nothing that is read by lines", async () => {
  const said = async (...line: string[]) => {
    let text = "";
    const add = (more: string) => text += more;
    await main(line, {
      cwd: "/nowhere",
      env: { COLUMNS: "60" },
      signal: new AbortController().signal,
      write: add,
      tell: add,
      start: () => Promise.resolve(0),
    });
    return Math.max(...text.split("\n").map(displayWidth));
  };
  assert(await said("files", "--help") <= 60);
  assert(await said("files", "split", "--rows", "1") > 60);
});
