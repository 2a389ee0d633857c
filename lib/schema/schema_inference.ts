import { Buffer } from "node:buffer";
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
 * Spark reads no `long` from `34.0`, `1e3` or `9007199254740993.5`, which parsing makes whole numbers: their field is
 * `double` if the record's bytes are given with its value. Whole numbers are compared digit by digit then.
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

  /**
   * Adds a record; what is not an object is passed over.
   *
   * @param bytes The record as it was written, in JSON. @default {parsing shows its numbers as they are}
   */
  add(value: unknown, bytes?: Uint8Array): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    this.#root.add(bytes === undefined ? value : asWritten(value, bytes), this.#maxFields);
  }

  /** Returns what all records so far fit into; without fields where the names of the records themselves are data. */
  toStructType(): StructType {
    return this.#root.toStruct() ?? { type: "struct", fields: [] };
  }
}

/**
 * A number that parsing may show otherwise than it was written. It is whole then, and has a point or an exponent: with
 * zeros alone behind the point, or so many digits that a double is whole (`0.99999999999999999`). Or it is rounded to
 * 2^63 or 1e38, the limits of two types. Most records have none, and ids and coordinates are none.
 */
const SUSPECT = new RegExp(
  String.raw`[:,[\s]-?(?:\d+(?:\.(?:0+[,}\]\s]|\d+[eE])|[eE])` +
    String.raw`|\d{1,10}\.(?:0{5}|9{5})|\d{11,13}\.(?:00|99)|\d{14,}\.` +
    String.raw`|922337203685477[45]\d{3}|9{15}\d{23})`,
);

/**
 * Returns the record with numbers that have a point or an exponent as NaN, which is no whole number either, and with the
 * largest whole ones as they were written.
 */
function asWritten(value: unknown, { buffer, byteOffset, length }: Uint8Array): unknown {
  const bytes = Buffer.from(buffer, byteOffset, length);
  if (!SUSPECT.test(bytes.toString("latin1"))) return value;
  return JSON.parse(bytes.toString(), (_, inner: unknown, context?: { source: string }) => {
    if (!Number.isInteger(inner)) return inner;
    const { source = "" } = context ?? {};
    if (/[.eE]/.test(source)) return NaN;
    return Number.isSafeInteger(inner) ? inner : BigInt(source);
  });
}
