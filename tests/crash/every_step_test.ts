import { assertGreater } from "@std/assert";
import { granted } from "../_granted.ts";
import { EVERY_CASE, everyTest } from "../_sample.ts";
import {
  BEGINNINGS,
  ENDINGS,
  everyNamedStep,
  proveEveryStop,
  someNamedSteps,
} from "./_crash_matrix.ts";

for (const beginning of BEGINNINGS) {
  // Over an older lake the steps are the same again and a few more; every_step_slow.ts stops at each of them.
  const [name, choose, least] = beginning === "an older lake"
    ? ["every second named step", someNamedSteps(2), 3] as const
    : EVERY_CASE
    ? ["any named step", everyNamedStep, 30] as const
    : ["every fortieth named step", someNamedSteps(40), 1] as const;
  const test = beginning === "an older lake" ? everyTest : Deno.test;
  test({
    name:
      `runPipeline() ends with the same records when it dies at ${name} over ${beginning} and runs again`,
    ignore: !granted("read", "write", "net"),
    fn: async () => {
      const proof = { beginning, choose, endings: ENDINGS };
      assertGreater(await proveEveryStop(proof), least);
    },
  });
}
