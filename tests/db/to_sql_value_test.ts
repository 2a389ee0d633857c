import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { openDatabase, toSqlValue } from "../../lib/db/mod.ts";

Deno.test("toSqlValue() passes on null, text, bytes, fractions and bigint", () => {
  const bytes = new Uint8Array([0, 255]);
  for (const value of [null, "", "é€😀", bytes, 0.5, -1e-300, 2n ** 63n - 1n, -(2n ** 63n)]) {
    assertStrictEquals(toSqlValue(value), value);
  }
});

Deno.test("toSqlValue() makes integers bigint and booleans 1 and 0", () => {
  assertStrictEquals(toSqlValue(Number.MAX_SAFE_INTEGER), 9007199254740991n);
  assertStrictEquals(toSqlValue(-0), 0n);
  assertStrictEquals(toSqlValue(true), 1n);
  assertStrictEquals(toSqlValue(false), 0n);
});

Deno.test("toSqlValue() refuses what SQLite would store as NULL", () => {
  assertThrows(() => toSqlValue(NaN), TypeError, "Cannot bind NaN");
  assertThrows(() => toSqlValue(-Infinity), TypeError, "Cannot bind -Infinity");
  assertThrows(() => toSqlValue(undefined), TypeError, "no value");
  assertThrows(() => toSqlValue(new Date(0)), TypeError, "toISOString()");
});

Deno.test("toSqlValue() refuses objects, functions and symbols by their kind", () => {
  assertThrows(() => toSqlValue({}), TypeError, "Cannot bind Object");
  assertThrows(() => toSqlValue(Object.create(null)), TypeError, "Cannot bind object");
  assertThrows(() => toSqlValue([1]), TypeError, "Cannot bind Array");
  assertThrows(() => toSqlValue(new Uint16Array(1)), TypeError, "Cannot bind Uint16Array");
  assertThrows(() => toSqlValue(() => 1), TypeError, "Cannot bind function");
  assertThrows(() => toSqlValue(Symbol("s")), TypeError, "Cannot bind symbol");
});

Deno.test("toSqlValue() refuses integers that are inexact or too wide", () => {
  assertThrows(() => toSqlValue(2 ** 53), RangeError, "use a bigint");
  assertThrows(() => toSqlValue(2n ** 63n), RangeError, "64 bits");
  assertThrows(() => toSqlValue(-(2n ** 63n) - 1n), RangeError, "64 bits");
});

Deno.test("toSqlValue() refuses text that would come back changed", () => {
  assertThrows(() => toSqlValue("a\0b"), TypeError, "NUL");
  assertThrows(() => toSqlValue("a\ud800b"), TypeError, "surrogate");
});

Deno.test("toSqlValue() gives values that are read back as they were", () => {
  using db = openDatabase(":memory:");
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    fc.uint8Array(),
    fc.constant(null),
  );
  fc.assert(fc.property(value, (v) => {
    assertEquals(db.get("SELECT ? AS v", [v], { bigints: true })?.["v"], v);
  }));
});
