import { TypeNode } from "./_type_node.ts";
import type { StructType } from "./struct_type.ts";

/** Options of {@linkcode SchemaInference}. */
export interface SchemaInferenceOptions {
  /** Names in one nested object after which it counts as a map: its names are data. @default 1000 */
  readonly maxFields?: number;
}

/**
 * Learns the schema of JSON records one by one, in memory that depends on the schema and not on the records.
 *
 * The rules are those of Spark's `JsonInferSchema`: fields ordered by name, integers are `long`, with fractions `double`,
 * beyond 64 bits `decimal(38,0)`, from 1e38 on `double`; kinds that do not fit together, and a field that is
 * always null, are `string`; an object without any field is left out. Other than Spark, `nullable` says what was seen,
 * and an object with very many names becomes a map.
 *
 * A value that was sent as `34.0` cannot be told from `34` after parsing: a field in which *no* value has a fraction is
 * `long`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const inference = new SchemaInference();
 * inference.add({ id: 1, mag: 2 });
 * inference.add({ id: 2, mag: 2.5, place: "x" });
 * assertEquals(inference.toStructType().fields.map((field) => [field.name, field.type, field.nullable]), [
 *   ["id", "long", false],
 *   ["mag", "double", false],
 *   ["place", "string", true],
 * ]);
 * ```
 */
export class SchemaInference {
  readonly #maxFields: number;
  readonly #root = new TypeNode();

  /** Starts with nothing seen. */
  constructor(options: SchemaInferenceOptions = {}) {
    this.#maxFields = options.maxFields ?? 1000;
    if (!(this.#maxFields >= 1)) {
      throw new RangeError(
        `Cannot infer schema: maxFields is ${this.#maxFields}, expected 1 or more`,
      );
    }
  }

  /** Records seen. */
  get records(): number {
    return this.#root.present;
  }

  /** Adds a record; what is not an object is passed over. */
  add(value: unknown): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    this.#root.add(value, this.#maxFields);
  }

  /** Returns what all records so far fit into; without fields where the names of the records themselves are data. */
  toStructType(): StructType {
    return this.#root.toStruct() ?? { type: "struct", fields: [] };
  }
}
