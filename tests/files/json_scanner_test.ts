import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parseDotPath } from "../../lib/grammar/mod.ts";
import { JsonScanner } from "../../lib/files/mod.ts";
import { runs } from "../_sample.ts";
import { bytes, pieces, text } from "./_support.ts";

interface Scanned {
  readonly records: string[];
  readonly places: (readonly [line: number | undefined, byteOffset: number | undefined])[];
  readonly rejects: string[];
}

/** Scans a text that comes in pieces of the given lengths. */
function scan(
  content: string,
  options: { lines?: boolean; path?: string; max?: number; cuts?: readonly number[] } = {},
): Scanned {
  const found: Scanned = { records: [], places: [], rejects: [] };
  const { lines = false, path, max, cuts = [7] } = options;
  const scanner = new JsonScanner({
    record(record, { line, byteOffset }) {
      found.records.push(text(record));
      found.places.push([line, byteOffset]);
    },
    reject: ({ message, place }) => found.rejects.push(`${place.line}: ${message}`),
    blank: () => {},
    broken: (code, message) => {
      throw new RangeError(`${code}: ${message}`);
    },
  }, { lines, path: path === undefined ? [] : parseDotPath(path), maxRowBytes: max });
  for (const piece of pieces(bytes(content), cuts)) scanner.push(piece);
  scanner.finish();
  return found;
}

Deno.test("JsonScanner cuts what JSON.parse reads, however the text is written and cut", () => {
  // The first of the values says whether each is on one line, so that none may be empty.
  const record = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 2 }), {
    minKeys: 1,
  });
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 5 }),
      fc.constantFrom("list", "lines", "json lines", "values", "path"),
      fc.constantFrom(0, 1, 3),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      (values, form, indent, cuts) => {
        const joined = values.map((value) =>
          JSON.stringify(value, null, form.endsWith("lines") ? 0 : indent)
        ).join(form.endsWith("lines") || form === "values" ? "\n" : " ,\n");
        const around = {
          list: `[${joined}]\n`,
          path: `{"a":{"n":"[","list":[${joined}]},"b":[1]}`,
        };
        const content = form === "list" || form === "path" ? around[form] : joined;
        const path = form === "path" ? { path: "a.list" } : {};
        const { records, places } = scan(content, { lines: form === "lines", ...path, cuts });
        assertEquals(records.map((one) => JSON.parse(one)), JSON.parse(JSON.stringify(values)));
        for (const [at, [line = 0, offset = 0]] of places.entries()) {
          const before = text(bytes(content).subarray(0, offset));
          assertEquals(before.split("\n").length, line);
          assert(content.slice(before.length).startsWith(records[at] ?? "?"));
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

for (
  const [what, content, path, fault] of [
    ["is cut off between records", '[{"a":1},{"a":2}', undefined, "it ends within its list"],
    ["is cut off within a record", '[{"a":1},{"a":', undefined, "it ends within a record"],
    ["is cut off behind its records", '{"r":[{"a":1}]', "r", "not JSON around its records"],
    ["lacks a comma", '[{"a":1} {"a":2}]', undefined, '"{" is in the wrong place'],
    ["has a comma too much", '[{"a":1},]', undefined, '"]" is in the wrong place'],
    ["goes on behind its list", '[{"a":1}][{"a":2}]', undefined, "not JSON around its records"],
    ["has no list at the path", '{"r":{"a":[1]}}', "r.b", 'no list of records at "r.b"'],
    ["has a key on the path twice", '{"r":{},"r":[2]}', "r", 'the key "r" occurs twice'],
    ["has a second list", '{"d":{"r":[{}]},"d":{"r":[{}]}}', "d.r", 'the key "d" occurs twice'],
    ["is no JSON", "<html>", undefined, "file-kind"],
  ] as const
) {
  Deno.test(`JsonScanner says what is wrong when a document ${what}`, () => {
    assertThrows(() => scan(content, path === undefined ? {} : { path }), RangeError, fault);
  });
}

Deno.test("JsonScanner keeps nothing of a record that is too long, and goes on behind it", () => {
  const long = `{"a":"${"x".repeat(500_000)}"}`;
  for (const cuts of [[64_000], [1_000_000]]) {
    const found = scan(`[{"a":1},\n${long},\n{"a":2}]`, { max: 1000, cuts });
    assertEquals(found.records, ['{"a":1}', '{"a":2}']);
    assertEquals(found.rejects, [`2: a record has ${long.length} bytes, more than 1000`]);
    assertEquals(found.places.at(-1)?.[0], 3);
    const lines = scan(`{"a":1}\n${long}\n{"a":2}`, { lines: true, max: 1000, cuts });
    assertEquals([lines.records, lines.rejects], [found.records, found.rejects]);
  }
});
