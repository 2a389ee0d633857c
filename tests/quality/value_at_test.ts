import { assertEquals } from "@std/assert";
import { valueAt } from "../../lib/quality/mod.ts";

for (
  const [what, value, path, expected] of [
    ["a field", { a: 1 }, "a", 1],
    ["a field of a field", { a: { b: { c: null } } }, "a.b.c", null],
    ["a name that holds dots before a path", { "a.b": 1, a: { b: 2 } }, "a.b", 1],
    ["nothing where the way ends", { a: 1 }, "a.b.c", undefined],
    ["nothing in arrays", { a: [1] }, "a.0", undefined],
    ["nothing that is inherited", { a: {} }, "a.constructor", undefined],
    ["nothing that is inherited by the record", {}, "toString", undefined],
    ["nothing in what is no object", "text", "length", undefined],
  ] as const
) {
  Deno.test(`valueAt() returns ${what}`, () => {
    assertEquals(valueAt(value, path), expected);
  });
}
