import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parseDuration } from "../../lib/grammar/mod.ts";

Deno.test("parseDuration() reads each unit as milliseconds", () => {
  assertEquals(
    ["250ms", "30s", "2m", "1h", "7d", "1.5h", "0s"].map(parseDuration),
    [250, 30_000, 120_000, 3_600_000, 604_800_000, 5_400_000, 0],
  );
});

Deno.test("parseDuration() is number times unit when the number is whole", () => {
  const unit = fc.constantFrom(["ms", 1], ["s", 1e3], ["m", 6e4], ["h", 36e5], ["d", 864e5]);
  fc.assert(fc.property(fc.nat(10_000_000), unit, (count, [name, factor]) => {
    assertEquals(parseDuration(`${count}${name}`), count * Number(factor));
  }));
});

Deno.test("parseDuration() gives whole milliseconds or a RangeError when the text is anything", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,20} ?[a-z]{0,2}$/)), (text) => {
      try {
        const value = parseDuration(text);
        assertEquals(Number.isSafeInteger(value) && value >= 0, true);
      } catch (error) {
        assertEquals(error instanceof RangeError, true);
      }
    }),
  );
});

for (const text of ["", "30", "s", "-1s", "1e3s", "1 week", "1h30m", "1.s", "99999999999999999d"]) {
  Deno.test(`parseDuration() refuses when the text is "${text}"`, () => {
    assertThrows(() => parseDuration(text), RangeError, `Cannot read duration: found "${text}"`);
  });
}
