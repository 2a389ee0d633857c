import { createHash } from "node:crypto";
import { extensionOf } from "./_extension_of.ts";

/** Longest name of a file, in bytes of UTF-8: NAME_MAX of Linux; macOS and NTFS allow no fewer. */
const MAX_NAME_BYTES = 255;

/** Separators of paths, control characters, line separators, and characters that turn the direction of text. */
const FORBIDDEN = /[/\\\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
const HIDDEN = /^[._]+/;

/** Options of {@linkcode boundedName}. */
export interface BoundedNameOptions {
  /** Put in front of the name as it is. @default "" */
  readonly prefix?: string;
  /** Bytes that callers may still append, `.reason.json` or a temporary suffix. @default 55 */
  readonly reserve?: number;
}

/**
 * Makes a foreign name a valid name of a file, of at most 255 bytes with what is appended later.
 *
 * Path separators and control characters become `_`, and a name without a prefix loses the dots and underscores in front
 * that would hide it from Spark. A name that is too long is cut between characters and keeps its extension. Whatever
 * changes a name adds a hash of the original, so that different names stay different; other names stay as they are.
 *
 * @param name Name of the file, not its path.
 * @throws {RangeError} If prefix and reserve leave fewer than 60 bytes for the name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(boundedName("a.csv", { prefix: "0a1b2c3d-" }), "0a1b2c3d-a.csv");
 * assertEquals(boundedName("é".repeat(200) + ".csv.gz"), "é".repeat(92) + "-369569ec.csv.gz");
 * ```
 */
export function boundedName(name: string, options: BoundedNameOptions = {}): string {
  const { prefix = "", reserve = 55 } = options;
  const room = MAX_NAME_BYTES - reserve - byteLength(prefix);
  if (room < 60) {
    throw new RangeError(`Cannot bound a name: ${room} bytes are left for it, expected 60 or more`);
  }
  const clean = name.toWellFormed().replace(FORBIDDEN, "_");
  const shown = prefix === "" ? clean.replace(HIDDEN, "") : clean;
  if (shown !== "" && shown === name && byteLength(shown) <= room) return prefix + shown;
  // UTF-16, so that names which differ in lone surrogates only do not get the same hash.
  const hash = createHash("sha256").update(name, "utf16le").digest("hex").slice(0, 8);
  const extension = extensionOf(shown);
  const stem = shown.slice(0, shown.length - extension.length);
  const tail = `-${hash}${extension}`;
  return prefix + (cut(stem, room - tail.length) || "file") + tail;
}

/** Cuts text to a number of bytes, between characters. */
function cut(text: string, bytes: number): string {
  let end = 0;
  let length = 0;
  for (const character of text) {
    length += byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
