import { escapeLine } from "./escape_controls.ts";

/**
 * Returns an argument as a shell reads it, for a command line to copy. Control characters are written as escapes, which
 * bash, zsh and ksh read in `$'...'`: a line end that is shown as one, or as a space, is another name when it is pasted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["a.csv", "it's", "a\nb"].map(shellWord), ["a.csv", "'it'\\''s'", "$'a\\nb'"]);
 * ```
 */
export function shellWord(arg: string): string {
  if (/^[\w\-./:=,@+]+$/.test(arg)) return arg;
  if (escapeLine(arg) === arg) return `'${arg.replaceAll("'", `'\\''`)}'`;
  const escaped = escapeLine(arg.replace(/[\\']/g, "\\$&"));
  // In a shell `\x85` is a byte, which is no character by itself.
  return `$'${escaped.replace(/\\x(?=[89a-f])/g, "\\u00")}'`;
}

/** Returns a path as a shell and a command read it: one that begins with a dash would be a flag. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path);
}
