import { isAbsolute, join } from "node:path";
import { UsageError } from "../errors/mod.ts";
import { linkBeforeDotDot } from "../io/mod.ts";

/** Returns the only word of a command. */
export function oneWord(words: readonly string[], what: string): string {
  const [word, ...others] = words;
  if (word !== undefined && others.length === 0) return word;
  throw new UsageError("usage", `Cannot run: expected one ${what}, found ${words.length}`);
}

/** Returns the words of a command that takes one or more. */
export function someWords(words: readonly string[], what: string): readonly string[] {
  if (words.length > 0) return words;
  throw new UsageError("usage", `Cannot run: expected at least one ${what}`);
}

/** Returns a path as the user means it: a relative one starts where the user is. */
export function pathFrom(cwd: string, path: string): string {
  if (path === "") throw new UsageError("usage", "Cannot use an empty path");
  const link = linkBeforeDotDot(cwd, path);
  if (link !== undefined) {
    throw new UsageError(
      "usage",
      `Cannot use "${path}": ".." goes back from where the link "${link}" leads; name the path without the link`,
    );
  }
  const whole = isAbsolute(path) ? join(path) : join(cwd, path);
  // With a slash at its end, a link would be followed and a temporary name would be in the folder.
  return whole.length > 1 ? whole.replace(/\/$/, "") : whole;
}

/** Returns the value of a flag that must be there. */
export function wantedFlag(name: string, value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  throw new UsageError("usage", `Cannot run: flag "--${name}" is missing`);
}

/** Refuses words where a command takes none. */
export function noWords([word]: readonly string[]): void {
  if (word !== undefined) {
    throw new UsageError("usage", `Cannot use word "${word}": none is expected`);
  }
}
