import { assertGreater } from "@std/assert";
import { granted } from "../_granted.ts";
import { BEGINNINGS, ENDINGS, everyNamedStep, proveEveryStop } from "./_crash_matrix.ts";

for (const beginning of BEGINNINGS) {
  Deno.test({
    name:
      `runPipeline() ends with the same records when it dies at any named step over ${beginning} and runs again`,
    ignore: !granted("read", "write", "net"),
    fn: async () => {
      const proof = { beginning, choose: everyNamedStep, endings: ENDINGS };
      assertGreater(await proveEveryStop(proof), 30);
    },
  });
}
