import { foldName } from "../grammar/mod.ts";
import type { SparkType, StructType } from "../schema/mod.ts";

/**
 * Returns the schema with names that every engine can tell apart: most do not by case, and some have no name for the
 * empty one. An object with other names becomes its text.
 *
 * @returns `undefined` if the fields of the records themselves cannot be named, or there are none.
 */
export function engineSchema(schema: StructType): StructType | undefined {
  return schema.fields.length > 0 && areNames(schema) ? structOf(schema) : undefined;
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

function structOf(schema: StructType): StructType {
  return {
    ...schema,
    fields: schema.fields.map((field) => ({ ...field, type: typeOf(field.type) })),
  };
}

function typeOf(type: SparkType): SparkType {
  if (typeof type === "string") return type;
  switch (type.type) {
    case "struct":
      return areNames(type) ? structOf(type) : "string";
    case "array":
      return { ...type, elementType: typeOf(type.elementType) };
    case "map":
      return { ...type, valueType: typeOf(type.valueType) };
  }
}

function areNames({ fields }: StructType): boolean {
  const names = new Set(fields.map(({ name }) => foldName(name)));
  return names.size === fields.length && fields.every(({ name }) => isName(name));
}

function isName(name: string): boolean {
  return name !== "" && !name.includes("\0") && name.isWellFormed();
}
