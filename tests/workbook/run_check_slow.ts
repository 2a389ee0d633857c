import { assert, assertEquals, assertMatch } from "@std/assert";
import { granted } from "../_granted.ts";
import { exercise, patchedSolution, wrongSolutions } from "./_exercises.ts";
import { firstFailure, run } from "./_run_check.ts";

const ignore = !granted("read", "write", "net", "run", "env");

Deno.test({
  name: "runCheck() names an endless loop that awaits",
  ignore,
  async fn() {
    const text = "export async function* readLines() { for (;;) await null; }";
    const result = await run(text, { patience: 200, grace: 200 }, "00.2");
    assertEquals(firstFailure(result)?.state, "endless");
  },
});

Deno.test({
  name: "runCheck() names a promise that never comes",
  ignore,
  async fn() {
    const text = "export async function* readLines() { await new Promise(() => {}); yield ''; }";
    const result = await run(text, { patience: 50 }, "00.2");
    assertEquals(firstFailure(result)?.state, "stuck");
    assert(result.ended);
  },
});

Deno.test({
  name: "runCheck() says that the memory was full",
  ignore,
  async fn() {
    // The heap's limit must come first: on a busy machine collecting garbage can outlast the usual patience.
    const memory = await run(
      "const all = []; export function parseRetryAfter() { for (;;) all.push(Array(999_999).fill(0.5)); }",
      { patience: 60_000 },
    );
    const full = firstFailure(memory);
    assertMatch(full?.state === "died" ? full.how : JSON.stringify(full), /it filled 256 MB/);
  },
});

Deno.test({
  name: "runCheck() names the line of an error, a missing export and a file that cannot be loaded",
  ignore,
  async fn() {
    const [thrown, missing, unloadable] = await Promise.all([
      run("\nexport function parseRetryAfter() {\n  return null.length;\n}"),
      run("export const nothing = 1;"),
      run("throw new Error('at once');"),
    ]);
    const verdict = firstFailure(thrown);
    assertEquals(verdict?.state === "threw" && verdict.line, 3);
    assertEquals(missing.obstacle, { kind: "missing", names: ["parseRetryAfter"] });
    const { obstacle } = unloadable;
    assertMatch(obstacle?.kind === "unloadable" ? obstacle.error : "", /at once/);
  },
});

Deno.test({
  name: "runCheck() sees a mistake that only a zone far from UTC shows",
  ignore,
  async fn() {
    const which = await exercise("01.1");
    const wrong = (await wrongSolutions(which)).find(({ id }) => id === "local-time");
    const result = await run(await patchedSolution(which, wrong?.replace ?? []));
    const verdict = firstFailure(result);
    assertEquals(verdict?.state === "mistake" && verdict.id, "local-time");
  },
});
