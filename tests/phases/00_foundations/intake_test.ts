import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { applyIntake } from "../../../phases/00_foundations/apply_intake.ts";
import { decideIntake, type IntakeFacts } from "../../../phases/00_foundations/decide_intake.ts";
import { tangledIntake } from "../../../phases/00_foundations/tangled_intake.ts";
import { granted } from "../../_granted.ts";

const ignore = !granted("read", "write");
const HEADER = "date,precipitation,temp_max,temp_min,wind,weather";
const GOOD = `${HEADER}\n2015-01-01,0.0,5.6,-3.2,1.2,sun\n`;
const RULES = { header: HEADER, known: new Set(["b".repeat(64)]), date: "2026-11-21" };
const FACTS: IntakeFacts = { name: "Weather 2015.csv", header: HEADER, sha256: "a".repeat(64) };

Deno.test("decideIntake() decides each case by the facts alone", () => {
  const act = (facts: Partial<IntakeFacts>) => decideIntake({ ...FACTS, ...facts }, RULES);
  assertEquals(act({}), { act: "take", target: "dt=2026-11-21/weather_2015-aaaaaaaa.csv" });
  assertEquals(act({ sha256: "b".repeat(64) }), { act: "skip", reason: "duplicate" });
  assertEquals(act({ header: undefined }).act, "reject");
  const wrong = act({ header: "date" });
  assertEquals(wrong.act === "reject" && wrong.code, "file-header");
});

/** What both must do alike: the tests that were there before the function was untangled. */
const CASES: Readonly<Record<string, { readonly content: string; readonly taken: boolean }>> = {
  "good.csv": { content: GOOD, taken: true },
  "Good Name.csv": { content: GOOD.replace("5.6", "5.7"), taken: true },
  "empty.csv": { content: "", taken: false },
  "swapped.csv": {
    content: GOOD.replace("date,precipitation", "precipitation,date"),
    taken: false,
  },
};

for (const [kind, intake] of Object.entries({ tangled, untangled })) {
  Deno.test({
    name: `${kind} intake takes what fits, once, and rejects the rest`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      for (const [name, { content }] of Object.entries(CASES)) {
        await Deno.writeTextFile(join(folder, name), content);
      }
      const take = intake(folder);
      for (const [name, { taken }] of Object.entries(CASES)) {
        assertEquals(await take(name), taken, name);
      }
      assertEquals(await take("good.csv"), false, "a second time");
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name: "tangledIntake() has the faults that its tests never reached",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(join(folder, "one.csv"), GOOD);
    await Deno.writeTextFile(join(folder, "copy.csv"), GOOD);
    await Deno.writeTextFile(
      join(folder, "longer.csv"),
      GOOD.replace("weather\n", "weather,station\n"),
    );
    const old = tangled(folder);
    const take = untangled(folder);
    assertEquals([await old("one.csv"), await take("one.csv")], [true, true]);
    assertEquals([await old("copy.csv"), await take("copy.csv")], [true, false]);
    assertEquals([await old("longer.csv"), await take("longer.csv")], [true, false]);
    assertEquals(await old("missing.csv"), false);
    await Deno.remove(folder, { recursive: true });
  },
});

function tangled(folder: string): (name: string) => Promise<boolean> {
  return (name) => tangledIntake(name, folder);
}

function untangled(folder: string): (name: string) => Promise<boolean> {
  const options = {
    folder,
    lake: join(folder, "lake2"),
    header: HEADER,
    known: new Set<string>(),
    date: "2026-11-21",
  };
  return async (name) => (await applyIntake(name, options)).act === "take";
}
