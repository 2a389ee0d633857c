import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exercise, exercises, ROOT, temporaryWork } from "./_exercises.ts";
import { runCheck } from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest } from "../_sample.ts";
import { firstFailure, run } from "./_run_check.ts";

const ignore = !granted("read", "write", "net", "run", "env");

Deno.test({
  name: "runCheck() names an endless loop",
  ignore,
  async fn() {
    const text = "export function parseRetryAfter() { for (;;); }";
    const result = await run(text, { patience: 100, grace: 100 });
    assertEquals(firstFailure(result)?.state, "endless");
    assertEquals([result.verdicts.length, result.ended], [1, false]);
  },
});

Deno.test({
  name:
    "runCheck() gives the code no file, variable, host or program, and hears what it prints and forgets",
  ignore,
  async fn() {
    const attempts = [
      `() => Deno.readTextFile("${ROOT}/deno.json")`,
      "() => Deno.writeTextFile('x', '')",
      "() => Deno.env.get('HOME')",
      "() => fetch('http://127.0.0.1:8080')",
      "() => new Deno.Command('deno').spawn()",
      `() => import(["${ROOT}", "lib/api/mod.ts"].join("/"))`,
    ];
    const result = await run(`
      void Promise.reject(new Error("lost"));
      for (const attempt of [${attempts}]) {
        try {
          await attempt();
          console.log("done");
        } catch (error) {
          console.log(error.name, error.message);
        }
      }
      export function parseRetryAfter() { Deno.exit(3); }`);
    assertEquals(result.printed.length, attempts.length);
    for (const line of result.printed) assertMatch(line, /NotCapable|read access/);
    assertMatch(result.strays[0] ?? "", /lost/);
    const verdict = firstFailure(result);
    assert(verdict?.state === "died");
    assertMatch(verdict.how, /exit code 3/);
  },
});

Deno.test({
  name: "every check can be run as a process",
  ignore,
  async fn() {
    for (const { folder, id } of await exercises()) {
      const text = await Deno.readTextFile(join(folder, "check.ts"));
      assert(text.endsWith("\nif (import.meta.main) await checkProcess(check);\n"), id);
    }
  },
});

Deno.test({
  name: "runCheck() does not blame the learner for a check that says nothing",
  ignore,
  async fn() {
    await using work = await temporaryWork();
    await Deno.writeTextFile(join(work.path, "check.ts"), "export const check = {};");
    const mute = { ...await exercise("01.1"), folder: work.path };
    await assertRejects(
      () => runCheck(mute, join(work.path, "mine.ts"), { root: ROOT }),
      Error,
      "its check ended (0) and said nothing",
    );
  },
});

everyTest({
  name: "runCheck() accepts the solution of every exercise, in the process that a learner gets",
  ignore,
  async fn() {
    for (const { id, folder } of await exercises()) {
      const result = await run(await Deno.readTextFile(join(folder, "solution.ts")), {}, id);
      assertEquals(firstFailure(result), undefined, id);
      assert(result.verdicts.length > 1, `${id} judged nothing`);
    }
  },
});
