import { Secret } from "../secrets/mod.ts";
import { secretPattern } from "./secret_pattern.ts";

/** What stands in the place of a credential. */
export const REDACTED = "***";

let cache: { readonly size: number; readonly pattern: RegExp | undefined } = {
  size: 0,
  pattern: undefined,
};

/**
 * Takes each value that a `Secret` was created with out of a text, in any of its encodings, and nothing else.
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

/** Secrets are only ever added, so that their number tells whether the expression is still good. */
function registeredPattern(): RegExp | undefined {
  const values = Secret.registered();
  if (values.size !== cache.size) cache = { size: values.size, pattern: secretPattern(values) };
  return cache.pattern;
}
