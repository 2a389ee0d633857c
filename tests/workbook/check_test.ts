import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { check, compare, mediaBundle } from "../../lib/workbook/mod.ts";

Deno.test("check() ticks what holds", () => {
  const shown = mediaBundle(check({ "a < b": true, "c": true }));
  assertEquals(shown["text/plain"], "✓ a < b\n✓ c");
  assertStringIncludes(shown["text/html"] ?? "", "✓ a &lt; b");
});

Deno.test("check() throws with every claim that does not hold", () => {
  const error = assertThrows(() => check({ one: false, two: true, three: false }), Error);
  assertEquals(error.message, 'Cannot confirm "one", "three": it does not hold');
});

Deno.test("compare() says which predictions came true and never throws for a wrong one", () => {
  const rows = String(compare(
    { pages: 4, order: "a", open: undefined },
    { pages: 4, order: "b", open: 3 },
  )).split("\n");
  assertEquals(rows[1]?.replace(/ {2,}/g, "|"), "pages|4|4|✓ as you said");
  assertEquals(rows[2]?.replace(/ {2,}/g, "|"), "order|a|b|✗ think again: why?");
  assertStringIncludes(rows[3] ?? "", "no prediction");
});

Deno.test("compare() refuses a question without an answer", () => {
  const answers: Record<string, number> = {};
  assertThrows(() => compare({ pages: 1 }, answers), TypeError, "pages");
});
