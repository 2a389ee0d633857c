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

const KINDS = [
  ["lists", listOf, 16],
  ["maps", mapOf, 64],
  ["objects", (type: SparkType) => recordOf("k", type), 64],
] as const;

for (const [kind, within, most] of KINDS) {
  Deno.test(`engineSchema() keeps ${most} levels of ${kind}, and has what is deeper as text`, () => {
    assertEquals(engineSchema(nested(within, most, "long")), nested(within, most, "long"));
    for (const levels of [most + 1, 400]) {
      assertEquals(engineSchema(nested(within, levels, "long")), nested(within, most, "string"));
    }
  });
}

Deno.test("engineSchema() has no column of the name for which Spark numbers rows of Parquet", () => {
  assertEquals(engineSchema(recordOf("_tmp_metadata_row_index", "long")), undefined);
});
