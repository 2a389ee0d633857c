import { assertEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { parseDuration } from "../../lib/grammar/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";

const CASES: readonly (readonly [number, string])[] = [
  [0, "0 ms"],
  [340.4, "340 ms"],
  [999.6, "1.0 s"],
  [1_300, "1.3 s"],
  [59_949, "59.9 s"],
  [59_950, "1 m"],
  [125_000, "2 m 5 s"],
  [3_599_499, "59 m 59 s"],
  [3_599_500, "1 h"],
  [12_000_000, "3 h 20 m"],
  [86_399_999, "1 d"],
  [187_200_000, "2 d 4 h"],
];
for (const [milliseconds, expected] of CASES) {
  Deno.test(`formatDuration() writes "${expected}" when ${milliseconds} ms have passed`, () => {
    assertEquals(formatDuration(milliseconds), expected);
  });
}

Deno.test("formatDuration() writes parts that parseDuration() reads back within the rounding", () => {
  fc.assert(fc.property(fc.nat({ max: 1e11 }), (milliseconds) => {
    const parts = formatDuration(milliseconds).match(/[\d.]+ [a-z]+/g) ?? [];
    const sum = parts.reduce((total, part) => total + parseDuration(part), 0);
    assertEquals(Math.abs(sum - milliseconds) <= milliseconds * 0.05, true, parts.join(" "));
  }));
});

Deno.test("formatDuration() throws RangeError when the number is no duration", () => {
  for (const value of [-1, NaN, Infinity]) assertThrows(() => formatDuration(value), RangeError);
});
