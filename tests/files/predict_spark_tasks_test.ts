import { assertEquals, assertThrows } from "@std/assert";
import { predictSparkTasks } from "../../lib/files/mod.ts";

const MIB = 1024 * 1024;

Deno.test("predictSparkTasks() gives one task to a gzip file of any size and names it", () => {
  const plan = predictSparkTasks([{ path: "a.csv.gz", size: 900 * MIB }]);
  assertEquals(plan.tasks, 1);
  assertEquals(plan.largestTaskBytes, 900 * MIB);
  assertEquals(plan.oversized, ["a.csv.gz"]);
});

Deno.test("predictSparkTasks() splits a plain file at maxPartitionBytes", () => {
  const plan = predictSparkTasks([{ path: "a.csv", size: 1024 * MIB }], { parallelism: 2 });
  assertEquals(plan, {
    tasks: 8,
    maxSplitBytes: 128 * MIB,
    largestTaskBytes: 128 * MIB,
    oversized: [],
  });
});

Deno.test("predictSparkTasks() splits smaller when cores would be idle", () => {
  // (200 + 4) / 4 = 51 MiB a core.
  const plan = predictSparkTasks([{ path: "a.csv", size: 200 * MIB }], { parallelism: 4 });
  assertEquals([plan.maxSplitBytes, plan.tasks], [51 * MIB, 4]);
});

Deno.test("predictSparkTasks() packs small files, each costing 4 MiB more", () => {
  const files = Array.from({ length: 100 }, (_, i) => ({ path: `${i}.json.gz`, size: MIB }));
  // 500 MiB on one core: 128 MiB a task; 25 files cost 125, the 26th still fits (125 + 1).
  assertEquals(predictSparkTasks(files, { parallelism: 1 }).tasks, 4);
  assertEquals(predictSparkTasks(files, { parallelism: 1, openCost: 0 }).tasks, 1);
});

Deno.test("predictSparkTasks() packs largest first and never looks back", () => {
  const sizes = [60, 100, 30].map((size, i) => ({ path: `${i}.gz`, size: size * MIB }));
  const plan = predictSparkTasks(sizes, { parallelism: 1, openCost: 0 });
  assertEquals([plan.tasks, plan.largestTaskBytes], [2, 100 * MIB]);
});

Deno.test("predictSparkTasks() needs no task for nothing", () => {
  assertEquals(predictSparkTasks([]).tasks, 0);
  assertEquals(predictSparkTasks([{ path: "empty.csv", size: 0 }]).tasks, 0);
});

Deno.test("predictSparkTasks() throws when an option is out of range", () => {
  assertThrows(() => predictSparkTasks([], { parallelism: 0 }), RangeError, "parallelism is 0");
  assertThrows(() => predictSparkTasks([], { maxPartitionBytes: NaN }), RangeError);
});
