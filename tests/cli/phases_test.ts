import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { GROUPS } from "../../lib/cli/mod.ts";
import { granted } from "../_granted.ts";
import { STORIES } from "../../lib/lesson/mod.ts";
import { inFolder, ROOT, said, startHeadwaters } from "./_run_headwaters.ts";

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

Deno.test({
  name: "an old form of a phase's tool exits 64 and names the new command, which exists",
  ignore: !granted("read", "run"),
  async fn() {
    for (const [script, args, command] of MOVED) {
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
        "--allow-write=data/work",
        "--allow-net=127.0.0.1",
        "--allow-run=deno",
      ], `phase${phase}`);
    }
  },
});

Deno.test({
  name: "every command that a story proposes runs, but for inputs that are not there yet",
  ignore: !granted("read", "write", "run"),
  fn: () =>
    inFolder({}, async (folder) => {
      const lines = STORIES.flatMap(({ tryNext }) => tryNext.map(([line]) => line))
        .filter((line) => line.startsWith("deno task headwaters "));
      assert(lines.length >= 9, String(lines.length));
      for (const line of lines) {
        const words = line.replaceAll("/tmp/", `${folder}/`).split(" ").slice(3)
          .map((word) => word.replace(/^'(.*)'$/, "$1"));
        const { code, stderr } = said(await startHeadwaters(words).output());
        const isMissing = /"[^"]*(data\/work|var\/log)[^"]*": there is no such file/.test(stderr);
        assert(code !== 64 || isMissing, `${line}: ${stderr}`);
      }
    }),
});
