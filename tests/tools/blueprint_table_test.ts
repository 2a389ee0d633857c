import { assert } from "@std/assert";
import { BLUEPRINT_TASKS } from "../../tools/blueprint_table.ts";
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
