import { createHash } from "node:crypto";

/** Longest name: PostgreSQL, the strictest of the usual targets, cuts longer ones without a warning (NAMEDATALEN). */
const MOST_BYTES = 63;
/** What is kept of a longer one, before a hash of all of it; 4 bytes are left for the number of one that occurs twice. */
const KEPT_BYTES = 50;

/**
 * Returns the snake_case form of a column's name: lower-case letters and digits joined by single underscores.
 *
 * Latin letters lose their accents, other letters stay. An underscore in front stays (`_id`), and one is put before a
 * digit, as SQL wants. A name of more than 63 bytes of UTF-8 is cut and gets a hash of the whole. The result does not
 * depend on the other columns, so that a file with another order gets the same names; two names may become one.
 *
 * @param at Index of the column: one without a letter or digit becomes `_c2`, as in Spark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["Order ID", "unitPrice (€)", "2026"].map(snakeCase), ["order_id", "unit_price", "_2026"]);
 * ```
 */
export function snakeCase(name: string, at: number): string {
  const apart = name
    .replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1_")
    .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1_");
  const plain = apart.normalize("NFKD").toLowerCase().normalize("NFKD")
    .replaceAll("ß", "ss").replace(/(?<=[a-z])\p{M}+/gu, "").normalize("NFC");
  const words = plain.replace(/[^\p{L}\p{M}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "");
  if (words === "") return `_c${at}`;
  return bounded(/^_/.test(name) || /^\p{N}/u.test(words) ? `_${words}` : words);
}

function bounded(name: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(name).length <= MOST_BYTES) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const { read } = encoder.encodeInto(name, new Uint8Array(KEPT_BYTES));
  return `${name.slice(0, read).replace(/_+$/, "")}_${hash}`;
}
