import type { SparkType, StructField, StructType } from "./struct_type.ts";

const NULL = 1;
const BOOLEAN = 2;
const LONG = 4;
const DECIMAL = 8;
const DOUBLE = 16;
const STRING = 32;
const STRUCT = 64;
const ARRAY = 128;

const LONG_LIMIT = 2 ** 63;
const DECIMAL_LIMIT = 1e38;

/** Everything that was seen at one place of a record: a set of kinds, and what is below. */
export class TypeNode {
  /** Values that were not null. */
  present = 0;
  #kinds = 0;
  #structs = 0;
  #fields: Map<string, TypeNode> | undefined;
  #element: TypeNode | undefined;
  #mapValue: TypeNode | undefined;

  /** Adds one value. @param maxFields Names after which an object counts as a map. */
  add(value: unknown, maxFields: number): void {
    if (value === null || value === undefined) {
      this.#kinds |= NULL;
      return;
    }
    this.present++;
    if (typeof value === "object") {
      if (Array.isArray(value)) this.#addArray(value, maxFields);
      else this.#addObject(value as Record<string, unknown>, maxFields);
    } else {
      this.#kinds |= kindOf(value);
    }
  }

  /** Takes over all that another node has seen. */
  merge(other: TypeNode, maxFields: number): void {
    this.present += other.present;
    this.#kinds |= other.#kinds;
    this.#structs += other.#structs;
    if (other.#element !== undefined) {
      (this.#element ??= new TypeNode()).merge(other.#element, maxFields);
    }
    for (const [name, node] of other.#fields ?? []) {
      this.#field(name, maxFields).merge(node, maxFields);
    }
    if (other.#mapValue !== undefined) {
      this.#turnIntoMap(maxFields).merge(other.#mapValue, maxFields);
    }
  }

  /** Returns the fields as a struct; `undefined` where no object with fields was seen. */
  toStruct(): StructType | undefined {
    const names = [...this.#fields?.keys() ?? []].sort();
    const fields = names.flatMap((name): StructField[] => {
      const node = this.#fields?.get(name);
      if (node === undefined) return [];
      const type = node.toType();
      const untyped = node.#untypedAs(type);
      const metadata = untyped === undefined ? {} : { untyped };
      const nullable = node.present < this.#structs;
      return [{ name, type: type ?? "string", nullable, metadata }];
    });
    return fields.length === 0 ? undefined : { type: "struct", fields };
  }

  /** Returns the narrowest type for all values; `undefined` for objects that never had a field. */
  toType(): SparkType | undefined {
    switch (this.#kinds & ~NULL) {
      case BOOLEAN:
        return "boolean";
      case LONG:
        return "long";
      case DECIMAL:
      case DECIMAL | LONG:
        return "decimal(38,0)";
      case DOUBLE:
      case DOUBLE | LONG:
      case DOUBLE | DECIMAL:
      case DOUBLE | DECIMAL | LONG:
        return "double";
      case STRUCT:
        return this.#mapValue === undefined ? this.toStruct() : mapOf(this.#mapValue);
      case ARRAY:
        return {
          type: "array",
          elementType: this.#element?.toType() ?? "string",
          containsNull: this.#element?.hasNull ?? false,
        };
      default:
        return "string";
    }
  }

  /** Whether a null was seen. */
  get hasNull(): boolean {
    return (this.#kinds & NULL) !== 0;
  }

  /**
   * Set if only nulls, empty lists or empty objects were seen, so that other records may well show another type.
   *
   * @param type Its own type: to work it out twice at each level would take twice as long for each.
   */
  #untypedAs(type: SparkType | undefined): true | "object" | undefined {
    switch (this.#kinds & ~NULL) {
      case 0:
        return true;
      case ARRAY:
        return this.#isOpenList() ? true : undefined;
      case STRUCT:
        return type === undefined ? "object" : undefined;
      default:
        return undefined;
    }
  }

  /** Whether nothing but nulls was seen, and lists of nothing else. */
  #isOpenList(): boolean {
    const kinds = this.#kinds & ~NULL;
    if (kinds !== ARRAY || this.#element === undefined) return kinds === 0;
    return this.#element.#isOpenList();
  }

  #addArray(values: readonly unknown[], maxFields: number): void {
    this.#kinds |= ARRAY;
    const element = this.#element ??= new TypeNode();
    for (let i = 0; i < values.length; i++) element.add(values[i], maxFields);
  }

  #addObject(value: Record<string, unknown>, maxFields: number): void {
    this.#kinds |= STRUCT;
    this.#structs++;
    for (const name of Object.keys(value)) this.#field(name, maxFields).add(value[name], maxFields);
  }

  #field(name: string, maxFields: number): TypeNode {
    if (this.#mapValue !== undefined) return this.#mapValue;
    const fields = this.#fields ??= new Map();
    const known = fields.get(name);
    if (known !== undefined) return known;
    if (fields.size >= maxFields) return this.#turnIntoMap(maxFields);
    const field = new TypeNode();
    fields.set(name, field);
    return field;
  }

  #turnIntoMap(maxFields: number): TypeNode {
    if (this.#mapValue !== undefined) return this.#mapValue;
    const value = this.#mapValue = new TypeNode();
    for (const field of this.#fields?.values() ?? []) value.merge(field, maxFields);
    this.#fields = undefined;
    return value;
  }
}

function mapOf(value: TypeNode): SparkType {
  return {
    type: "map",
    keyType: "string",
    valueType: value.toType() ?? "string",
    valueContainsNull: value.hasNull,
  };
}

function kindOf(value: unknown): number {
  if (typeof value === "string") return STRING;
  if (typeof value === "boolean") return BOOLEAN;
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) === value) return LONG;
    return `${value}`.replace("-", "").length <= 38 ? DECIMAL : DOUBLE;
  }
  if (typeof value !== "number") return STRING;
  if (!Number.isInteger(value)) return DOUBLE;
  const size = Math.abs(value);
  if (size < LONG_LIMIT) return LONG;
  return size < DECIMAL_LIMIT ? DECIMAL : DOUBLE;
}
