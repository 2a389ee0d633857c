import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { countLines } from "../../lib/files/count_lines.ts";
import { bytes } from "./_support.ts";

Deno.test("countLines() counts as splitting does, or sees that a line may be empty", () => {
  const char = fc.constantFrom("\n", "\r", "a", "\u008a", "\v", "x".repeat(3), "y".repeat(6));
  const given = fc.record({ text: fc.string({ unit: char, maxLength: 40 }), shift: fc.nat(3) });
  fc.assert(
    fc.property(given, ({ text, shift }) => {
      const lines = text.replace(/\n$/, "").split("\n").map((line) => bytes(line).length);
      const ended = text.endsWith("\n") ? lines : lines.slice(0, -1);
      const expected = text === ""
        ? 0
        : ended.some((length) => length <= 1)
        ? undefined
        : lines.length;
      assertEquals(countLines(bytes(" ".repeat(shift) + text).subarray(shift)), expected);
    }),
    { numRuns: 500, examples: [[{ text: "xxx\naa\nxxx", shift: 1 }]] },
  );
});

Deno.test("countLines() sees a line that may be empty wherever it is", () => {
  const places = Array.from({ length: 140 }, (_, at) => [at + 1, at + 32_700, at + 65_470]).flat();
  for (const at of places) {
    for (const [text, count] of [["\n", undefined], ["\r\n", undefined], ["xx\n", 2]] as const) {
      const content = bytes(`${"x".repeat(at)}\n${text}`);
      assertEquals(countLines(content), at > 1 ? count : undefined, `${at} ${text}`);
    }
  }
});
