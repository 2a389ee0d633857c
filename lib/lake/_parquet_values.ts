import { cutText } from "../logging/mod.ts";
import type { SparkType, StructType } from "../schema/mod.ts";

/** A number as it was written: parsing would round it. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Thrown where the value of a number does not say enough. */
const NEEDS_TEXT = Symbol("needs the text of its numbers");

/** A column of a row group. */
export interface ParquetColumn {
  readonly name: string;
  readonly data: unknown[];
  /** Set where the package's own choice would change values. */
  readonly encoding?: "PLAIN";
}

/**
 * Returns records as columns.
 *
 * @param lines JSON.
 * @param schema `undefined` if each record is one text.
 * @throws {RangeError} If a value does not fit its type.
 */
export function parquetRows(
  lines: readonly string[],
  schema: StructType | undefined,
): ParquetColumn[] {
  if (schema === undefined) return [{ name: "record", data: [...lines] }];
  const columns = schema.fields.map(({ name, type }) => ({
    name,
    type,
    data: new Array<unknown>(lines.length),
  }));
  const fill = (record: Readonly<Record<string, unknown>>, at: number) => {
    for (const { name, type, data } of columns) {
      data[at] = Object.hasOwn(record, name) ? valueOf(record[name], type) : undefined;
    }
  };
  for (const [at, line] of lines.entries()) {
    try {
      fill(JSON.parse(line), at);
    } catch (error) {
      if (error !== NEEDS_TEXT) throw error;
      fill(parseWritten(line), at);
    }
  }
  return columns.map(({ name, data }) => ({
    name,
    data,
    // The package's dictionary takes 0 and -0 for one value: whichever comes first.
    ...(data.some(hasNegativeZero) ? { encoding: "PLAIN" } : {}),
  }));
}

function hasNegativeZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Object.is(value, -0);
  const inner = value instanceof Map ? [...value.values()] : Object.values(value);
  return inner.some(hasNegativeZero);
}

function parseWritten(line: string): Record<string, unknown> {
  return JSON.parse(line, (_, value: unknown, context?: { source: string }) => {
    return typeof value === "number" ? new Written(context?.source ?? String(value)) : value;
  });
}

function valueOf(value: unknown, type: SparkType): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof type === "string") return simpleValue(value, type);
  if (typeof value !== "object" || value instanceof Written) throw misfit(value, type.type);
  if (type.type === "array") {
    if (!Array.isArray(value)) throw misfit(value, type.type);
    return value.map((item) => valueOf(item, type.elementType));
  }
  if (Array.isArray(value)) throw misfit(value, type.type);
  if (type.type === "map") {
    return new Map(
      Object.entries(value).map(([key, inner]) => [key, valueOf(inner, type.valueType)]),
    );
  }
  const from = value as Record<string, unknown>;
  // Without a prototype every name is a field's.
  const struct = Object.create(null);
  for (const field of type.fields) {
    if (Object.hasOwn(from, field.name)) struct[field.name] = valueOf(from[field.name], field.type);
  }
  return struct;
}

function simpleValue(value: unknown, type: string): unknown {
  if (type === "string") return textOf(value);
  if (type === "boolean") {
    if (typeof value !== "boolean") throw misfit(value, type);
    return value;
  }
  if (type === "timestamp") return microsOf(value);
  if (type === "double") {
    if (typeof value === "number") return value;
    // As Spark reads them from JSON.
    const text = value instanceof Written
      ? value.text
      : /^(NaN|-?Infinity)$/.exec(String(value))?.[0];
    if (text === undefined) throw misfit(value, type);
    return Number(text);
  }
  if (
    typeof value === "number" && Number.isSafeInteger(value) &&
    (type === "long" || type === "integer")
  ) {
    return type === "long" ? BigInt(value) : value;
  }
  if (typeof value === "number") throw NEEDS_TEXT;
  if (!(value instanceof Written)) throw misfit(value, type);
  const whole = unscaledOf(value.text, type);
  return type === "integer" ? Number(whole) : whole;
}

/** A text may be any value: where kinds did not fit together, it is what was written. */
function textOf(value: unknown): string {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw misfit(value, "string");
    return value;
  }
  if (typeof value === "boolean") return String(value);
  if (value instanceof Written) return value.text;
  if (typeof value === "number" || hasNumber(value)) throw NEEDS_TEXT;
  return jsonOf(value);
}

function hasNumber(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "object" && value !== null && !(value instanceof Written) &&
    Object.values(value).some(hasNumber);
}

function jsonOf(value: unknown): string {
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, inner]) =>
    `${JSON.stringify(name)}:${jsonOf(inner)}`
  );
  return `{${fields.join(",")}}`;
}

/** Returns a whole number, or the digits of a decimal without its point. */
function unscaledOf(text: string, type: string): bigint {
  const [, precision = type === "integer" ? "10" : "19", scale = "0"] =
    /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const zeros = Number(scale) + Number(exponent) - fraction.length;
  const digits = whole + fraction;
  const kept = zeros >= 0 ? digits + "0".repeat(zeros) : digits.slice(0, zeros);
  const isExact = zeros >= 0 || /^0*$/.test(digits.slice(zeros));
  const unscaled = BigInt(kept === "" ? "0" : kept);
  if (!isExact || zeros > 400 || unscaled >= 10n ** BigInt(precision)) throw misfit(text, type);
  return sign === "-" ? -unscaled : unscaled;
}

function microsOf(value: unknown): bigint {
  try {
    return Temporal.Instant.from(String(value)).epochNanoseconds / 1000n;
  } catch {
    throw misfit(value, "timestamp");
  }
}

function misfit(value: unknown, type: string): RangeError {
  const text = value instanceof Written ? value.text : JSON.stringify(value);
  return new RangeError(`found ${cutText(text, 100)}, expected a value of type ${type}`);
}
