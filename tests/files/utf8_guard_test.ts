import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { Utf8Guard } from "../../lib/files/mod.ts";
import { bytes, pieces } from "./_support.ts";

/** Offset of the first bad byte in content that arrives in pieces; -1 if there is none. */
function firstBad(content: Uint8Array, lengths: readonly number[]): number {
  const guard = new Utf8Guard();
  for (const piece of pieces(content, lengths)) {
    const bad = guard.check(piece);
    if (bad !== undefined) return bad.offset;
  }
  return guard.finish()?.offset ?? -1;
}

for (
  const [what, content, offset] of [
    ["nothing", [], -1],
    ["characters of one to four bytes", bytes("aé€😀z"), -1],
    ["a lone continuation", [0x61, 0x80], 1],
    ["an overlong form", [0x61, 0xc0, 0x80], 1],
    ["a surrogate", [0x61, 0xed, 0xa0, 0x80], 1],
    ["what lies beyond Unicode", [0x61, 0xf4, 0x90, 0x80, 0x80], 1],
    ["a sequence that another begins in", [0x61, 0xe2, 0xc3, 0xa9], 1],
    ["a sequence that the end cuts off", [0x61, 0xf0, 0x9f, 0x98], 1],
  ] as const
) {
  Deno.test(`Utf8Guard() finds the first bad byte of ${what} whatever the pieces are`, () => {
    for (const lengths of [[100], [1], [2], [3], [1, 3]]) {
      assertEquals(firstBad(Uint8Array.from(content), lengths), offset);
    }
  });
}

Deno.test("Utf8Guard() agrees with TextDecoder, and what stands before the bad byte is good", () => {
  const noise = fc.oneof(
    fc.string({ unit: "grapheme" }).map(bytes),
    fc.uint8Array({ maxLength: 3 }),
  );
  const content = fc.array(noise, { maxLength: 6 })
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
  const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(content, lengths, (content, lengths) => {
    const bad = firstBad(content, lengths);
    assertEquals(bad === -1, isValid(content));
    if (bad >= 0) assertEquals(isValid(content.subarray(0, bad)), true);
  }));
});

function isValid(content: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}
