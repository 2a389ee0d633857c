import type { DotPath } from "../grammar/mod.ts";
import type { PrivacyRules } from "../quality/mod.ts";
import type { SparkType, StructField, StructType } from "../schema/mod.ts";

/** Returns the schema of records of which some values are not kept: none of a column that is dropped, else a text. */
export function privateSchema(
  schema: StructType,
  { drop = [], hash, mask = [] }: PrivacyRules = {},
): StructType {
  const texts = [...mask, ...hash?.columns ?? []];
  const changed = texts.reduce<SparkType>((type, path) => withText(type, path), schema);
  return drop.reduce<SparkType>((type, path) => withoutColumn(type, path), changed) as StructType;
}

function withText(type: SparkType, path: DotPath): SparkType {
  return inField(type, path, (field) => [{ ...field, type: "string", metadata: {} }]);
}

function withoutColumn(type: SparkType, path: DotPath): SparkType {
  return inField(type, path, () => []);
}

/** Changes the field at a path, through lists as well. */
function inField(
  type: SparkType,
  path: DotPath,
  change: (field: StructField) => StructField[],
): SparkType {
  const [name, ...rest] = path;
  if (typeof type === "string") return type;
  if (type.type === "array") {
    return { ...type, elementType: inField(type.elementType, path, change) };
  }
  if (type.type !== "struct") return type;
  const fields = type.fields.flatMap((field) => {
    if (field.name !== name) return [field];
    return rest.length === 0
      ? change(field)
      : [{ ...field, type: inField(field.type, rest, change) }];
  });
  return { ...type, fields };
}
