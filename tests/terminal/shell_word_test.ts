import { assertEquals } from "@std/assert";
import { escapeControls, pathWord, shellWord } from "../../lib/terminal/mod.ts";

Deno.test("shellWord() names what has control characters so that the shell reads the same", () => {
  const words = [
    ["in/a.csv", "in/a.csv"],
    ["", "''"],
    ["a b's", "'a b'\\''s'"],
    ["a\\b", "'a\\b'"],
    ["a\nb", "$'a\\nb'"],
    ["it's\t\\", "$'it\\'s\\t\\\\'"],
    ["\x1b[31m", "$'\\x1b[31m'"],
    // In bash `\\x85` is a byte.
    ["\x85", "$'\\u0085'"],
    ["\u202e", "$'\\u202e'"],
  ] as const;
  for (const [text, word] of words) {
    assertEquals(shellWord(text), word);
    assertEquals(escapeControls(word), word);
  }
});

Deno.test("pathWord() writes no path as a flag", () => {
  assertEquals(["-x y", "-x", "a-x", "/-x"].map(pathWord), ["'./-x y'", "./-x", "a-x", "/-x"]);
});
