import { Secret } from "../secrets/mod.ts";
import { LEAST_FOLDED_LETTERS, secretPattern } from "./secret_pattern.ts";

/** What replaces a credential. */
export const REDACTED = "***";

let cache: { readonly values: ReadonlySet<string>; readonly patterns: readonly RegExp[] } = {
  values: new Set(),
  patterns: [],
};

/**
 * Takes the value of each `Secret` that is not forgotten out of a text, in any of its encodings, and nothing else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Secret } from "../secrets/mod.ts";
 *
 * new Secret("pass word", "PASSWORD");
 * assertEquals(redactRegistered("?q=pass%20word&token=abc"), "?q=***&token=abc");
 * assertEquals(redactRegistered(`Basic ${btoa("u:pass word")}`), "Basic dT***");
 * ```
 */
export function redactRegistered(text: string): string {
  return registeredPatterns().reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
}

/** Returns an expression for those that are found in any letter case, and one for shorter ones. */
function registeredPatterns(): readonly RegExp[] {
  const values = Secret.registered();
  if (values !== cache.values) {
    const isLong = (value: string) => value.trim().length >= LEAST_FOLDED_LETTERS;
    const { long = [], short = [] } = Object.groupBy(
      values,
      (value) => isLong(value) ? "long" : "short",
    );
    const patterns = [long, short].map(secretPattern).filter((pattern) => pattern !== undefined);
    cache = { values, patterns };
  }
  return cache.patterns;
}
