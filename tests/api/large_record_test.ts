import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { parseLarge } from "../../lib/api/body/large_record.ts";

const encoder = new TextEncoder();
const LONG = 6;

/** What `parseLarge()` should make of a value: a long string is empty, the keys stay. */
function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    return encoder.encode(JSON.stringify(value)).length - 1 > LONG ? "" : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
}

function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return "refused";
  }
}

Deno.test("parseLarge() empties long strings and leaves all else as it is", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 3 }), fc.constantFrom(0, 2), (json, indent) => {
    const text = JSON.stringify(JSON.parse(json), null, indent);
    assertEquals(parseLarge(encoder.encode(text), LONG), shortened(JSON.parse(text)));
  }));
});

Deno.test("parseLarge() refuses whatever JSON.parse() refuses, one byte changed anywhere", () => {
  const json = encoder.encode(
    '{"a long key":"a \\"long\\" \\u00e9 text é","b":["x",{"c":-1.5e3}]}',
  );
  const strict = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < json.length; at++) {
    for (const byte of encoder.encode('"\\u{}[]:,x0e\n\t ').values().toArray().concat(0xc3, 0xff)) {
      const changed = json.with(at, byte);
      const wanted = outcome(() => shortened(JSON.parse(strict.decode(changed))));
      assertEquals(outcome(() => parseLarge(changed, LONG)), wanted, `${at} ${byte}`);
    }
  }
});
