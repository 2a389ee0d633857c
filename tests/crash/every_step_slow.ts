import { assertGreater } from "@std/assert";
import { BEGINNINGS, ENDINGS, everyStep, proveEveryStop } from "./_crash_matrix.ts";

for (const beginning of BEGINNINGS) {
  for (const ending of ENDINGS) {
    Deno.test(`runPipeline() ends with the same records when it is ${ending} at any step over ${beginning} and runs again`, async () => {
      const proof = { beginning, choose: everyStep, endings: [ending] };
      assertGreater(await proveEveryStop(proof), 150);
    });
  }
}
