import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { formatDotPath, parseDotPath, valueAt, withValueAt } from "../../lib/grammar/mod.ts";

for (
  const [text, keys] of [
    ["a", ["a"]],
    ["data.items", ["data", "items"]],
    ["0.rows.-1", ["0", "rows", "-1"]],
    ["@odata\\.id", ["@odata.id"]],
    ["a\\\\.b", ["a\\", "b"]],
    ["Meta Data.1\\. Symbol", ["Meta Data", "1. Symbol"]],
    ["price [USD].filter[since]", ["price [USD]", "filter[since]"]],
    ["items\\[0].a", ["items[0]", "a"]],
  ] as const
) {
  Deno.test(`parseDotPath() reads ${text}`, () => {
    assertEquals(parseDotPath(text), [...keys]);
  });
}

for (
  const [text, found] of [
    ["", "an empty key"],
    ["a..b", "an empty key"],
    [".a", "an empty key"],
    ["a.", "an empty key"],
    ["a\\b", '"\\b"'],
    ["a\\", '"\\"'],
    ["data[0]", '"[0]", expected "data.0" ("\\[" is a bracket in a key)'],
    ["[0].rows[-1].id", '"[0]", expected "0.rows.-1.id"'],
    ["data['items'][2]", `"['items']", expected "data.items.2"`],
    ["data[*].id", '"[*]", expected a path to one value, such as "data" or "data.0"'],
    ["items[]", '"[]", expected a path to one value, such as "items" or "items.0"'],
  ] as const
) {
  Deno.test(`parseDotPath() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(
      () => parseDotPath(text),
      RangeError,
      `Cannot read path "${text}": found ${found}`,
    );
  });
}

Deno.test("parseDotPath() reads what formatDotPath() writes", () => {
  const key = fc.string({
    minLength: 1,
    unit: fc.constantFrom("a", ".", "\\", "-", "0", "[", "]", "'", "*"),
  });
  fc.assert(fc.property(fc.array(key, { minLength: 1 }), (keys) => {
    assertEquals(parseDotPath(formatDotPath(keys)), keys);
  }));
});

for (
  const [what, value, path, expected] of [
    ["a field", { a: 1 }, "a", 1],
    ["a field of a field", { a: { b: { c: null } } }, "a.b.c", null],
    ["a key that holds dots when they are escaped", { "a.b": 1, a: { b: 2 } }, "a\\.b", 1],
    ["a path when its dots are not escaped", { "a.b": 1, a: { b: 2 } }, "a.b", 2],
    ["an item of a list", { a: [1, 2] }, "a.0", 1],
    ["an item counted from the end", { a: [{ b: 1 }, { b: 2 }] }, "a.-1.b", 2],
    ["nothing when the path ends early", { a: 1 }, "a.b.c", undefined],
    ["nothing that a list has of its own", { a: [1] }, "a.length", undefined],
    ["nothing that is inherited", { a: {} }, "a.constructor", undefined],
    ["nothing that is inherited by the record", {}, "toString", undefined],
    ["nothing in what is no object", "text", "length", undefined],
  ] as const
) {
  Deno.test(`valueAt() returns ${what}`, () => {
    assertEquals(valueAt(value, parseDotPath(path)), expected);
  });
}

Deno.test("withValueAt() changes one place of a copy", () => {
  const value = { a: [{ b: 1 }], c: 2 };
  assertEquals(withValueAt(value, ["a", "0", "b"], 9), { a: [{ b: 9 }], c: 2 });
  assertEquals(withValueAt(value, ["d", "e"], 3), { ...value, d: { e: 3 } });
  assertEquals(value, { a: [{ b: 1 }], c: 2 });
});

Deno.test("withValueAt() refuses a place that a list does not have", () => {
  for (const key of ["1", "-2", "b"]) {
    assertThrows(() => withValueAt({ a: [0] }, ["a", key], 9), RangeError);
  }
});
