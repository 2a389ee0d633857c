import { assertEquals } from "@std/assert";
import { inTempFolder } from "../e2e/_command.ts";
import { deno, without } from "./_project_without.ts";

// The story of phase 2 is about the type `files`, which therefore needs one more line.
for (const type of ["api", "logs", "module"]) {
  Deno.test(`deleting sources/${type} and its line leaves a project that type-checks`, () =>
    inTempFolder(async (folder) => {
      await without(type, folder);
      const { code, stderr } = await deno(folder, ["check", "phases/06_pipeline.ts"]);
      assertEquals([code, code === 0 ? "" : stderr], [0, ""]);
    }));
}
