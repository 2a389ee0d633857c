import { mergeSchemas } from "./merge_schemas.ts";
import type { StructType } from "./struct_type.ts";

/**
 * Returns the columns that a stream is known to have after one more read. Types only widen; the columns keep their order,
 * and new ones follow.
 *
 * @param isWhole Whether the read has all records that there are, so that a column may be gone.
 */
export function nextSchema(before: StructType, read: StructType, isWhole: boolean): StructType {
  const merged = mergeSchemas([before, read]);
  const names = new Set(read.fields.map(({ name }) => name));
  return isWhole
    ? { ...merged, fields: merged.fields.filter(({ name }) => names.has(name)) }
    : merged;
}
