import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { DuplicateKeyError, sliceElements, sliceValue } from "../../lib/api/mod.ts";
import { parseDotPath } from "../../lib/grammar/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function cut(text: string, path: string): string[] | undefined {
  const bytes = encoder.encode(text);
  const bounds = sliceElements(bytes, path === "" ? [] : parseDotPath(path));
  if (bounds === undefined) return undefined;
  return Array.from(
    { length: bounds.length / 2 },
    (_, index) => decoder.decode(bytes.subarray(bounds[2 * index], bounds[2 * index + 1])),
  );
}

Deno.test("sliceElements() keeps the source text of values that JSON.parse would change", () => {
  const values = [
    "9007199254740993",
    "1.10",
    "1e400",
    "-0",
    '"\\u00e9\\/\\ud800"',
    '{"b":1,"a":[2,"]}"],"b ":{}}',
    "[]",
    '"\\\\"',
    "null",
  ];
  assertEquals(cut(`{"x":[0],"data":{"rows":[ ${values.join(" ,\n")} ]}}`, "data.rows"), values);
});

Deno.test("sliceElements() finds escaped keys, indexes and keys with dots", () => {
  assertEquals(cut('{"\\u0064ata":[1]}', "data"), ["1"]);
  assertEquals(cut('[{"page":1},[{"a":1},{"a":2}]]', "1"), ['{"a":1}', '{"a":2}']);
  assertEquals(cut('{"a.b":[1]}', "a\\.b"), ["1"]);
  assertEquals(cut("[1,2]", ""), ["1", "2"]);
});

Deno.test("sliceElements() finds nothing where there is no array", () => {
  for (const path of ["b", "a.b", "a.0"]) assertEquals(cut('{"a":{}}', path), undefined, path);
  assertEquals(cut('{"a":null}', "a"), undefined);
});

Deno.test("sliceElements() refuses a key on the path that occurs twice", () => {
  assertThrows(() => cut('{"a":[1],"a":[2]}', "a"), DuplicateKeyError, '"a"');
  assertThrows(() => cut('{"x":{"a":[1],"b":0,"\\u0061":[]}}', "x.a"), DuplicateKeyError);
  assertEquals(cut('{"a":[1],"b":1,"b":2}', "a"), ["1"]);
});

Deno.test("sliceValue() finds the last element by a negative index", () => {
  const bytes = encoder.encode('{"data":[{"id":1},{"id":9007199254740993}]}');
  const range = sliceValue(bytes, parseDotPath("data.-1.id"));
  assertEquals(decoder.decode(bytes.subarray(range?.start, range?.end)), "9007199254740993");
});

Deno.test("sliceElements() cuts any array as JSON.parse does", () => {
  const key = fc.constantFrom("a", "data", "é", "x.y", '"', "\\", "", "__proto__");
  const junk = fc.dictionary(key.filter((name) => name !== "data"), fc.jsonValue());
  const indent = fc.constantFrom(0, 2, "\t", "\r\n");
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), junk, junk, indent, (rows, before, after, space) => {
      const text = JSON.stringify([before, { ...before, data: rows, ...after }], null, space);
      const pieces = cut(text, "1.data") ?? [];
      assertEquals(pieces.map((piece) => JSON.parse(piece)), JSON.parse(JSON.stringify(rows)));
    }),
  );
});

Deno.test("sliceElements() ends on any bytes", () => {
  const part = fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "1", " ", "a");
  const hostile = fc.array(part, { maxLength: 60 }).map((parts) => encoder.encode(parts.join("")));
  fc.assert(fc.property(fc.oneof(hostile, fc.uint8Array()), (bytes) => {
    try {
      sliceElements(bytes, ["a", "0"]);
    } catch (error) {
      assertEquals(error instanceof DuplicateKeyError || error instanceof SyntaxError, true);
    }
  }));
});
