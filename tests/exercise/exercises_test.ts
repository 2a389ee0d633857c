import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Exercise, judgeAll, type Verdict } from "../../lib/exercise/mod.ts";
import { granted } from "../_granted.ts";
import { checkOf, exercises, load, wrongFiles } from "./_exercises.ts";

const ignore = !granted("read", "net");

/** Only a machine far from UTC sees this mistake; check_file_test.ts tries it in a process with such a zone. */
const NEEDS_A_ZONE = ["01.1/local_time"];

Deno.test({
  name: "every exercise has all its parts, and the phases have as many as promised",
  ignore: !granted("read"),
  async fn() {
    const list = await exercises();
    const ids = list.map(({ id }) => id);
    assertEquals(ids.filter((id) => id.startsWith("00.")).length, 2);
    assert(ids.filter((id) => id.startsWith("01.")).length >= 5, ids.join());
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
        "its reasoning stands at its head",
      );
    }
  },
});

Deno.test({
  name: "every stub fails, and says where to begin",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
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
    for (const exercise of await exercises()) {
      const verdicts = await judgeAll(await checkOf(exercise), await load(exercise, "solution.ts"));
      assertEquals(verdicts.filter(({ state }) => state !== "holds"), [], exercise.id);
    }
  },
});

Deno.test({
  name: "every catalogued wrong solution gets the message of its own mistake",
  ignore,
  async fn() {
    for (const exercise of await exercises()) {
      const found = await mistakes(exercise);
      assert(found.length >= 2, `${exercise.id} has ${found.length} wrong solutions`);
      for (const { name, id } of found) {
        assertEquals(id, name.replaceAll("_", "-"), `${exercise.id}/${name}`);
      }
    }
  },
});

Deno.test({
  name: "every mistake of a catalogue is explained in its own words",
  ignore: !granted("read"),
  async fn() {
    for (const exercise of await exercises()) {
      const { mistakes } = await checkOf(exercise);
      const entries = Object.values(mistakes);
      assertEquals(new Set(entries.map(({ means }) => means)).size, entries.length);
      for (const name of await wrongFiles(exercise)) {
        assert(
          name.replaceAll("_", "-") in mistakes,
          `${exercise.id}: ${name} is no known mistake`,
        );
      }
      for (const { means } of entries) assertMatch(means, /^You(r| )/);
    }
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

async function mistakes(exercise: Exercise) {
  const check = await checkOf(exercise);
  const found: { readonly name: string; readonly id: string | undefined }[] = [];
  for (const name of await wrongFiles(exercise)) {
    if (NEEDS_A_ZONE.includes(`${exercise.id}/${name}`)) continue;
    const verdicts = await judgeAll(check, await load(exercise, `wrong/${name}.ts`));
    const first = verdicts.find(({ state }) => state !== "holds");
    found.push({ name, id: first?.state === "mistake" ? first.id : first?.state });
  }
  return found;
}

function states(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ state }) => state);
}
