import { assertEquals } from "@std/assert";
import { MUTANTS } from "../../tools/mutants/catalogue.ts";
import { granted } from "../_granted.ts";

Deno.test({
  name: "each mutant changes one place that is there, and names a test that is there",
  ignore: !granted("read"),
  async fn() {
    for (const { name, file, find, replace, test } of MUTANTS) {
      const places = (await Deno.readTextFile(file)).split(find).length - 1;
      assertEquals([name, places], [name, 1]);
      assertEquals([name, find === replace], [name, false]);
      await Deno.stat(test);
    }
    assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  },
});
