/** A data type in Spark's JSON form (`org.apache.spark.sql.types.DataType.json`). */
export type SparkType = string | StructType | ArrayType | MapType;

/** A record, or an object inside one. */
export interface StructType {
  readonly type: "struct";
  readonly fields: readonly StructField[];
}

/** A field of a {@linkcode StructType}. */
export interface StructField {
  readonly name: string;
  readonly type: SparkType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A list. */
export interface ArrayType {
  readonly type: "array";
  readonly elementType: SparkType;
  readonly containsNull: boolean;
}

/** An object whose names are data. */
export interface MapType {
  readonly type: "map";
  readonly keyType: "string";
  readonly valueType: SparkType;
  readonly valueContainsNull: boolean;
}
