import { assertEquals, assertThrows } from "@std/assert";
import { predictSparkTasks } from "../../lib/files/mod.ts";
import { SPARK_LAYOUTS } from "./_spark_layouts.ts";

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
    evenTaskBytes: 128 * MIB,
    hidden: [],
    isPartitioned: false,
    passedOver: [],
    refusal: undefined,
    unknownCodec: [],
    oversized: [],
  });
});

Deno.test("predictSparkTasks() splits nothing with multiLine, and knows codecs by their exact suffix", () => {
  const size = 256 * MIB;
  const tasks = (path: string, multiLine = false) =>
    predictSparkTasks([{ path, size }], { parallelism: 2, multiLine }).tasks;
  assertEquals([tasks("a.csv"), tasks("a.csv", true), tasks("a.csv.bz2")], [2, 1, 2]);
  assertEquals([tasks("a.csv.gz"), tasks("a.csv.GZ"), tasks("a.csv.gzip")], [1, 2, 2]);
  const { unknownCodec } = predictSparkTasks([{ path: "a.csv.GZ", size }, { path: "b.gz", size }]);
  assertEquals(unknownCodec, ["a.csv.GZ"]);
});

Deno.test("predictSparkTasks() leaves out what Spark does not see", () => {
  const names = [
    "_SUCCESS",
    "a/_b=1/x.csv",
    ".x.csv",
    "y.csv._COPYING_",
    "_tmp/z.csv",
    "_metadata",
    "_metadata/u.csv",
  ];
  const { tasks, hidden } = predictSparkTasks(
    [...names, "a/_b=1/q.csv"].map((path) => ({ path, size: 1 })),
    { openCost: 0, parallelism: 1, maxPartitionBytes: 1 },
  );
  assertEquals(hidden, ["_SUCCESS", ".x.csv", "y.csv._COPYING_", "_tmp/z.csv", "_metadata"]);
  assertEquals(tasks, 0);
});

Deno.test("predictSparkTasks() says which files of a folder Spark passes over, or why it refuses it", () => {
  for (const { paths, read } of SPARK_LAYOUTS) {
    const files = paths.filter((path) => !path.endsWith("/"))
      .map((path) => ({ path, size: path.endsWith("0.csv") ? 0 : 1 }));
    const plan = predictSparkTasks(files, { openCost: 0, maxPartitionBytes: 1 });
    const { hidden, passedOver, refusal, tasks } = plan;
    const left = new Set([...hidden, ...passedOver]);
    const found = files.filter(({ path, size }) => size > 0 && !left.has(path));
    const isRefused = typeof read === "string";
    assertEquals(refusal?.includes(String(read)) ?? false, isRefused, `${paths}: ${refusal}`);
    assertEquals(isRefused || found.map(({ path }) => path), isRefused || read, `${paths}`);
    assertEquals(tasks, isRefused ? 0 : read.length, `${paths}`);
  }
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
