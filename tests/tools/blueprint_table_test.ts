import { assert, assertEquals } from "@std/assert";
import { BLUEPRINT_TASKS, fillBlueprint } from "../../tools/blueprint_table.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read");

Deno.test({
  name: "BLUEPRINT_TASKS names only tasks and tests that there are",
  ignore,
  fn() {
    const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
    for (const { task, command, test } of BLUEPRINT_TASKS) {
      assert(Object.hasOwn(tasks, command), `${task}: there is no deno task ${command}`);
      assert(Deno.statSync(`tests/${test}`).isFile, `${task}: there is no tests/${test}`);
    }
  },
});

Deno.test({
  name: "README.md holds the table of the blueprint's tasks as it is",
  ignore,
  fn() {
    const readme = Deno.readTextFileSync("README.md");
    // deno fmt pads the cells of tables.
    const bare = (text: string) => text.replace(/ {2,}/g, " ").replace(/-{3,}/g, "---");
    assertEquals(bare(readme), bare(fillBlueprint(readme)), "run tools/blueprint_table.ts");
  },
});
