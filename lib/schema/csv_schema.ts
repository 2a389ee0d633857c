import type { StructType } from "./struct_type.ts";

/**
 * Returns the schema of a CSV file as it lands in the lake: every column a string, each nullable.
 *
 * Types are the reader's decision. Spark binds them by position (`enforceSchema`), which is why the order of columns counts.
 *
 * @param columns Names in the order of the file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(csvSchema(["date"]).fields[0]?.type, "string");
 * ```
 */
export function csvSchema(columns: readonly string[]): StructType {
  return {
    type: "struct",
    fields: columns.map((name) => ({ name, type: "string", nullable: true, metadata: {} })),
  };
}
