import type { SparkType, StructField, StructType } from "./struct_type.ts";

/**
 * How a column can differ between two schemas; `nullable` was always there, and is missing now and then. `renamed` is a
 * guess: it is the only one that is new, and the only one that is gone had its type.
 */
export const SCHEMA_CHANGES = ["added", "removed", "renamed", "retyped", "nullable"] as const;

/** One difference between two schemas. */
export interface SchemaChange {
  /** What has changed. */
  readonly change: (typeof SCHEMA_CHANGES)[number];
  /** The column; the names of nested ones are joined by dots. */
  readonly field: string;
  /** Its type before; `null` if it is new. Of a renamed one, its name before. */
  readonly from: string | null;
  /** Its type now; `null` if it is gone. Of a renamed one, its name now. */
  readonly to: string | null;
  /** Whether readers do not see it: a contract keeps such columns as they were sent, in a text. @default false */
  readonly rescued?: true;
}

/**
 * Returns what differs between two schemas. The order of columns does not, nor does a type that was a guess before.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const field = { nullable: false, metadata: {} };
 * assertEquals(
 *   diffSchemas(
 *     { type: "struct", fields: [{ ...field, name: "id", type: "long" }] },
 *     { type: "struct", fields: [{ ...field, name: "id", type: "string" }] },
 *   ),
 *   [{ change: "retyped", field: "id", from: "long", to: "string" }],
 * );
 * ```
 */
export function diffSchemas(before: StructType, after: StructType): SchemaChange[] {
  return diffStructs(before, after, "");
}

function diffStructs(before: StructType, after: StructType, path: string): SchemaChange[] {
  const known = new Map(before.fields.map((field) => [field.name, field]));
  const now = new Set(after.fields.map(({ name }) => name));
  const renamed = renamedIn(before, after);
  if (renamed !== undefined) {
    const { from, to } = renamed;
    const others = ({ fields }: StructType, name: string): StructType => ({
      type: "struct",
      fields: fields.filter((field) => field.name !== name),
    });
    const change = { change: "renamed", field: `${path}${to}`, from: `${path}${from}` } as const;
    return [
      { ...change, to: change.field },
      ...diffStructs(others(before, from), others(after, to), path),
    ];
  }
  return [
    ...after.fields.flatMap((field): SchemaChange[] => {
      const name = `${path}${field.name}`;
      const old = known.get(field.name);
      const to = nameOf(field.type);
      if (old === undefined) return [{ change: "added", field: name, from: null, to }];
      const from = nameOf(old.type);
      const nullable = field.nullable && !old.nullable
        ? [{ change: "nullable" as const, field: name, from, to }]
        : [];
      if (wasGuess(old, field.type)) return nullable;
      return [...nullable, ...diffTypes(old.type, field.type, name)];
    }),
    ...before.fields.filter(({ name }) => !now.has(name)).map(({ name, type }) => ({
      change: "removed" as const,
      field: `${path}${name}`,
      from: nameOf(type),
      to: null,
    })),
  ];
}

/** Whether a type says of a column what no value had said: of empty objects, which names they have. */
function wasGuess({ metadata: { untyped } }: StructField, type: SparkType): boolean {
  return untyped === true ||
    untyped === "object" && typeof type !== "string" && type.type !== "array";
}

/** Returns the names of the one column that is gone and the one that is new, if they have one type. */
function renamedIn(
  before: StructType,
  after: StructType,
): { readonly from: string; readonly to: string } | undefined {
  const without = (one: StructType, other: StructType) =>
    one.fields.filter(({ name }) => other.fields.every((field) => field.name !== name));
  const [[gone, ...more], [added, ...others]] = [without(before, after), without(after, before)];
  if (gone === undefined || added === undefined || more.length + others.length > 0) {
    return undefined;
  }
  const isSame = JSON.stringify(gone.type) === JSON.stringify(added.type);
  return isSame ? { from: gone.name, to: added.name } : undefined;
}

function diffTypes(before: SparkType, after: SparkType, name: string): SchemaChange[] {
  if (typeof before !== "string" && typeof after !== "string") {
    if (before.type === "struct" && after.type === "struct") {
      return diffStructs(before, after, `${name}.`);
    }
    if (before.type === "array" && after.type === "array") {
      return diffTypes(before.elementType, after.elementType, name);
    }
  }
  const [from, to] = [nameOf(before), nameOf(after)];
  return from === to ? [] : [{ change: "retyped", field: name, from, to }];
}

function nameOf(type: SparkType): string {
  if (typeof type === "string") return type;
  return type.type === "array" ? `array<${nameOf(type.elementType)}>` : type.type;
}
