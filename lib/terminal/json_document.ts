const RISKY = /[\x7f-\x9f\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Writes a value as one JSON document that a terminal can show: characters that could steer it, or turn the direction of
 * text, are escaped. Parsing gives the value back as it was.
 *
 * @param value What `JSON.stringify` takes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jsonDocument(["\x9b31m"]), '[\n  "\\u009b31m"\n]\n');
 * ```
 */
export function jsonDocument(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const safe = text.replace(
    RISKY,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${safe}\n`;
}
