import { Buffer } from "node:buffer";
import type { Database } from "./database.ts";

/** How a SQLite database holds its texts, which is what a cast to bytes gives. */
export type SqliteEncoding = "UTF-8" | "UTF-16le" | "UTF-16be";

/** Returns how a database holds its texts. */
export function encodingOf(db: Database): SqliteEncoding {
  const { encoding = "UTF-8" } = db.get<{ encoding: SqliteEncoding }>("PRAGMA encoding") ?? {};
  return encoding;
}

/** Writes a text as a database holds it. */
export function encodeAs(encoding: SqliteEncoding, text: string): Uint8Array {
  if (encoding === "UTF-8") return new TextEncoder().encode(text);
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "UTF-16le" ? bytes : bytes.swap16();
}

/** Turns the bytes of a database's text into UTF-8; half a surrogate is U+FFFD, which SQLite's JSON makes of it already. */
export function toUtf8(encoding: SqliteEncoding, bytes: Uint8Array): Uint8Array {
  if (encoding === "UTF-8") return bytes;
  return new TextEncoder().encode(new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes));
}
