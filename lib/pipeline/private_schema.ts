import { type Contract, RESCUED } from "./contract.ts";
import { type DotPath, formatDotPath } from "../grammar/mod.ts";
import type { PrivacyRules } from "../quality/mod.ts";
import {
  diffSchemas,
  mergeSchemas,
  SchemaInference,
  type SparkType,
  type StructField,
  type StructType,
} from "../schema/mod.ts";

/** Returns the schema of records of which some values are not kept: none of a column that is dropped, else a text. */
export function privateSchema(
  schema: StructType,
  { drop = [], hash, mask = [] }: PrivacyRules = {},
): StructType {
  const texts = [...mask, ...hash?.columns ?? []];
  const changed = texts.reduce<SparkType>((type, path) => withText(type, path), schema);
  return drop.reduce<SparkType>((type, path) => withoutColumn(type, path), changed) as StructType;
}

/**
 * Says which new columns may hold what is to be kept private: one that privacy names is in none of the records of a read,
 * though it was known. Nothing is known of one that is dropped, so that naming it says that it should be there. In a read
 * of what is new it may be missing by chance; then a later read has it again.
 */
export function uncovered(
  { changes, known, read, dropped }: Contract,
  { drop = [], hash, mask = [] }: PrivacyRules = {},
): readonly string[] {
  const paths = [...mask, ...hash?.columns ?? []];
  const gone =
    paths.find((path) => known !== undefined && hasColumn(known, path) && !hasColumn(read, path)) ??
      drop.find((path) => dropped?.has(formatDotPath(path)) === false);
  if (known === undefined || gone === undefined) return [];
  const name = gone.join(".");
  const names = new Set(paths.map((path) => path.join(".")));
  const added = changes.flatMap(({ change, field }) =>
    (change === "added" || change === "renamed") && !names.has(field) ? field : []
  );
  // What a contract has rescued holds columns that are new, whenever that column itself came.
  const rescued = hasColumn(read, [RESCUED]) && !added.includes(RESCUED) ? [RESCUED] : [];
  return [...added, ...rescued].map((field) =>
    `"${field}" is new and "${name}", which privacy names, is gone: name it there as well, or take "${name}" out`
  );
}

/**
 * Says whether a record alone may hold under a new name what is to be kept private.
 *
 * @param value The record with nothing that may not be kept.
 * @param dropped Dot paths that privacy has left out of it.
 */
export function mayHide(
  value: unknown,
  { known, dropped }: Pick<Contract, "known" | "dropped">,
  rules: PrivacyRules,
): boolean {
  if (known === undefined) return false;
  const inference = new SchemaInference();
  inference.add(value);
  const read = inference.toStructType();
  const changes = diffSchemas(known, mergeSchemas([read, known]));
  return uncovered({ changes, known, read, next: undefined, dropped }, rules).length > 0;
}

/** Whether records have a column, through lists as well. */
function hasColumn(type: SparkType, [name, ...rest]: DotPath): boolean {
  if (name === undefined) return true;
  if (typeof type === "string") return false;
  if (type.type === "array") return hasColumn(type.elementType, [name, ...rest]);
  return type.type === "struct" &&
    type.fields.some((field) => field.name === name && hasColumn(field.type, rest));
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
