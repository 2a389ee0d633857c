import type { ParquetWriter } from "hyparquet-writer";
import type { SparkType, StructType } from "../schema/mod.ts";
import { RECORD } from "./_view_parts.ts";

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Returns the columns of a Spark schema as Parquet has them (parquet-format, LogicalTypes.md). */
export function parquetElements(schema: StructType = RECORD): SchemaElement[] {
  return [
    { name: "spark_schema", num_children: schema.fields.length },
    ...schema.fields.flatMap(({ name, type }) => elementsOf(name, type)),
  ];
}

function elementsOf(name: string, type: SparkType): SchemaElement[] {
  const repetition_type = "OPTIONAL";
  if (typeof type === "string") return [{ name, repetition_type, ...simpleElement(type) }];
  switch (type.type) {
    case "struct":
      return [
        { name, repetition_type, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elementsOf(field.name, field.type)),
      ];
    case "array":
      return [
        { name, repetition_type, num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elementsOf("element", type.elementType),
      ];
    case "map":
      return [
        { name, repetition_type, num_children: 1, converted_type: "MAP" },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { name: "key", repetition_type: "REQUIRED", ...simpleElement("string") },
        ...elementsOf("value", type.valueType),
      ];
  }
}

function simpleElement(type: string): Omit<SchemaElement, "name"> {
  switch (type) {
    case "string":
      return { type: "BYTE_ARRAY", converted_type: "UTF8" };
    case "long":
      return { type: "INT64" };
    case "integer":
      return { type: "INT32" };
    case "double":
      return { type: "DOUBLE" };
    case "boolean":
      return { type: "BOOLEAN" };
    case "timestamp":
      return {
        type: "INT64",
        converted_type: "TIMESTAMP_MICROS",
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
      };
  }
  const [, precision = "", scale = ""] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision === "") throw new RangeError(`type ${type} has no place in Parquet`);
  return {
    ...(Number(precision) <= 18
      ? { type: "INT64" }
      : { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16 }),
    converted_type: "DECIMAL",
    precision: Number(precision),
    scale: Number(scale),
  };
}
