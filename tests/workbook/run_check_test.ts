import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "./_exercises.ts";
import { granted } from "../_granted.ts";
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
