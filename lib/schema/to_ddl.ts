import type { SparkType, StructField, StructType } from "./struct_type.ts";

/** Names that SQL has for types whose JSON name is another. */
const NAMES: Readonly<Record<string, string>> = {
  long: "BIGINT",
  integer: "INT",
  short: "SMALLINT",
  byte: "TINYINT",
};

/**
 * Returns the columns of a schema as Spark SQL writes them, for `spark.read.schema(...)` and `CREATE TABLE`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const field = { nullable: true, metadata: {} };
 * const inner = { type: "struct" as const, fields: [{ ...field, name: "x", type: "double" }] };
 * const list = { type: "array" as const, elementType: inner, containsNull: true };
 * assertEquals(
 *   toDdl({
 *     type: "struct",
 *     fields: [{ ...field, name: "id", type: "long", nullable: false }, { ...field, name: "a`b", type: list }],
 *   }),
 *   "`id` BIGINT NOT NULL, `a``b` ARRAY<STRUCT<`x`: DOUBLE>>",
 * );
 * ```
 */
export function toDdl({ fields }: StructType): string {
  return fields.map((field) => columnOf(field, " ")).join(", ");
}

function columnOf({ name, type, nullable }: StructField, between: string): string {
  const must = nullable ? "" : " NOT NULL";
  return `\`${name.replaceAll("`", "``")}\`${between}${typeOf(type)}${must}`;
}

function typeOf(type: SparkType): string {
  if (typeof type === "string") return NAMES[type] ?? type.toUpperCase();
  switch (type.type) {
    case "struct":
      return `STRUCT<${type.fields.map((field) => columnOf(field, ": ")).join(", ")}>`;
    case "array":
      return `ARRAY<${typeOf(type.elementType)}>`;
    case "map":
      return `MAP<STRING, ${typeOf(type.valueType)}>`;
  }
}
