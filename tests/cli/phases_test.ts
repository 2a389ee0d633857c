import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit } from "../../lib/audit/mod.ts";
import { GROUPS } from "../../lib/cli/mod.ts";
import { parseFault } from "../../lib/sandbox/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import { recordIntake } from "../audit/_record_intake.ts";
import { STORIES } from "../phases/_stories.ts";
import { inFolder, ROOT, runHeadwaters, said, startHeadwaters } from "./_run_headwaters.ts";

/** Some words that were tools of a phase, and the commands that they are now. */
const MOVED: readonly (readonly [script: string, args: readonly string[], command: string])[] = [
  ["01_apis", ["fetch", "https://example.com"], "api fetch"],
  ["02_files", ["validate", "x"], "files validate"],
  ["02_files", ["prepare", "x"], "files standardize"],
  ["02_files", ["split", "x", "--target", "1MB"], "files split"],
  ["03_databases", ["runs"], "audit runs"],
  ["03_databases", ["rejects", "--audit", "x.db"], "audit rejects"],
  ["05_log_parsing", ["parse", "x.log"], "logs parse"],
  ["05_log_parsing", ["access.log"], "logs parse"],
];

everyTest({
  name: "an old form of a phase's tool exits 64 and names the new command, which exists",
  ignore: !granted("read", "run"),
  async fn() {
    for (const [script, args, command] of sample(MOVED)) {
      const { code, stdout, stderr } = await new Deno.Command("deno", {
        args: ["run", "--no-prompt", "--quiet", `phases/${script}.ts`, ...args],
        cwd: ROOT,
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder().decode(stderr);
      assertEquals([code, stdout.length], [64, 0], text);
      assertStringIncludes(text, `it is now "deno task headwaters ${command}"`);
      const [group = "", name = ""] = command.split(" ");
      assert(GROUPS[group]?.commands[name] !== undefined, command);
    }
  },
});

Deno.test({
  name: "a phase takes no other word, and its task may only what its story needs",
  ignore: !granted("read", "run"),
  async fn() {
    const { stderr, code } = await new Deno.Command("deno", {
      args: ["run", "--no-prompt", "--quiet", "phases/02_files.ts", "story", "splt"],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 64);
    assertStringIncludes(new TextDecoder().decode(stderr), '"splt"');
    const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
    for (const phase of [0, 1, 2, 3, 4, 5, 6]) {
      const flags = tasks[`phase${phase}`].command.split(" ")
        .filter((word: string) => word.startsWith("--allow"));
      assertEquals(flags, [
        "--allow-read=.",
        "--allow-write=data/results",
        "--allow-net=127.0.0.1",
        "--allow-run=deno",
      ], `phase${phase}`);
    }
  },
});

Deno.test({
  name: "every task and fault that a story proposes is there",
  ignore: !granted("read"),
  async fn() {
    const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    const lines = STORIES.flatMap(({ tryNext }) => tryNext.map(([line]) => line));
    for (const line of lines) {
      const [, task] = /deno task (\S+)/.exec(line) ?? [];
      assert(task === undefined || tasks[task] !== undefined, line);
      const [, fault] = /--fault (\S+)/.exec(line) ?? [];
      if (fault !== undefined) parseFault(fault);
    }
  },
});

everyTest({
  name: "every command that a story proposes runs, but for inputs that are not there yet",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inFolder({}, async (folder) => {
      const lines = STORIES.flatMap(({ tryNext }) => tryNext)
        .filter(([line]) => line.startsWith("deno task headwaters "));
      assert(lines.length >= 9, String(lines.length));
      for (const [line, meaning] of sample(lines)) {
        const words = line.replaceAll("/tmp/", `${folder}/`).split(" ").slice(3)
          .map((word) => word.replace(/^'(.*)'$/, "$1"));
        const { code, stderr } = said(await startHeadwaters(words).output());
        const isMissing = /"[^"]*(data\/results|var\/log)[^"]*": there is no such file/.test(
          stderr,
        );
        assert(code !== 64 || isMissing, `${line}: ${stderr}`);
        const [, exitCode] = /exit code (\d+)/.exec(meaning) ?? [];
        assert(exitCode === undefined || code === Number(exitCode), `${line}: ${code}`);
      }
    }),
});

/** Input under the names that the stories use for the reader's own. */
const OWN: Readonly<Record<string, string>> = {
  "my.csv": "id,name\n1,a\n2,b\n",
  "my.jsonl": '{"time":"2026-11-26T02:00:00Z","level":"error","message":"no"}\n',
  "access.log": '127.0.0.1 - - [26/Nov/2026:02:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"\n',
  "logs/app.log": "level=info msg=started ts=2026-11-26T02:00:00Z\n",
  "drop/a.csv": "id\n1\n",
  "my.yaml":
    "name: mine\nlake: lake\naudit: mine.db\nlog_dir: run_logs\nsources:\n  - { name: vendor, type: files, path: drop, min_age: 0s }\n",
};

everyTest({
  name: "each story ends with three commands for the reader's own data, and they work",
  ignore: !granted("read", "write", "run", "net"),
  async fn() {
    let paged = false;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const isLast = !paged || new URL(request.url).searchParams.has("page");
        const headers: HeadersInit = isLast ? {} : { link: '<?page=2>; rel="next"' };
        return Response.json([{ id: isLast ? 2 : 1 }], { headers });
      },
    );
    await inFolder(OWN, async (cwd) => {
      {
        using db = openAudit(join(cwd, "audit.db"));
        recordIntake(db, { date: "", files: [] }, { runId: "R1", now: "2026-11-26T02:00:00Z" });
      }
      for (const [line] of sample(STORIES.flatMap(({ ownData }) => ownData), 2)) {
        assert(line.startsWith("deno task headwaters "), line);
        paged = line.includes("--paginate");
        const words = line
          .replace("https://example.com", `http://127.0.0.1:${server.addr.port}`)
          .split(" ").slice(3).map((word) => word.replace(/^'(.*)'$/, "$1"));
        const { code, stderr } = await runHeadwaters(words, { cwd });
        assertEquals(code, 0, `${line}: ${stderr}`);
      }
    });
  },
});
