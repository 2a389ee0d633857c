import { assertGreater } from "@std/assert";
import { everyStep, proveEveryStop } from "./_crash_matrix.ts";

for (const mode of ["killed", "power lost"] as const) {
  Deno.test(`runPipeline() ends with the same records when it is ${mode} at any step and runs again`, async () => {
    assertGreater(await proveEveryStop(everyStep, [mode]), 200);
  });
}
