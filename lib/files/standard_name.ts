import { basename } from "node:path";
import { extensionOf } from "./_extension_of.ts";

const COMBINING_MARKS = /\p{M}+/gu;
const OTHERS = /[^a-z0-9]+/g;

/**
 * Returns the name that a file gets in the lake: lower snake case ASCII without extensions.
 *
 * Letters lose their accents; everything else that is neither letter nor digit becomes one underscore. Different
 * files may get the same name: what tells them apart in the lake is the hash behind it.
 *
 * @param path Path or name of the file.
 * @returns Never empty: `file` where nothing is left.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(standardName("in/Seattle Weather 2012.csv.gz"), "seattle_weather_2012");
 * ```
 */
export function standardName(path: string): string {
  const name = basename(path);
  const stem = name.slice(0, name.length - extensionOf(name).length);
  const ascii = stem.normalize("NFKD").replace(COMBINING_MARKS, "").replaceAll("ß", "ss");
  const words = ascii.toLowerCase().replace(OTHERS, "_").replace(/^_+|_+$/g, "");
  // deno-lint-ignore headwaters/redact-then-cut -- a file's name, in other letters than its own
  return words === "" ? "file" : words.slice(0, 100).replace(/_+$/, "");
}
