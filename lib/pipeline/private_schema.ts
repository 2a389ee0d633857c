import type { DotPath } from "../grammar/mod.ts";
import type { PrivacyRules } from "../quality/mod.ts";
import type { SchemaChange, SparkType, StructField, StructType } from "../schema/mod.ts";

/** Returns the schema of records of which some values are not kept: none of a column that is dropped, else a text. */
export function privateSchema(
  schema: StructType,
  { drop = [], hash, mask = [] }: PrivacyRules = {},
): StructType {
  const texts = [...mask, ...hash?.columns ?? []];
  const changed = texts.reduce<SparkType>((type, path) => withText(type, path), schema);
  return drop.reduce<SparkType>((type, path) => withoutColumn(type, path), changed) as StructType;
}

/** Says which new columns may hold what is to be kept private: one that privacy names is gone from all records. */
export function uncovered(
  changes: readonly SchemaChange[],
  { hash, mask = [] }: PrivacyRules = {},
): readonly string[] {
  const names = new Set([...mask, ...hash?.columns ?? []].map((path) => path.join(".")));
  const [gone] = changes.flatMap(({ change, field, from }) =>
    change === "removed" ? field : change === "renamed" ? from ?? [] : []
  ).filter((name) => names.has(name));
  if (gone === undefined) return [];
  return changes.filter(({ change, field }) =>
    (change === "added" || change === "renamed") && !names.has(field)
  ).map(({ field }) =>
    `"${field}" is new and "${gone}", which privacy names, is gone: name it there as well, or take "${gone}" out`
  );
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
