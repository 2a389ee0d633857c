import { LOG_COLUMNS, type LogColumnType, REQUIRED_LOG_COLUMNS } from "./log_columns.ts";

/** A field of {@linkcode SparkStructType}. */
export interface SparkField {
  /** Column name. */
  readonly name: string;
  /** Spark's name of a simple type, or the object of a map. */
  readonly type: unknown;
  /** Whether a record may lack it. */
  readonly nullable: boolean;
  /** Holds the column's comment. */
  readonly metadata: { readonly comment: string };
}

/** Spark's `StructType` in its JSON form: `StructType.fromJson(...)`, `DataType.fromJson(...)`. */
export interface SparkStructType {
  /** Always `struct`. */
  readonly type: "struct";
  /** The columns, in order. */
  readonly fields: readonly SparkField[];
}

/**
 * Returns the normalized schema as a Spark `StructType`, derived from {@linkcode LOG_COLUMNS}.
 *
 * @returns An object to be written as JSON beside the data.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logStructType } from "./log_struct_type.ts";
 *
 * assertEquals(logStructType().fields[0]?.name, "record_id");
 * ```
 */
export function logStructType(): SparkStructType {
  return {
    type: "struct",
    fields: LOG_COLUMNS.map((column, index) => ({
      name: column.name,
      type: sparkType(column.type),
      nullable: index >= REQUIRED_LOG_COLUMNS,
      metadata: { comment: column.meaning },
    })),
  };
}

/**
 * Returns the normalized schema as the column list of a DDL, as `spark.read.schema(...)` and `CREATE TABLE` take it.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { logDdl } from "./log_struct_type.ts";
 *
 * assertStringIncludes(logDdl(), "http_status INT");
 * ```
 */
export function logDdl(): string {
  return LOG_COLUMNS.map(({ name, type }) => `${name} ${DDL_TYPES[type]}`).join(",\n");
}

const DDL_TYPES = {
  "string": "STRING",
  "integer": "INT",
  "long": "BIGINT",
  "timestamp": "TIMESTAMP",
  "map<string,string>": "MAP<STRING, STRING>",
  "map<string,map<string,string>>": "MAP<STRING, MAP<STRING, STRING>>",
} as const satisfies Record<LogColumnType, string>;

function sparkType(type: LogColumnType): unknown {
  if (type === "map<string,string>") return mapOf("string");
  if (type === "map<string,map<string,string>>") return mapOf(mapOf("string"));
  return type;
}

function mapOf(valueType: unknown): unknown {
  return { type: "map", keyType: "string", valueType, valueContainsNull: false };
}
