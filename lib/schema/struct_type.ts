/** A data type in Spark's JSON form (`org.apache.spark.sql.types.DataType.json`). */
export type SparkType = string | StructType | ArrayType | MapType;

/** A record, or an object inside one. */
export interface StructType {
  /** What the value is. */
  readonly type: "struct";
  /** Its fields, in order. */
  readonly fields: readonly StructField[];
}

/** A field of a {@linkcode StructType}. */
export interface StructField {
  /** Name of the field. */
  readonly name: string;
  /** Type of the field. */
  readonly type: SparkType;
  /** Whether it may be missing. */
  readonly nullable: boolean;
  /**
   * `untyped: true` if only nulls or empty lists were seen, and `untyped: "object"` if only empty objects were, so that
   * its type is a guess; free for the reader.
   */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A list. */
export interface ArrayType {
  /** What the value is. */
  readonly type: "array";
  /** Type of the elements. */
  readonly elementType: SparkType;
  /** Whether an element may be null. */
  readonly containsNull: boolean;
}

/** An object whose names are data. */
export interface MapType {
  /** What the value is. */
  readonly type: "map";
  /** Keys are texts. */
  readonly keyType: "string";
  /** Type of the values. */
  readonly valueType: SparkType;
  /** Whether a value may be null. */
  readonly valueContainsNull: boolean;
}
