import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { mergeSchemas, SchemaInference, type StructType } from "../../lib/schema/mod.ts";

const K = { name: "k", type: "long", nullable: false, metadata: {} } as const;

function infer(...records: unknown[]): StructType {
  const inference = new SchemaInference();
  for (const record of records) inference.add(record);
  return inference.toStructType();
}

for (
  const [older, newer, type] of [
    [1, 2.5, "double"],
    [1, 1e20, "decimal(38,0)"],
    [1, "a", "string"],
    [true, 1, "string"],
    [null, 7, "long"],
    [7, null, "long"],
    [[], [1], { type: "array", elementType: "long", containsNull: false }],
    [[], 7, "string"],
    [{ k: 1 }, [1], "string"],
    [{}, 1, "string"],
    [false, {}, "string"],
    [[], {}, "string"],
    [null, {}, "string"],
    [{}, { k: 1 }, { type: "struct", fields: [{ ...K, nullable: true }] }],
    [{ k: 1 }, {}, { type: "struct", fields: [{ ...K, nullable: true }] }],
  ] as const
) {
  Deno.test(`mergeSchemas() makes ${JSON.stringify([older, newer])} a ${JSON.stringify(type)}`, () => {
    const merged = mergeSchemas([infer({ x: newer }), infer({ x: older })]);
    assertEquals(merged.fields.map((field) => field.type), [type]);
  });
}

Deno.test("mergeSchemas() widens the decimals of a database without losing a digit", () => {
  const field = (type: string) =>
    ({ type: "struct", fields: [{ name: "n", type, nullable: false, metadata: {} }] }) as const;
  const merge = (a: string, b: string) => mergeSchemas([field(a), field(b)]).fields[0]?.type;
  assertEquals(merge("decimal(8,2)", "decimal(6,4)"), "decimal(10,4)");
  assertEquals(merge("decimal(8,2)", "long"), "decimal(21,2)");
  assertEquals(merge("decimal(38,0)", "decimal(38,10)"), "double");
});

Deno.test("mergeSchemas() keeps the newest order and adds what only older runs have", () => {
  const merged = mergeSchemas([infer({ b: 1, c: { y: 1 } }), infer({ a: 1, c: { x: "s" } })]);
  assertEquals(merged.fields.map(({ name, nullable }) => [name, nullable]), [
    ["b", true],
    ["c", false],
    ["a", true],
  ]);
});

Deno.test("mergeSchemas() of two runs gives the types that one run would have", () => {
  const value = fc.oneof(
    fc.integer(),
    fc.constant(2.5),
    fc.constant(null),
    fc.string(),
    fc.boolean(),
    fc.array(fc.integer()),
    fc.record({ k: fc.integer(), l: fc.constant(0.5) }, { requiredKeys: [] }),
  );
  const record = fc.record({ a: value, b: value }, { requiredKeys: [] });
  const types = ({ fields }: StructType) =>
    Object.fromEntries(
      fields.map(({ name, type }) => [name, typeof type === "string" ? type : type.type]),
    );
  fc.assert(
    fc.property(fc.array(record), fc.array(record), (older, newer) => {
      const merged = mergeSchemas([infer(...newer), infer(...older)]);
      assertEquals(types(merged), types(infer(...older, ...newer)));
    }),
    { numRuns: 400 },
  );
});

Deno.test("mergeSchemas() lets values fill lists of empty lists that are as deep", () => {
  const merged = (...values: readonly unknown[]) =>
    mergeSchemas(values.map((x) => infer({ x }))).fields[0]?.type;
  assertEquals(merged([[]], [[1]]), infer({ x: [[1]] }).fields[0]?.type);
  assertEquals(merged([[1]], [[]]), infer({ x: [[1]] }).fields[0]?.type);
  assertEquals(merged([[]], []), infer({ x: [[]] }).fields[0]?.type);
  // A list of numbers would lose the empty list.
  assertEquals(merged([[]], [1]), infer({ x: ["x"] }).fields[0]?.type);
});
