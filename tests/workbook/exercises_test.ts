import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { judge, judgeAll, unexpected, type Verdict } from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";
import { everyTest, sample } from "../_sample.ts";
import {
  assertMistake,
  checkOf,
  exercises,
  failures,
  load,
  patchedSolution,
  rightSolutions,
  wrongSolutions,
} from "./_exercises.ts";

const ignore = !granted("read", "net");

Deno.test({
  name: "every exercise has all its parts, and the phases have as many as promised",
  ignore: !granted("read"),
  async fn() {
    const list = await exercises();
    const ids = list.map(({ id }) => id);
    assertEquals(ids.filter((id) => id.startsWith("00.")).length, 5);
    for (const phase of ["01.", "02.", "03.", "04.", "05.", "06."]) {
      assert(ids.filter((id) => id.startsWith(phase)).length >= 5, ids.join());
    }
    const guide = await Deno.readTextFile("phases/README.md");
    for (const phase of ["00", "01", "02", "03", "04", "05", "06"]) {
      const own = list.filter(({ id }) => id.startsWith(`${phase}.`));
      const minutes = own.reduce((sum, exercise) => sum + exercise.minutes, 0);
      assert(guide.includes(`${own[0]?.id} to ${own.at(-1)?.id} (${minutes} min)`), phase);
    }
    for (const exercise of list) {
      const readme = await Deno.readTextFile(join(exercise.folder, "README.md"));
      const [title = ""] = readme.split("\n");
      assertEquals(title, `# ${exercise.id} ${exercise.title}`);
      assertMatch(readme, new RegExp(`${exercise.kind}.*${exercise.minutes} minutes`, "i"));
      assertMatch(readme, /^## The incident$/m);
      assertMatch(readme, new RegExp(`deno task learn start ${exercise.id}`));
      assertEquals(new Set(exercise.hints).size, 3);
      const solution = await Deno.readTextFile(join(exercise.folder, "solution.ts"));
      assertMatch(
        solution,
        /^\/\*\*\n[\s\S]+ \* @module\n \*\//,
        "its reasoning is at its head",
      );
    }
  },
});

Deno.test({
  name: "every stub fails, and says where to begin",
  ignore,
  async fn() {
    for (const exercise of sample(await exercises())) {
      const verdicts = await judgeAll(await checkOf(exercise), await load(exercise, "stub.ts"));
      assertEquals(states(verdicts), verdicts.map(() => "unwritten"), exercise.id);
      const [first] = verdicts;
      assertMatch(first?.state === "unwritten" ? first.what : "", /in this file; begin with/);
      const stub = await Deno.readTextFile(join(exercise.folder, "stub.ts"));
      assertMatch(stub, /TODO\(you\): /);
    }
  },
});

Deno.test({
  name: "every solution passes",
  ignore,
  async fn() {
    for (const exercise of sample(await exercises())) {
      const verdicts = await judgeAll(await checkOf(exercise), await load(exercise, "solution.ts"));
      assertEquals(verdicts.filter(({ state }) => state !== "holds"), [], exercise.id);
    }
  },
});

Deno.test({
  name:
    "every exercise tells a wrong solution by its own mistake, and takes a right one of another form",
  ignore,
  async fn() {
    for (const exercise of sample(await exercises())) {
      const [wrong] = await wrongSolutions(exercise);
      assert(wrong !== undefined);
      await assertMistake(exercise, wrong);
      const [[name, subject] = []] = Object.entries(await rightSolutions(exercise));
      assertEquals(await failures(exercise, subject ?? {}), [], `${exercise.id}: ${name}`);
    }
  },
});

everyTest({
  name: "every mistake of a catalogue is explained in its own words",
  ignore: !granted("read"),
  async fn() {
    for (const exercise of await exercises()) {
      const { mistakes } = await checkOf(exercise);
      const entries = Object.values(mistakes);
      assertEquals(new Set(entries.map(({ means }) => means)).size, entries.length);
      const ids = (await wrongSolutions(exercise)).map(({ id }) => id);
      assertEquals(ids.toSorted(), Object.keys(mistakes).toSorted(), `${exercise.id}: wrong.ts`);
      for (const { means } of entries) assertMatch(means, /^You(r| )/);
    }
  },
});

Deno.test({
  name: "every expectation names a line of its task, and says it of what nobody foresaw",
  ignore: !granted("read"),
  async fn() {
    for (const exercise of await exercises()) {
      const readme = await Deno.readTextFile(join(exercise.folder, "README.md"));
      const task = readme.slice(readme.indexOf("## The task"), readme.indexOf("## Begin"))
        .replaceAll("**", "").replaceAll(/\s+/g, " ");
      const { expectations } = await checkOf(exercise);
      const lines = expectations.map((one) => one.task.replaceAll(/\s+/g, " "));
      assertEquals(lines.filter((one) => one.length < 20 || !task.includes(one)), [], exercise.id);
    }
    const expectation = {
      name: "adds up",
      task: "The sum is",
      test: () => {
        throw unexpected("5");
      },
    };
    const verdict = await judge(expectation, {});
    assert(verdict.state === "mistake");
    assertEquals(verdict.think, "Read this line of the task once more: The sum is ...");
  },
});

Deno.test({
  name: "only exports of the stub are asked for",
  ignore: !granted("read"),
  async fn() {
    for (const exercise of await exercises()) {
      const [check, stub] = [await checkOf(exercise), await load(exercise, "stub.ts")];
      assertEquals(check.exports.filter((name) => !(name in stub)), []);
      assert(check.exports.length > 0);
    }
  },
});

function states(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ state }) => state);
}

/** Only a machine far from UTC sees this mistake; run_check_slow.ts tries it in a process with such a zone. */
const NEEDS_A_ZONE = "local-time";

everyTest({
  name: "every known mistake gets its own message",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
      for (const wrong of await wrongSolutions(exercise)) {
        if (wrong.id !== NEEDS_A_ZONE) await assertMistake(exercise, wrong);
      }
    }
  },
});

everyTest({
  name: "every exercise accepts eight right solutions of unusual forms",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
      const right = Object.entries(await rightSolutions(exercise));
      assertEquals(right.length, 8, exercise.id);
      for (const [name, subject] of right) {
        assertEquals(await failures(exercise, subject), [], `${exercise.id}: ${name}`);
      }
    }
  },
});

Deno.test({
  name: "every known mistake is a change of the solution as it is",
  ignore: !granted("read"),
  async fn() {
    for (const one of await exercises()) {
      for (const wrong of await wrongSolutions(one)) await patchedSolution(one, wrong.replace);
    }
  },
});
