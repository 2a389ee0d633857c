import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parseSize } from "../../lib/grammar/mod.ts";

Deno.test("parseSize() reads decimal and binary units as bytes", () => {
  assertEquals(
    ["512B", "1KB", "128MB", "1GB", "64KiB", "1.5 GiB", "2mb", "0B"].map(parseSize),
    [512, 1_000, 128_000_000, 1_000_000_000, 65_536, 1_610_612_736, 2_000_000, 0],
  );
});

Deno.test("parseSize() is number times unit when the number is whole", () => {
  const unit = fc.constantFrom(["B", 1], ["KB", 1e3], ["MiB", 2 ** 20], ["GB", 1e9], [
    "TiB",
    2 ** 40,
  ]);
  fc.assert(fc.property(fc.nat(8_000), unit, (count, [name, factor]) => {
    assertEquals(parseSize(`${count}${name}`), count * Number(factor));
  }));
});

Deno.test("parseSize() gives whole bytes or a RangeError when the text is anything", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,20} ?[a-zA-Z]{0,3}$/)),
      (text) => {
        try {
          const value = parseSize(text);
          assertEquals(Number.isSafeInteger(value) && value >= 0, true);
        } catch (error) {
          assertEquals(error instanceof RangeError, true);
        }
      },
    ),
  );
});

for (const text of ["", "1", "MB", "-1MB", "1 PB", "1M", "1ib", "1e3B", "99999999TB"]) {
  Deno.test(`parseSize() refuses when the text is "${text}"`, () => {
    assertThrows(() => parseSize(text), RangeError, `Cannot read size: found "${text}"`);
  });
}
