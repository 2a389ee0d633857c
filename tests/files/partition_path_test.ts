import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parsePartitionPath, partitionPath } from "../../lib/files/mod.ts";

Deno.test("partitionPath() leaves dates as they are and joins levels", () => {
  assertEquals(partitionPath([["dt", "2026-11-21"], ["hour", "08"]]), "dt=2026-11-21/hour=08");
});

Deno.test("partitionPath() escapes the characters that Spark escapes, in upper hex", () => {
  const value = "a b\n\x7f\"#%'*/:=?\\{[]^}~é";
  assertEquals(
    partitionPath([["k", value]]),
    "k=a b%0A%7F%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E}~é",
  );
});

Deno.test("partitionPath() writes null and the empty text as Hive's null", () => {
  assertEquals(
    partitionPath([["a", null], ["b", ""]]),
    "a=__HIVE_DEFAULT_PARTITION__/b=__HIVE_DEFAULT_PARTITION__",
  );
  assertEquals(parsePartitionPath("a=__HIVE_DEFAULT_PARTITION__"), [["a", null]]);
});

Deno.test("partitionPath() throws when a name is empty", () => {
  assertThrows(() => partitionPath([["", "x"]]), RangeError, "a column name is empty");
});

Deno.test("partitionPath() throws when Spark would pass over the folder, and lose its rows", () => {
  for (const pair of [[".k", "x"], ["k", "a._COPYING_"]] as const) {
    assertThrows(() => partitionPath([["dt", "x"], pair]), RangeError, "Spark passes over");
  }
  assertEquals(partitionPath([["_k", "x"], ["k", ".x"]]), "_k=x/k=.x");
});

Deno.test("parsePartitionPath() passes over folders that are no partition", () => {
  assertEquals(parsePartitionPath("lake/raw/dt=2026-11-21/part-0.gz"), [["dt", "2026-11-21"]]);
});

Deno.test("parsePartitionPath() gives back what partitionPath() was given", () => {
  const char = fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code));
  const part = fc.string({ unit: char, minLength: 1 }).filter((text) => !text.startsWith("."));
  fc.assert(fc.property(fc.array(fc.tuple(part, part)), (values) => {
    const path = partitionPath(values);
    // deno-lint-ignore no-control-regex
    assertMatch(path, /^[^\x00-\x1f\x7f"#'*:?\\{[\]^]*$/);
    assertEquals(parsePartitionPath(path), values);
  }));
});
