import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { hasHalfSurrogate } from "../../lib/grammar/mod.ts";

Deno.test("hasHalfSurrogate() finds in JSON what is no text once it is read", () => {
  const text = fc.array(
    fc.constantFrom("a", "\\", '"', "\ud83d", "\ude00", "\ud83d\ude00", "u", "d83d", "é"),
  ).map((parts) => parts.join(""));
  fc.assert(fc.property(text, (text) => {
    // JSON.stringify escapes halves only; other writers escape all.
    const plain = JSON.stringify({ text });
    const escaped = plain.replaceAll(
      /[\ud800-\udfff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    for (const json of [plain, escaped]) assertEquals(hasHalfSurrogate(json), !text.isWellFormed());
  }));
});
