import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../lib/errors/mod.ts";
import { refuseUnknown, taskHelp, wantsHelp } from "../../tools/task.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";

type Tasks = Readonly<Record<string, { readonly description: string; readonly command: string }>>;

async function readTasks(): Promise<Tasks> {
  return JSON.parse(await Deno.readTextFile("deno.json")).tasks;
}

Deno.test("taskHelp() says what a task does, and each of its commands", () => {
  const lines = taskHelp("ok", "Run what CI runs", "deno task check && deno task test").split("\n");
  assertEquals(lines[0], "Run what CI runs.");
  assertEquals(lines.slice(-4), ["Commands", "  deno task check", "  deno task test", ""]);
});

Deno.test("wantsHelp() leaves alone what is for a program of the task's", () => {
  assertEquals([["--help"], ["-h"], ["x", "--", "--help"], []].map(wantsHelp), [
    ...[true, true],
    ...[false, false],
  ]);
});

Deno.test({
  name: "no task hands --help to the last of several commands, or to the runtime",
  ignore: !granted("read"),
  async fn() {
    for (const [name, { command }] of Object.entries(await readTasks())) {
      // Folders for tests are looked up first, and that is all.
      const own = command.replace(/^FOLDERS="[^&]*&& /, "").replace(/^(?:[A-Z_]+=[$\w]+ )+/, "");
      const asks = new RegExp(`^deno run .* tools/task\\.ts ${name} '[^']+'$`);
      assert(asks.test(own) || /^deno run [^&']*\.ts$/.test(own), `${name}: ${command}`);
    }
  },
});

Deno.test("refuseUnknown() starts nothing for a flag that no command knows", () => {
  const test = 'F="x" && deno test --no-check .test_groups/*.ts';
  const refused = (commands: string, ...args: string[]): string | undefined => {
    try {
      refuseUnknown("t", commands, args);
      return undefined;
    } catch (error) {
      return error instanceof UsageError ? error.message : String(error);
    }
  };
  assertEquals(refused(test, "--filter=x", "a.ts", "--", "--every-case"), undefined);
  assertEquals(
    refused(test, "--bogus"),
    'Cannot use flag "--bogus": it is unknown (see deno task t --help)',
  );
  assertStringIncludes(refused(test, "--fliter=x") ?? "", 'did you mean "--filter"?');
  assertStringIncludes(refused("deno test labs.ts -- --write", "--filter=x") ?? "", "unknown");
  assertStringIncludes(refused("deno run bench.ts", "-A") ?? "", 'flag "-A": it is unknown');
});

everyTest({
  name: "each task refuses a flag that it does not know, and does nothing else",
  ignore: !granted("read", "run"),
  async fn() {
    for (const name of Object.keys(await readTasks())) {
      const { code, stdout, stderr } = await new Deno.Command("deno", {
        args: ["task", "--quiet", name, "--bogus"],
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder().decode(stderr);
      assertEquals([name, code, stdout.length], [name, 64, 0], text);
      assert(/--help|^Usage/m.test(text) && !/backtrace|^\s+at /m.test(text), `${name}: ${text}`);
    }
  },
});

everyTest({
  name: "each task answers --help, and does nothing else",
  ignore: !granted("read", "run"),
  async fn() {
    for (const name of Object.keys(await readTasks())) {
      const { code, stdout } = await new Deno.Command("deno", {
        args: ["task", "--quiet", name, "--help"],
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert(code === 0 && /^Usage:? /m.test(text), `${name}: ${code} ${text}`);
    }
  },
});
