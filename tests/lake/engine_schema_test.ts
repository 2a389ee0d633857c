import { assertEquals } from "@std/assert";
import { engineSchema } from "../../lib/lake/mod.ts";
import type { SparkType, StructType } from "../../lib/schema/mod.ts";

function listOf(elementType: SparkType): SparkType {
  return { type: "array", elementType, containsNull: false };
}

function mapOf(valueType: SparkType): SparkType {
  return { type: "map", keyType: "string", valueType, valueContainsNull: false };
}

function recordOf(name: string, type: SparkType): StructType {
  return { type: "struct", fields: [{ name, type, nullable: true, metadata: {} }] };
}

function nested(within: (type: SparkType) => SparkType, levels: number, inner: SparkType) {
  let type = inner;
  for (let level = 0; level < levels; level++) type = within(type);
  return recordOf("a", type);
}

for (
  const [kind, within] of [["lists", listOf], ["maps", mapOf], [
    "objects",
    (type: SparkType) => recordOf("k", type),
  ]] as const
) {
  Deno.test(`engineSchema() keeps 64 levels of ${kind}, and has what is deeper as text`, () => {
    assertEquals(engineSchema(nested(within, 64, "long")), nested(within, 64, "long"));
    for (const levels of [65, 400]) {
      assertEquals(engineSchema(nested(within, levels, "long")), nested(within, 64, "string"));
    }
  });
}

Deno.test("engineSchema() has no column of the name for which Spark numbers rows of Parquet", () => {
  assertEquals(engineSchema(recordOf("_tmp_metadata_row_index", "long")), undefined);
});
