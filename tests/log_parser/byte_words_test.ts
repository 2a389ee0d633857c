import { assertEquals } from "@std/assert";
import { isAt, plainEnd, viewOf, wordsOf } from "../../lib/log_parser/byte_words.ts";

const encoder = new TextEncoder();

Deno.test("plainEnd() finds each byte that is not plain, wherever it is among four", () => {
  for (let byte = 0; byte < 256; byte++) {
    const isPlain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92;
    for (let at = 0; at < 9; at++) {
      const bytes = encoder.encode('a~ a~ a~ a~ "');
      bytes[at] = byte;
      const view = viewOf(bytes);
      assertEquals([byte, plainEnd(view, 0)], [byte, isPlain ? 12 : at]);
      assertEquals([byte, plainEnd(view, at + 1)], [byte, 12]);
      assertEquals([byte, plainEnd(view, 0, 0x3f3f3f3f)], [byte, isPlain && byte !== 63 ? 12 : at]);
    }
  }
});

Deno.test("plainEnd() finds the end where fewer than four bytes are left", () => {
  for (const text of ["", "a", "abc", "abcd", "abcdefg", "abcde?"]) {
    const view = viewOf(encoder.encode(text));
    assertEquals(plainEnd(view, 0), text.length);
    assertEquals(plainEnd(view, 0, 0x3f3f3f3f), text.replace("?", "").length);
  }
});

Deno.test("isAt() compares every byte of words of any length", () => {
  for (let length = 0; length < 14; length++) {
    const words = wordsOf(encoder.encode("abcdefghijklmn".slice(0, length)));
    const bytes = encoder.encode(" abcdefghijklmn.");
    assertEquals([length, isAt(viewOf(bytes), 1, words)], [length, true]);
    for (let at = 0; at < length; at++) {
      const other = bytes.slice();
      other[at + 1] = 0;
      assertEquals([length, at, isAt(viewOf(other), 1, words)], [length, at, false]);
    }
    assertEquals([length, isAt(viewOf(bytes.subarray(0, length)), 1, words)], [length, false]);
  }
});
