import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { granted } from "../_granted.ts";
import { checkText } from "./_check_text.ts";
import { exercises } from "./_exercises.ts";

const ignore = !granted("read", "write", "net", "run", "env");

Deno.test({
  name:
    "checkFile() passes every solution as a learner's file, in a process with narrow permissions",
  ignore,
  async fn() {
    for (const { id, folder } of await exercises()) {
      const report = await checkText(id, await Deno.readTextFile(join(folder, "solution.ts")));
      assert(report.passed, `${id}: ${JSON.stringify(report.obstacle ?? report.verdicts)}`);
    }
  },
});

Deno.test({
  name: "checkFile() shows the type errors of the learner's file, and of no other",
  ignore,
  async fn() {
    const text = `import type {} from "./near/broken.ts";
export interface ResponseClock { readonly date: string | null; readonly now: number }
export function parseRetryAfter(value: string | null, clock: ResponseClock): number | undefined {
  return value + clock.now;
}
`;
    const near = { "near/broken.ts": "export const broken: number = 'text';\n" };
    const { obstacle, passed } = await checkText("01.1", text, near);
    const problems = obstacle?.kind === "types" ? obstacle.problems : [];
    const places = problems.map(({ line, source }) => `${line}: ${source.trim()}`);
    assertEquals(new Set(places), new Set(["4: return value + clock.now;"]));
    assertMatch(problems[0]?.message ?? "", /not assignable|possibly/);
    assert(!passed);
  },
});
