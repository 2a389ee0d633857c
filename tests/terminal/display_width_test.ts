import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { displayWidth, truncate } from "../../lib/terminal/mod.ts";

const CASES: readonly (readonly [string, number])[] = [
  ["", 0],
  ["abc", 3],
  ["\x1b[31mabc\x1b[39m", 3],
  ["日本語", 6],
  ["한글", 4],
  ["e\u0301", 1],
  ["🙂", 2],
  ["👩‍👩‍👧", 2],
  ["✓ a·b…", 6],
  ["\u200b", 0],
];
for (const [text, width] of CASES) {
  Deno.test(`displayWidth() is ${width} when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(displayWidth(text), width);
  });
}

Deno.test("truncate() keeps a text that fits", () => {
  assertEquals(truncate("日本", 4), "日本");
});

Deno.test("truncate() ends colours that it cuts", () => {
  assertEquals(truncate("\x1b[31mabcdef\x1b[39m", 4), "\x1b[31mabc…\x1b[0m");
});

Deno.test("truncate() never exceeds the width and keeps the beginning", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 30 }), (text, width) => {
    const cut = truncate(text, width);
    assertEquals(displayWidth(cut) <= width, true);
    assertEquals(cut === text || text.startsWith(cut.slice(0, -1)), true);
  }));
});
