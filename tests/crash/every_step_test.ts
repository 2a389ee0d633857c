import { assertGreater } from "@std/assert";
import { granted } from "../_granted.ts";
import { everyNamedStep, proveEveryStop } from "./_crash_matrix.ts";

Deno.test({
  name: "runPipeline() ends with the same records when it dies at any named step and runs again",
  ignore: !granted("read", "write", "net"),
  fn: async () => {
    assertGreater(await proveEveryStop(everyNamedStep, ["killed", "power lost"]), 30);
  },
});
