import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { createHmac } from "node:crypto";
import { PrivacyFilter, type PrivacyRules, UncoveredValueError } from "../../lib/quality/mod.ts";

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

/** Values that are marked, and what a path to one leads through: some of it leads nowhere. */
function marked(path: readonly string[]): fc.Arbitrary<unknown> {
  const secret = fc.constantFrom<unknown>("a 4711", 4711, -4711.5, ["4711"], [[4711]], {
    "4711": 4711,
  });
  const [key, ...rest] = path;
  if (key === undefined) return secret;
  const scalar = fc.constantFrom<unknown>("a 4711", 4711, ["4711"], [[4711]], null, [null], []);
  const object = fc.record({ [key]: marked(rest), other: fc.constant(1) }, { requiredKeys: [] });
  return fc.oneof(object, fc.array(fc.oneof(object, object, scalar), { maxLength: 3 }), scalar);
}

Deno.test("PrivacyFilter gives out no byte of a marked value, whatever is on the way to it", () => {
  const paths = [["a"], ["b", "c"], ["d", "e", "f"], ["d", "g"]];
  const record = fc.record({
    id: fc.nat(99),
    a: marked([]),
    b: marked(["c"]),
    d: fc.oneof(marked(["e", "f"]), marked(["g"])),
  }, { requiredKeys: ["id"] });
  const rules = fc.constantFrom<PrivacyRules>(
    { drop: paths },
    { mask: paths },
    { hash: { columns: paths, salt: "s" } },
  );
  let [whole, refused] = [0, 0];
  fc.assert(
    fc.property(record, rules, fc.nat(2), (value, rule, indent) => {
      const text = JSON.stringify(value, null, indent);
      let left: string;
      try {
        left = new PrivacyFilter(rule).apply(text);
        whole++;
      } catch (error) {
        assert(error instanceof UncoveredValueError);
        left = error.message;
        refused++;
      }
      // A hash may have any digits.
      assert(!left.replace(/[0-9a-f]{64}/g, "").includes("4711"), `${text} became ${left}`);
    }),
    { numRuns: 100 },
  );
  assert(whole > 5 && refused > 5, `${whole} whole, ${refused} refused`);
});

Deno.test("PrivacyFilter names the value that a path cannot lead into, and lets null be", () => {
  const filter = new PrivacyFilter({ mask: [["home", "geo", "x"]], drop: [["a", "b"]] });
  for (
    const [text, wanted] of [
      ['{"home":"4711"}', '"home" is no object, as "home.geo.x" of privacy needs it'],
      ['{"home":[{"geo":null},{"geo":true}]}', '"home.geo" is no object, as "home.geo.x"'],
      ['{"a":[[4711]]}', '"a" is no object, as "a.b" of privacy needs it'],
      ['{"a":""}', '"a" is no object'],
    ] as const
  ) assertThrows(() => filter.apply(text), UncoveredValueError, wanted);
  for (const text of ['{"home":null}', '{"home":[null,[]]}', '{"a":{}}', "{}"]) {
    assertEquals(filter.apply(text), text);
  }
});
