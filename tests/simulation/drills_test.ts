import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import { live } from "./_life.ts";
import type { Scenario } from "./_scenario.ts";

const FOLDER = new URL("drills/", import.meta.url);

Deno.test({
  name: "each drill ends as its file says, and its last night leaves nothing to do",
  ignore: !granted("read"),
  async fn() {
    for (const { name } of Deno.readDirSync(FOLDER)) {
      const drill: Scenario = JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
      const expected = drill.nights.map(({ expect }) => expect);
      assert(drill.title && expected.every((one) => one !== undefined), name);
      assertEquals([expected.at(-1)?.exit, (await live(drill)).faults], [0, []], name);
    }
  },
});
