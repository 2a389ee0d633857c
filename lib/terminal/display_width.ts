// deno-lint-ignore no-control-regex
const COLOR = /\x1b\[[\d;]*m/g;
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|.*\ufe0f)/u;
const ZERO = /^[\p{Mark}\p{Cf}]+$/u;
let segmenter: Intl.Segmenter | undefined;

/**
 * Returns how many columns of a terminal a text takes: colors none, East Asian letters and emoji two.
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
  for (const segment of graphemes(plain)) width += widthOf(segment);
  return width;
}

/** Cuts a text into what is seen as one letter each; the segmenter takes long to load, and plain text needs none. */
export function graphemes(text: string): Iterable<string> {
  segmenter ??= new Intl.Segmenter();
  return Iterator.from(segmenter.segment(text)).map(({ segment }) => segment);
}

function widthOf(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
