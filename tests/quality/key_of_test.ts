import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "../_property.ts";
import { parseDotPath } from "../../lib/grammar/mod.ts";
import { keyOf as keyOfText } from "../../lib/quality/mod.ts";

function keyOf(value: unknown, primaryKey: readonly string[]): string {
  return keyOfText(value, primaryKey.map(parseDotPath), () => JSON.stringify(value));
}

Deno.test("keyOf() keeps types and borders apart", () => {
  assertEquals(keyOf({ id: 1 }, ["id"]), "[1]");
  assertEquals(keyOf({ id: "1" }, ["id"]), '["1"]');
  assertNotEquals(keyOf({ a: "x,y", b: "z" }, ["a", "b"]), keyOf({ a: "x", b: "y,z" }, ["a", "b"]));
});

Deno.test("keyOf() gives the same string for the same key whatever else the record holds", () => {
  assertEquals(keyOf({ b: 2, id: "a" }, ["id"]), keyOf({ id: "a", c: [1] }, ["id"]));
});

Deno.test("keyOf() tells records apart whose numbers were rounded to the same", () => {
  for (const [one, two] of [["9007199254740993", "9007199254740992"], ["1.10", "1.1"]]) {
    const keys = [one, two].map((id) => {
      const text = `{"id":${id}}`;
      return keyOfText(JSON.parse(text), [["id"]], () => text);
    });
    assertNotEquals(keys[0], keys[1]);
  }
});

Deno.test("keyOf() never gives one string to two keys", () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const key = fc.tuple(part, part);
  fc.assert(fc.property(key, key, ([a, b], [c, d]) => {
    const same = keyOf({ a, b }, ["a", "b"]) === keyOf({ a: c, b: d }, ["a", "b"]);
    assertEquals(same, a === c && b === d);
  }));
});
