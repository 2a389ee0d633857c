/**
 * Returns a name of a column as engines compare it: two that are the same so must not be next to each other.
 *
 * Spark compares fields letter by letter in upper and then in lower case (`String.equalsIgnoreCase` of Java), columns
 * also as lower-case texts. Letters that look alike may be one and the same to it: of the micro sign `µ` and the Greek
 * `μ` it reads one value into both.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(foldName("ID"), foldName("id"));
 * assertEquals(foldName("\u00b5g"), foldName("\u03bcg"));
 * ```
 */
export function foldName(name: string): string {
  // "İ" is "i" letter by letter, and in lower case "i" with a dot above.
  return Array.from(name.toLowerCase(), foldLetter).join("").replaceAll("i\u0307", "i");
}

function foldLetter(letter: string): string {
  const upper = letter.toUpperCase();
  // Java knows no letter that becomes two.
  return (isOne(upper) ? upper : letter).toLowerCase();
}

function isOne(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}
