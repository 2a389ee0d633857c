import { globToRegExp } from "@std/path/glob-to-regexp";

/** What takes the meaning from the character after it; on Windows a backslash separates folders. */
const ESCAPE = Deno.build.os === "windows" ? "`" : "\\";

/**
 * Reads a pattern of paths below a folder: `*`, `?`, `[abc]`, `{a,b}`, and `**` for any folders.
 *
 * @param pattern The pattern; `./` at its start means nothing.
 * @returns What the paths match that it means, relative ones with `/`.
 * @throws {RangeError} If it cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pattern = parsePathPattern("2026/**\/*.csv");
 * assertEquals(["2026/a.csv", "2026/x/b.csv", "a.csv"].map((path) => pattern.test(path)), [
 *   true,
 *   true,
 *   false,
 * ]);
 * ```
 */
export function parsePathPattern(pattern: string): RegExp {
  const wanted = wantedPattern(pattern);
  if (wanted === undefined) return toRegExp(pattern);
  throw new RangeError(
    `Cannot read pattern: found ${JSON.stringify(pattern)}, expected ${wanted}`,
  );
}

/**
 * Returns what is wanted instead of a pattern that cannot be used: one that is not closed would be taken literally, one
 * that leads out of the folder would match nothing, and nobody would notice.
 *
 * @returns `undefined` if it can be used.
 */
export function wantedPattern(pattern: string): string | undefined {
  if (pattern === "") return 'a pattern such as "**/*.csv"';
  const isAbsolute = /^(?:\/|[A-Za-z]:[/\\])/.test(pattern) ||
    ESCAPE !== "\\" && pattern.startsWith("\\");
  if (isAbsolute || /(?:^|[/{,|(])\.\.(?:$|[/},|)])/.test(pattern)) {
    return 'a pattern of paths below the folder: no ".." in it, no "/" at its start';
  }
  const wanted = wantedEnd(pattern);
  if (wanted !== undefined) return wanted;
  try {
    toRegExp(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return 'ranges that go up, such as "[a-z]"';
    throw error;
  }
}

/** Looks for what is opened and not closed, as the translation below does. */
function wantedEnd(pattern: string): string | undefined {
  const open: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (char === ESCAPE) {
      if (next === "" || next === "/") return `a character after "${ESCAPE}"`;
      at++;
    } else if (char === "[") {
      const end = endOfRange(pattern, at, open.length > 0);
      if (end === undefined) {
        return 'a "]" for each "[", and something between them ("[[]" is the character)';
      }
      at = end;
    } else if (char === "*" && next === "*") {
      while (pattern.charAt(at + 1) === "*") at++;
    } else if (/[?*+@!]/.test(char) && next === "(") {
      open.push(")");
      at++;
    } else if (char === "{") open.push("}");
    else if (char === open.at(-1)) open.pop();
  }
  switch (open.at(-1)) {
    case undefined:
      return undefined;
    case "}":
      return 'a "}" for each "{" ("[{]" is the character)';
    default:
      return 'a ")" for each group such as "@(" ("[(]" is the character)';
  }
}

/** Returns the index of the bracket that closes a range; an empty one would match nothing. */
function endOfRange(pattern: string, start: number, inGroup: boolean): number | undefined {
  const first = start + (/[!^]/.test(pattern.charAt(start + 1)) ? 2 : 1);
  if (pattern.charAt(first) === "]") return undefined;
  for (let at = first; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "]") return at;
    if (char === "/" && !inGroup) return undefined;
    if (char === ESCAPE) at++;
    else if (pattern.startsWith("[:", at)) at = Math.max(at, pattern.indexOf(":]", at) + 1);
  }
  return undefined;
}

function toRegExp(pattern: string): RegExp {
  return globToRegExp(pattern.replace(/^(?:\.\/+)+/, ""), { extended: true, globstar: true });
}
