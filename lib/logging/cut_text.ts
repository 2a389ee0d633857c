import { cleanCutMessages } from "../errors/mod.ts";
import { redactRegistered } from "./redact_registered.ts";

/** No secret is longer than this in any of its writings: servers refuse such headers. */
const LONGEST_SECRET = 8192;
const MOST_READ = 4 * LONGEST_SECRET;

cleanCutMessages(redactRegistered);

/**
 * Shortens a text of foreign origin for a message, a log or a table. Secrets are taken out first: of one that was cut the
 * first part would be shown, for nothing finds it.
 *
 * @param limit How many UTF-16 code units are kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Secret } from "../secrets/mod.ts";
 *
 * new Secret("0penSesameAgain", "CAVE_KEY");
 * assertEquals(cutText("the key 0penSesameAgain is wrong", 14), "the key *** is...");
 * ```
 */
export function cutText(text: string, limit: number): string {
  const clean = redactRegistered(text.slice(0, MOST_READ + limit));
  // Where what was read ends, the first part of a secret may be left.
  const sure = text.length > MOST_READ + limit ? clean.slice(0, -LONGEST_SECRET) : clean;
  const isCut = sure.length > limit || sure.length < clean.length;
  return isCut ? `${sure.slice(0, limit).toWellFormed()}...` : clean;
}
