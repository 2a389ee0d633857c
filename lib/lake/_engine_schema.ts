import { foldName } from "../grammar/mod.ts";
import type { SparkType, StructType } from "../schema/mod.ts";

/** A column of Parquet of this name shows the number of each row in Spark, not what is in it. */
const ROW_INDEX = "_tmp_metadata_row_index";

/**
 * Deepest value that is a type of its own, with 1 for a field of the record. Spark 3.5 reads 150 levels and fails with
 * 200, DuckDB 1.5 fails with lists of 200.
 */
const MAX_DEPTH = 64;

/** Most lists within each other: DuckDB 1.5 takes twice as long for each more in Parquet, 0.2 s for 16 and 8 s for 24. */
const MAX_LISTS = 16;

/**
 * Returns the schema with names that every engine can tell apart: most do not by case, and some have no name for the
 * empty one. An object with other names becomes its text, and so does an object or list below 64 levels
 * or 16 lists.
 *
 * @returns `undefined` if the fields of the records themselves cannot be named, or there are none.
 */
export function engineSchema(schema: StructType): StructType | undefined {
  return schema.fields.length > 0 && areNames(schema) ? structOf(schema, 1, 1) : undefined;
}

/**
 * Returns the columns of a CSV file, which are bound by position, with names that every engine can tell apart.
 *
 * @param others Names of columns that are, or will be, next to them: none gets the name of another.
 */
export function distinctNames(schema: StructType, others: readonly string[]): StructType {
  const own = new Set([...others, ...schema.fields.map(({ name }) => name)].map(foldName));
  const taken = new Set<string>();
  return {
    ...schema,
    fields: schema.fields.map((field, at) => {
      let name = field.name;
      if (!isName(name) || taken.has(foldName(name))) {
        name = isName(name) ? `${name}_${at + 1}` : `column_${at + 1}`;
        while (own.has(foldName(name)) || taken.has(foldName(name))) name = `${name}_${at + 1}`;
      }
      taken.add(foldName(name));
      return { ...field, name };
    }),
  };
}

function structOf(schema: StructType, depth: number, lists: number): StructType {
  return {
    ...schema,
    fields: schema.fields.map((field) => ({ ...field, type: typeOf(field.type, depth, lists) })),
  };
}

function typeOf(type: SparkType, depth: number, lists: number): SparkType {
  if (typeof type === "string") return type;
  if (depth > MAX_DEPTH) return "string";
  switch (type.type) {
    case "struct":
      return areNames(type) ? structOf(type, depth + 1, lists) : "string";
    case "array":
      if (lists > MAX_LISTS) return "string";
      return { ...type, elementType: typeOf(type.elementType, depth + 1, lists + 1) };
    case "map":
      return { ...type, valueType: typeOf(type.valueType, depth + 1, lists) };
  }
}

function areNames(type: StructType): boolean {
  return faultOf(type) === undefined;
}

/** Says which names of a schema engines cannot tell apart or do not have, and where; `undefined` if there are none. */
export function nameFault(type: SparkType, at: readonly string[] = []): string | undefined {
  if (typeof type === "string") return undefined;
  if (type.type === "array") return nameFault(type.elementType, at);
  if (type.type === "map") return nameFault(type.valueType, at);
  const fault = faultOf(type);
  if (fault !== undefined) return at.length === 0 ? fault : `${fault} in ${quote(at.join("."))}`;
  return type.fields.map((field) => nameFault(field.type, [...at, field.name]))
    .find((inner) => inner !== undefined);
}

function faultOf({ fields }: StructType): string | undefined {
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const alike = seen.get(foldName(name));
    if (alike !== undefined) return `${quote(alike)} and ${quote(name)}`;
    if (!isName(name)) return quote(name);
    seen.set(foldName(name), name);
  }
  return undefined;
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function isName(name: string): boolean {
  return name !== "" && name !== ROW_INDEX && !name.includes("\0") && name.isWellFormed();
}
