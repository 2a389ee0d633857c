import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { formatCount } from "../../lib/terminal/mod.ts";

Deno.test("formatCount() sets thousands apart", () => {
  assertEquals([0, 999, 1_000, 20_000, 1_234_567, -1_234, 1_999.6].map(formatCount), [
    "0",
    "999",
    "1,000",
    "20,000",
    "1,234,567",
    "-1,234",
    "2,000",
  ]);
});

Deno.test("formatCount() loses no digit", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (count) => {
    const text = formatCount(count);
    assertEquals(Number(text.replaceAll(",", "")), count);
    assertEquals(/^-?\d{1,3}(,\d{3})*$/.test(text), true, text);
  }));
});
