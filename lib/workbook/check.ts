import { escapeMarkup } from "../terminal/mod.ts";
import { Displayable } from "./displayable.ts";

/**
 * Confirms claims about what a cell did, so that a notebook cannot go on from a wrong state.
 *
 * @param claims Whether each holds, by its sentence.
 * @returns The sentences, ticked.
 * @throws {Error} If one does not hold; the message names each that fails.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(String(check({ "two and two are four": 2 + 2 === 4 })), "✓ two and two are four");
 * ```
 */
export function check(claims: Readonly<Record<string, boolean>>): Displayable {
  const sentences = Object.keys(claims);
  const wrong = sentences.filter((sentence) => !claims[sentence]);
  if (wrong.length > 0) {
    const quoted = wrong.map((sentence) => JSON.stringify(sentence)).join(", ");
    throw new Error(`Cannot confirm ${quoted}: it does not hold`);
  }
  const lines = sentences.map((sentence) => `✓ ${sentence}`);
  return new Displayable({
    "text/plain": lines.join("\n"),
    "text/html": lines.map((line) => `<div>${escapeMarkup(line)}</div>`).join("\n"),
  });
}
