import { Buffer } from "node:buffer";
import { SchemaInference } from "./schema_inference.ts";
import type { SparkType, StructField, StructType } from "./struct_type.ts";

/** A column, as far as its database says what is in it. */
export interface SchemaColumn {
  /** Its name. */
  readonly name: string;
  /** Whether each row has a value. */
  readonly notNull: boolean;
  /** Spark type of its values in JSON; `undefined` if only the values say it. */
  readonly sparkType?: string | undefined;
}

/**
 * Returns the type of a column whose database says one: a number that no number in JSON can be (NaN in a decimal) is a text.
 *
 * @param seen What its values are by themselves.
 */
export function columnType(sparkType: string, seen: StructField | undefined): SparkType {
  const isText = seen?.type === "string" && seen.metadata["untyped"] !== true;
  return isText && isDecimal(sparkType) ? "string" : sparkType;
}

function isDecimal(type: string | undefined): boolean {
  return type?.startsWith("decimal") === true;
}

/** What is known of a column without a value. */
const UNSEEN = { type: "string", metadata: { untyped: true } } as const;

/**
 * The schema of a table: what its database says of the columns, and what the values say of the others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const id = { name: "id", notNull: true, sparkType: "long" };
 * const schema = new TableSchema([id, { name: "data", notNull: false }]);
 * schema.add({ id: 1, data: { n: 1 } });
 * assertEquals(schema.toStructType().fields.map(({ name }) => name), ["id", "data"]);
 * ```
 */
export class TableSchema {
  readonly #columns: readonly SchemaColumn[];
  readonly #isUnknown: boolean;
  readonly #hasDecimals: boolean;
  readonly #inference = new SchemaInference();

  /**
   * Begins without any values.
   *
   * @param columns In their order.
   */
  constructor(columns: readonly SchemaColumn[]) {
    this.#columns = columns;
    this.#isUnknown = columns.some(({ sparkType }) => sparkType === undefined);
    this.#hasDecimals = columns.some(({ sparkType }) => isDecimal(sparkType));
  }

  /** Whether the values of some rows are needed: some column is not known, or its numbers may be none in JSON. */
  needsValues(rows: Uint8Array): boolean {
    return this.#isUnknown || this.#hasDecimals && viewOf(rows).includes('"NaN"');
  }

  /** Takes the values of a row, and its bytes in JSON. */
  add(row: unknown, bytes?: Uint8Array): void {
    this.#inference.add(row, bytes);
  }

  /** Returns the schema; a column that only its values describe, and that had none, is a text as a guess. */
  toStructType(): StructType {
    const found = this.#inference.toStructType().fields;
    const fields = this.#columns.map(({ name, notNull, sparkType }): StructField => {
      const field = { name, nullable: !notNull };
      const seen = found.find((field) => field.name === name);
      if (sparkType !== undefined) {
        return { ...field, type: columnType(sparkType, seen), metadata: {} };
      }
      const { type, metadata } = seen ?? UNSEEN;
      return { ...field, type, metadata };
    });
    return { type: "struct", fields };
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
