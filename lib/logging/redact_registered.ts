import { Secret } from "../secrets/mod.ts";
import { SecretFinder } from "./secret_finder.ts";

/** What replaces a credential. */
export const REDACTED = "***";

let cache = { values: Secret.registered(), finder: new SecretFinder([]) };

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
 * assertEquals(redactRegistered(`Basic ${btoa("u:pass word")}`), "Basic ***");
 * ```
 */
export function redactRegistered(text: string): string {
  const values = Secret.registered();
  if (values !== cache.values) cache = { values, finder: new SecretFinder(values) };
  let clean = "";
  let kept = 0;
  for (const { start, end } of cache.finder.find(text)) {
    clean += text.slice(kept, start) + REDACTED;
    kept = end;
  }
  return kept === 0 ? text : clean + text.slice(kept);
}
