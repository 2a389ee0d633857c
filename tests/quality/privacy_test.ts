import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { createHmac } from "node:crypto";
import { PrivacyFilter } from "../../lib/quality/mod.ts";

Deno.test("PrivacyFilter drops a value wherever it is in its object", () => {
  const filter = new PrivacyFilter({ drop: [["x"], ["y"]] });
  for (
    const [text, wanted] of [
      ['{"x":1}', "{}"],
      ['{ "x" : 1 }', "{  }"],
      ['{"x":1,"a":2}', '{"a":2}'],
      ['{"a":2,"x":{"b":[1,"]"]}}', '{"a":2}'],
      ['{"a":2,"x":1,"y":2}', '{"a":2}'],
      ['{"x":1,"y":2}', "{}"],
      ['{"x":1,"a":2,"y":2}', '{"a":2}'],
      ['{"x":1,"y":2,"a":1e400}', '{"a":1e400}'],
      ['{"a":1,"\\u0078":"escaped","x":"twice"}', '{"a":1}'],
      ['{"a":{"x":1}}', '{"a":{"x":1}}'],
    ] as const
  ) assertEquals(filter.apply(text), wanted, text);
});

Deno.test("PrivacyFilter hashes what other tools would hash, and leaves null", () => {
  const filter = new PrivacyFilter({ hash: { columns: [["a"], ["b", "c"]], salt: "s" } });
  const hashOf = (text: string) => createHmac("sha256", "s").update(text).digest("hex");
  assertEquals(
    JSON.parse(filter.apply('{"a":"M\\u00fcller","b":[{"c":12.50},{"c":null},{"d":1}]}')),
    { a: hashOf("Müller"), b: [{ c: hashOf("12.50") }, { c: null }, { d: 1 }] },
  );
});

Deno.test("PrivacyFilter leaves nothing of a value, and every other value as it is", () => {
  const filter = new PrivacyFilter({
    drop: [["x"]],
    mask: [["y"]],
    hash: { columns: [["z"]], salt: "s" },
  });
  const inner = fc.jsonValue({ maxDepth: 3 });
  const record = fc.record({ a: inner, x: inner, y: inner, z: inner, b: inner }, {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(record, fc.integer({ min: 0, max: 2 }), (value, indent) => {
      const { x: _x, y, z, ...rest } = value;
      const { y: masked, z: hashed, ...left } = JSON.parse(
        filter.apply(JSON.stringify(value, null, indent)),
      );
      assertEquals(left, JSON.parse(JSON.stringify(rest)));
      assertEquals(masked, y === undefined || y === null ? y : "***");
      assertEquals(typeof hashed, z === undefined ? "undefined" : z === null ? "object" : "string");
    }),
    { numRuns: 200 },
  );
});
