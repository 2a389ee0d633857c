import { Secret } from "../secrets/mod.ts";
import { secretPattern } from "./secret_pattern.ts";

/** What replaces a credential. */
export const REDACTED = "***";

let cache: { readonly values: ReadonlySet<string>; readonly pattern: RegExp | undefined } = {
  values: new Set(),
  pattern: undefined,
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
  const pattern = registeredPattern();
  return pattern === undefined ? text : text.replace(pattern, REDACTED);
}

function registeredPattern(): RegExp | undefined {
  const values = Secret.registered();
  if (values !== cache.values) cache = { values, pattern: secretPattern(values) };
  return cache.pattern;
}
