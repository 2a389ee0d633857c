// deno-lint-ignore no-control-regex
const COLOR = /\x1b\[[\d;]*m/g;
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|.*\ufe0f)/u;
const ZERO = /^[\p{Mark}\p{Cf}]+$/u;
const segmenter = new Intl.Segmenter();

/**
 * Returns how many columns of a terminal a text takes: colours none, East Asian letters and emoji two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["abc", "日本", "\x1b[1mé\x1b[22m"].map(displayWidth), [3, 4, 1]);
 * ```
 */
export function displayWidth(text: string): number {
  const plain = text.replace(COLOR, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segmenter.segment(plain)) width += widthOf(segment);
  return width;
}

function widthOf(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
