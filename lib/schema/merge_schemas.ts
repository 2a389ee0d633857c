import type { SparkType, StructField, StructType } from "./struct_type.ts";

/**
 * Returns the schema that all records of several schemas fit into, by the rules of {@linkcode SchemaInference}: what
 * does not fit together is a `string`, which engines read from JSON as the value's text.
 *
 * @param schemas The newest first: its fields lead, those that only older ones have follow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SchemaInference } from "./mod.ts";
 *
 * const [older, newer] = [{ id: 1, mag: null }, { id: 2, mag: 2.5 }].map((record) => {
 *   const inference = new SchemaInference();
 *   inference.add(record);
 *   return inference.toStructType();
 * });
 * assertEquals(mergeSchemas([newer!, older!]).fields.map(({ type }) => type), ["long", "double"]);
 * ```
 */
export function mergeSchemas(schemas: readonly StructType[]): StructType {
  const [first = { type: "struct", fields: [] }, ...others] = schemas;
  return others.reduce(mergeStructs, first);
}

function mergeStructs(a: StructType, b: StructType): StructType {
  const names = new Map(b.fields.map((field) => [field.name, field]));
  const own = new Set(a.fields.map(({ name }) => name));
  return {
    type: "struct",
    fields: [
      ...a.fields.map((field) => {
        const other = names.get(field.name);
        return other === undefined ? { ...field, nullable: true } : mergeFields(field, other);
      }),
      ...b.fields.filter(({ name }) => !own.has(name)).map((field) => ({
        ...field,
        nullable: true,
      })),
    ],
  };
}

function mergeFields(a: StructField, b: StructField): StructField {
  const nullable = a.nullable || b.nullable;
  for (const [guess, other] of [[a, b], [b, a]] as const) {
    // An empty list is still a list, and an empty object an object.
    const { untyped } = guess.metadata;
    if (untyped === "object" && isObject(other)) {
      return { ...other, type: mergeTypes({ type: "struct", fields: [] }, other.type), nullable };
    }
    if (untyped === true && isFilledBy(guess.type, other.type)) {
      return { ...other, nullable };
    }
  }
  return { ...a, type: mergeTypes(a.type, b.type), nullable, metadata: {} };
}

/** Whether a guess, made of nulls and empty lists, holds lists no deeper than the other type. */
function isFilledBy(guess: SparkType, other: SparkType): boolean {
  if (typeof guess === "string" || guess.type !== "array") return true;
  if (typeof other === "string" || other.type !== "array") return false;
  return isFilledBy(guess.elementType, other.elementType);
}

function mergeTypes(a: SparkType, b: SparkType): SparkType {
  if (typeof a === "string" || typeof b === "string") {
    return typeof a === "string" && typeof b === "string" ? mergeSimple(a, b) : "string";
  }
  if (a.type === "struct" && b.type === "struct") return mergeStructs(a, b);
  if (a.type === "array" && b.type === "array") {
    const elementType = mergeTypes(a.elementType, b.elementType);
    return { ...a, elementType, containsNull: a.containsNull || b.containsNull };
  }
  if (a.type === "array" || b.type === "array") return "string";
  return mergeMaps(a, b);
}

/** An object with very many names is a map; one with few may have been one of its like. */
function mergeMaps(
  a: Exclude<SparkType, string | { type: "array" }>,
  b: Exclude<SparkType, string | { type: "array" }>,
): SparkType {
  const values = [a, b].flatMap((type) =>
    type.type === "map" ? [type.valueType] : type.fields.map((field) => field.type)
  );
  const [first = "string", ...others] = values;
  return {
    type: "map",
    keyType: "string",
    valueType: others.reduce(mergeTypes, first),
    valueContainsNull: true,
  };
}

function mergeSimple(a: string, b: string): string {
  if (a === b) return a;
  const [one, two] = [decimalOf(a), decimalOf(b)];
  if (one !== undefined && two !== undefined) {
    const scale = Math.max(one.scale, two.scale);
    const precision = Math.max(one.precision - one.scale, two.precision - two.scale) + scale;
    return precision <= 38 ? `decimal(${precision},${scale})` : "double";
  }
  const isNumber = (type: string) => type === "double" || decimalOf(type) !== undefined;
  return isNumber(a) && isNumber(b) ? "double" : "string";
}

/** A `long` is one of up to 19 digits; `decimal(38,0)` takes it in, as in one run. */
function decimalOf(
  type: string,
): { readonly precision: number; readonly scale: number } | undefined {
  if (type === "long") return { precision: 19, scale: 0 };
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  return precision === undefined
    ? undefined
    : { precision: Number(precision), scale: Number(scale) };
}

/** Whether a field holds objects, of which none may have had a name. */
function isObject({ type, metadata }: StructField): boolean {
  return metadata["untyped"] === "object" || typeof type !== "string" && type.type !== "array";
}
