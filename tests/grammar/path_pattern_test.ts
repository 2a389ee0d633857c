import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parsePathPattern, wantedPattern } from "../../lib/grammar/mod.ts";

const USABLE: readonly (readonly [pattern: string, match: string, other: string])[] = [
  ["*.csv", "a.csv", "x/a.csv"],
  ["./*.csv", "a.csv", "x/a.csv"],
  ["**/*.csv", "x/y/a.csv", "a"],
  ["x/**/a?.csv", "x/y/z/a1.csv", "y/a1.csv"],
  ["[ab]/[!x]*.csv", "a/y.csv", "a/x.csv"],
  ["[[:digit:]]*", "1.csv", "a.csv"],
  ["[[]a", "[a", "a"],
  ["[{]a", "{a", "a"],
  ["{2025,2026/q1}/*", "2026/q1/a.csv", "2026/a.csv"],
  ["a@(b|c)*", "abx", "ax"],
  ["a..b/...", "a..b/...", "a"],
  ["a(1.csv", "a(1.csv", "a1.csv"],
];
for (const [pattern, match, other] of USABLE) {
  Deno.test(`parsePathPattern() reads "${pattern}"`, () => {
    const found = [match, other].map((path) => parsePathPattern(pattern).test(path));
    assertEquals(found, [true, false]);
  });
}

const UNUSABLE: readonly (readonly [pattern: string, wanted: string])[] = [
  ["", "a pattern such as"],
  ["[", 'a "]" for each "["'],
  ["x/[ab/c].csv", 'a "]" for each "["'],
  ["[]", "something between them"],
  ["[!]x", "something between them"],
  ["[[:digit:]", 'a "]" for each "["'],
  ["{a,b", 'a "}" for each "{"'],
  ["a{b,@(c}", 'a ")" for each group'],
  ["+(a", 'a ")" for each group'],
  ["[z-a]", "ranges that go up"],
  ["../*", 'no ".." in it'],
  ["a/../../b", 'no ".." in it'],
  ["{a,..}/b", 'no ".." in it'],
  ["/data/*", 'no "/" at its start'],
  ["C:\\data\\*", 'no "/" at its start'],
];
for (const [pattern, wanted] of UNUSABLE) {
  Deno.test(`parsePathPattern() throws RangeError when the pattern is "${pattern}"`, () => {
    assertStringIncludes(wantedPattern(pattern) ?? "", wanted);
    const found = `found ${JSON.stringify(pattern)}, expected `;
    assertThrows(() => parsePathPattern(pattern), RangeError, found);
  });
}

Deno.test({
  name: "wantedPattern() wants something after a backslash",
  ignore: Deno.build.os === "windows",
  fn() {
    for (const pattern of ["a\\", "a\\/b"]) {
      assertEquals(wantedPattern(pattern), 'a character after "\\"');
    }
    assertEquals(parsePathPattern("\\[\\*").test("[*"), true);
    assertEquals(wantedPattern("\\*(a"), undefined);
  },
});
