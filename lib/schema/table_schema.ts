import { SchemaInference } from "./schema_inference.ts";
import type { StructField, StructType } from "./struct_type.ts";

/** A column, as far as its database says what is in it. */
export interface SchemaColumn {
  /** Its name. */
  readonly name: string;
  /** Whether each row has a value. */
  readonly notNull: boolean;
  /** Spark type of its values in JSON; `undefined` if only the values say it. */
  readonly sparkType?: string | undefined;
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
  readonly #inference = new SchemaInference();

  /**
   * Begins without any values.
   *
   * @param columns In their order.
   */
  constructor(columns: readonly SchemaColumn[]) {
    this.#columns = columns;
  }

  /** Whether the values are needed: some column is not known. */
  get needsValues(): boolean {
    return this.#columns.some(({ sparkType }) => sparkType === undefined);
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
      if (sparkType !== undefined) return { ...field, type: sparkType, metadata: {} };
      const { type, metadata } = found.find((field) => field.name === name) ?? UNSEEN;
      return { ...field, type, metadata };
    });
    return { type: "struct", fields };
  }
}
