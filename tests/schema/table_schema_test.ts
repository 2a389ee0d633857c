import { assertEquals } from "@std/assert";
import { diffSchemas, nextSchema, type StructType, TableSchema } from "../../lib/schema/mod.ts";

const COLUMNS = [{ name: "id", notNull: true, sparkType: "long" }, {
  name: "data",
  notNull: false,
}];

function schemaOf(...values: readonly unknown[]): StructType {
  const schema = new TableSchema(COLUMNS);
  for (const data of values) schema.add({ id: 1, data });
  return schema.toStructType();
}

Deno.test("TableSchema takes no type from what has none: no row, NULL, {} and []", () => {
  const cases: readonly (readonly [known: unknown, nothing: readonly unknown[]])[] = [
    [5, []],
    [5, [null]],
    ["a", [null, null]],
    [{ n: 1 }, [{}]],
    [{ n: 1 }, [{}, null]],
    [{ n: { m: [1] } }, [{ n: {} }, { n: { m: [] } }]],
    [[1, 2], [[]]],
    [[1, 2], [[null]]],
  ];
  for (const [value, nothing] of cases) {
    const [known, read] = [schemaOf(value), schemaOf(...nothing)];
    const types = ({ fields }: StructType) => fields.map(({ type }) => type);
    const message = JSON.stringify(nothing);
    assertEquals(diffSchemas(known, nextSchema(known, read, false)).filter(isOther), [], message);
    // The other way round nothing was known before.
    assertEquals(diffSchemas(read, nextSchema(read, known, false)).filter(isOther), [], message);
    assertEquals(types(nextSchema(read, known, false)), types(nextSchema(known, read, false)));
  }
});

Deno.test("TableSchema still tells objects, lists and texts apart", () => {
  for (const [before, after] of [[{}, "a"], [{}, [1]], [[], { n: 1 }], [{ n: 1 }, 5]]) {
    const known = schemaOf(before);
    const [, { type } = { type: "" }] = nextSchema(known, schemaOf(after), false).fields;
    assertEquals(type, "string");
  }
});

/** A name that some have and others lack is no other type. */
function isOther({ change }: { readonly change: string }): boolean {
  return change !== "nullable";
}

Deno.test("TableSchema makes a decimal a text once a row has NaN, which no decimal can be", () => {
  const columns = [
    { name: "n", notNull: false, sparkType: "decimal(10,2)" },
    { name: "x", notNull: false, sparkType: "double" },
  ];
  const types = (rows: readonly string[]) => {
    const schema = new TableSchema(columns);
    for (const row of rows) {
      const bytes = new TextEncoder().encode(row);
      if (schema.needsValues(bytes)) schema.add(JSON.parse(row), bytes);
    }
    return schema.toStructType().fields.map(({ type }) => type);
  };
  assertEquals(types(['{"n":1.50,"x":"NaN"}', '{"n":null,"x":1}']), ["decimal(10,2)", "double"]);
  assertEquals(types(['{"n":1.50,"x":1}', '{"n":"NaN","x":"NaN"}']), ["string", "double"]);
});
