import { assertEquals } from "@std/assert";
import { checkRecord } from "../../lib/quality/mod.ts";

const RULES = { primaryKey: [["id"], ["of", "name"]], cursor: ["of", "at"] };

Deno.test("checkRecord() returns nothing for a good record", () => {
  assertEquals(checkRecord({ id: 0, of: { name: false, at: "2026-11-21" } }, RULES), undefined);
  assertEquals(checkRecord({ id: "", of: { name: "a", at: 0 } }, RULES), undefined);
  assertEquals(checkRecord({}), undefined);
});

for (
  const [value, message] of [
    [null, "expected an object, found null"],
    [[1], "expected an object, found an array"],
    ["x", "expected an object, found a string"],
    [7, "expected an object, found a number"],
  ] as const
) {
  Deno.test(`checkRecord() refuses ${JSON.stringify(value)} as a record`, () => {
    assertEquals(checkRecord(value, RULES), { code: "record-not-object", message });
  });
}

for (
  const [value, message] of [
    [{ of: { name: 1, at: 1 } }, 'expected a string, number or boolean in "id", found nothing'],
    [
      { id: 1, of: { name: null } },
      'expected a string, number or boolean in "of.name", found null',
    ],
    [{ id: 1, of: "x" }, 'expected a string, number or boolean in "of.name", found nothing'],
    [{ id: {}, of: { name: 1 } }, 'expected a string, number or boolean in "id", found an object'],
    [{ id: [1], of: { name: 1 } }, 'expected a string, number or boolean in "id", found an array'],
  ] as const
) {
  Deno.test(`checkRecord() refuses the key of ${JSON.stringify(value)}`, () => {
    assertEquals(checkRecord(value, RULES), { code: "record-key-missing", message });
  });
}

for (
  const [at, found] of [[undefined, "nothing"], [null, "null"], ["", "an empty text"], [
    true,
    "a boolean",
  ]]
) {
  Deno.test(`checkRecord() refuses ${found} as a cursor`, () => {
    assertEquals(checkRecord({ id: 1, of: { name: 1, at } }, RULES), {
      code: "record-cursor-missing",
      message: `expected a number or a text in "of.at", found ${found}`,
    });
  });
}
