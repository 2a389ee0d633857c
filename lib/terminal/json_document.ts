import { escapeAsJson } from "./escape_controls.ts";

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
  return `${escapeAsJson(JSON.stringify(value, null, 2))}\n`;
}
