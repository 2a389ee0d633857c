/** A value as SQLite stores it; integers are read as `number` unless `bigints` is asked for. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A value that {@linkcode toSqlValue} accepts. */
export type SqlInput = SqlValue | boolean;

/** Parameters of a statement: a list for `?`, an object of bare names for `:name`. */
export type SqlParameters = readonly SqlInput[] | Readonly<Record<string, SqlInput>>;

const MAX_INTEGER = 2n ** 63n - 1n;

/**
 * Turns a JavaScript value into what SQLite must store, or refuses it.
 *
 * A plain `number` would bind as REAL (a TEXT column then stores `"1.0"`), so integers become bigint. Refused are
 * the values that SQLite or its driver would change silently: NaN and infinities (stored as NULL), `undefined`
 * and Date (NULL as well), integers beyond 2^53 as `number` (already rounded), and text with a NUL character (read
 * back only up to it) or half a surrogate pair (stored as U+FFFD).
 *
 * @param value Anything; booleans become 1 and 0.
 * @returns The value to bind.
 * @throws {TypeError} If the value has no exact form in SQLite.
 * @throws {RangeError} If it is an integer that does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(toSqlValue(5), 5n);
 * assertEquals(toSqlValue(true), 1n);
 * assertThrows(() => toSqlValue(NaN), TypeError);
 * ```
 */
export function toSqlValue(value: unknown): SqlValue {
  if (value === null || value instanceof Uint8Array) return value;
  switch (typeof value) {
    case "string":
      return checkedText(value);
    case "number":
      return checkedNumber(value);
    case "bigint":
      return checkedInteger(value);
    case "boolean":
      return value ? 1n : 0n;
    default:
      throw new TypeError(`Cannot bind ${kindOf(value)}: ${adviceFor(value)}`);
  }
}

function checkedText(value: string): string {
  if (value.includes("\0")) {
    throw new TypeError(
      "Cannot bind text with a NUL character: it would be read back only up to it",
    );
  }
  if (!value.isWellFormed()) {
    throw new TypeError(
      "Cannot bind text with half a surrogate pair: it would be stored as U+FFFD",
    );
  }
  return value;
}

function checkedNumber(value: number): SqlValue {
  if (Number.isSafeInteger(value)) return BigInt(value);
  if (!Number.isFinite(value)) {
    throw new TypeError(
      `Cannot bind ${value}: SQLite would store NULL; bind null if that is meant`,
    );
  }
  if (Number.isInteger(value)) {
    throw new RangeError(`Cannot bind number ${value}: beyond 2^53 it is not exact; use a bigint`);
  }
  return value;
}

function checkedInteger(value: bigint): bigint {
  if (value > MAX_INTEGER || value < -MAX_INTEGER - 1n) {
    throw new RangeError(`Cannot bind bigint ${value}: SQLite integers have 64 bits`);
  }
  return value;
}

function kindOf(value: unknown): string {
  return typeof value === "object" ? (value?.constructor?.name ?? "object") : typeof value;
}

function adviceFor(value: unknown): string {
  if (value === undefined) return "a parameter has no value; bind null if that is meant";
  if (value instanceof Date) return "use toISOString()";
  return "wanted null, number, bigint, string, boolean or Uint8Array";
}
