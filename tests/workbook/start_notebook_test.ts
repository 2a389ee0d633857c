import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { barChart, show, startNotebook } from "../../lib/workbook/mod.ts";
import { granted } from "../_granted.ts";

const ignore = !granted("read", "write");

Deno.test({
  name: "startNotebook() empties the notebook's work folder and finds the samples",
  ignore,
  async fn() {
    const work = await Deno.makeTempDir();
    try {
      const first = await startNotebook("01", { work });
      await Deno.writeTextFile(join(first.work, "left.txt"), "left");
      const second = await startNotebook("01", { work });
      assertEquals(second.work, join(work, "notebooks", "01"));
      assertEquals([...Deno.readDirSync(second.work)], []);
      assert(Deno.statSync(join(second.samples, "earthquakes.json")).isFile);
      assert(Deno.statSync(join(second.root, "deno.json")).isFile);
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});

Deno.test("startNotebook() refuses a phase that is not two digits", async () => {
  await assertRejects(() => startNotebook("../.."), TypeError, "two digits");
});

Deno.test("show() does nothing outside a notebook", async () => {
  await show(barChart({ a: 1 }, { title: "t" }));
});
