import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parseSize } from "../../lib/grammar/mod.ts";
import { formatBytes } from "../../lib/terminal/mod.ts";

const CASES: readonly (readonly [number, string])[] = [
  [0, "0 B"],
  [999, "999 B"],
  [999.6, "1.0 kB"],
  [1_000, "1.0 kB"],
  [1_234_567, "1.2 MB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [128e6, "128.0 MB"],
  [5e15, "5.0 PB"],
  [5e18, "5000.0 PB"],
];
for (const [bytes, expected] of CASES) {
  Deno.test(`formatBytes() writes "${expected}" when there are ${bytes} bytes`, () => {
    assertEquals(formatBytes(bytes), expected);
  });
}

Deno.test("formatBytes() writes what parseSize() reads back within the rounding", () => {
  fc.assert(fc.property(fc.nat({ max: 1e15 }), (bytes) => {
    const text = formatBytes(bytes);
    if (text.endsWith("PB")) return;
    assertEquals(Math.abs(parseSize(text) - bytes) <= Math.max(0.5, bytes * 0.05), true, text);
  }));
});

Deno.test("formatBytes() throws RangeError when the number is no size", () => {
  for (const bytes of [-1, NaN, Infinity]) assertThrows(() => formatBytes(bytes), RangeError);
});
