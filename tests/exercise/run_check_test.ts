import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type CheckRunResult, runCheck, type Verdict } from "../../lib/exercise/mod.ts";
import { granted } from "../_granted.ts";
import { exercise, ROOT, temporaryWork } from "./_exercises.ts";

const ignore = !granted("read", "write", "net", "run", "env");

Deno.test({
  name: "runCheck() names an endless loop, also one that awaits",
  ignore,
  async fn() {
    const results = await Promise.all([
      run("export function parseRetryAfter() { for (;;); }", { patience: 200, grace: 200 }),
      run("export async function* readLines() { for (;;) await null; }", {
        patience: 200,
        grace: 200,
      }, "00.2"),
    ]);
    for (const result of results) {
      assertEquals(firstFailure(result)?.state, "endless");
      assertEquals(result.verdicts.length, 1);
      assert(!result.ended);
    }
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
  name: "runCheck() says how the process died, and what was printed before",
  ignore,
  async fn() {
    const [exit, memory] = await Promise.all([
      run("export function parseRetryAfter() { console.log('hello'); Deno.exit(3); }"),
      // The heap's limit must come first: on a busy machine collecting garbage can outlast the usual patience.
      run(
        "const all = []; export function parseRetryAfter() { for (;;) all.push(Array(999_999).fill(0.5)); }",
        { patience: 60_000 },
      ),
    ]);
    const [left, full] = [firstFailure(exit), firstFailure(memory)];
    assertMatch(left?.state === "died" ? left.how : "", /exit code 3/);
    assertEquals(exit.printed, ["hello"]);
    assertMatch(full?.state === "died" ? full.how : JSON.stringify(full), /it filled 256 MB/);
  },
});

Deno.test({
  name: "runCheck() tells the line of an error, a missing export and a file that cannot be loaded",
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
    const { folder } = await exercise("01.1");
    const result = await run(await Deno.readTextFile(join(folder, "wrong/local_time.ts")));
    const verdict = firstFailure(result);
    assertEquals(verdict?.state === "mistake" && verdict.id, "local-time");
  },
});

Deno.test({
  name: "runCheck() gives a computed import no way to the answer",
  ignore,
  async fn() {
    const { obstacle } = await run(`await import(["${ROOT}", "lib/api/mod.ts"].join("/"));`);
    assertMatch(obstacle?.kind === "unloadable" ? obstacle.error : "", /NotCapable|read access/);
  },
});

Deno.test({
  name: "runCheck() reports a promise that fails and that nobody awaits",
  ignore,
  async fn() {
    const text = "export function parseRetryAfter() { void Promise.reject(new Error('lost')); }";
    const { strays } = await run(text);
    assertMatch(strays[0] ?? "", /lost/);
  },
});

Deno.test({
  name: "runCheck() gives the code no file, no variable, no host and no program",
  ignore,
  async fn() {
    const bodies = [
      `Deno.readTextFileSync("${ROOT}/deno.json")`,
      "Deno.writeTextFileSync('x', '')",
      "Deno.env.get('HOME')",
      "fetch('http://127.0.0.1:8080')",
      "new Deno.Command('deno').spawn()",
    ];
    const text = (body: string) =>
      `export async function parseRetryAfter() { return await ${body}; }`;
    const results = await Promise.all(bodies.map((body) => run(text(body))));
    for (const result of results) {
      const verdict = firstFailure(result);
      // The check does not await this function; its refusal comes as a stray or as an error.
      const words = `${verdict?.state === "threw" ? verdict.error : ""} ${result.strays.join()}`;
      assertMatch(words, /NotCapable/);
    }
  },
});

/** Runs the check of an exercise on a text. */
async function run(
  text: string,
  time: { readonly patience?: number; readonly grace?: number } = {},
  id: string = "01.1",
): Promise<CheckRunResult> {
  await using work = await temporaryWork();
  const file = join(work.path, "mine.ts");
  await Deno.writeTextFile(file, text);
  return await runCheck(await exercise(id), file, { root: ROOT, ...time });
}

function firstFailure({ verdicts }: CheckRunResult): Verdict | undefined {
  return verdicts.find(({ state }) => state !== "holds");
}
