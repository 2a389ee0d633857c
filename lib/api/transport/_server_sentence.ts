import { valueAt } from "../../grammar/mod.ts";
import type { Redactor } from "./redactor.ts";
import { type Body, sampleOf, sizeOf } from "../body/read_body.ts";

/** How much of a body is looked through for a sentence. */
const SAMPLE_BYTES = 16_384;
/** How many characters of it are quoted in a message. */
const QUOTE_LENGTH = 160;

/** Where servers put the sentence that says what is wrong, the plainest first. */
const PLACES: readonly (readonly PropertyKey[])[] = [
  ["error", "message"],
  ["error", "reason"],
  ["error_description"],
  ["errors", 0, "message"],
  ["errors", 0, "detail"],
  ["detail"],
  ["detail", 0, "msg"],
  ["message"],
  [0, "message"],
  ["error", "detail"],
  ["description"],
  ["title"],
  ["errors", 0],
  ["error"],
];

/**
 * Returns the sentence in which a server says why it refuses, without secrets, on one line and cut; `undefined` if it
 * says none.
 */
export function serverSentence(body: Body, redactor: Redactor): string | undefined {
  const text = new TextDecoder().decode(sampleOf(body, SAMPLE_BYTES));
  const isWhole = sizeOf(body) <= SAMPLE_BYTES;
  const found = isWhole ? fromJson(text) ?? fromHtml(text) : undefined;
  // Of a longer body the redactor alone knows where a secret may be cut.
  const rest = isWhole ? text : redactor.excerpt(body, QUOTE_LENGTH);
  const said = found ?? (/^\s*[<{[]/.test(text) ? "" : rest);
  // Redacted as it came: of a secret that is broken by line ends, or cut, nothing would find the rest.
  const clean = redactor.text(said).replaceAll(/[\p{C}\s]+/gu, " ").trim();
  if (clean === "") return undefined;
  return clean.length > QUOTE_LENGTH
    ? `${clean.slice(0, QUOTE_LENGTH).toWellFormed().trimEnd()}...`
    : clean;
}

function fromJson(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // no JSON
  }
  if (typeof value === "string") return value;
  for (const place of PLACES) {
    const sentence = valueAt(value, place);
    if (typeof sentence === "string" && sentence !== "") return sentence;
  }
  return undefined;
}

function fromHtml(text: string): string | undefined {
  return /<(title|h1)[^>]*>([^<]+)</i.exec(text)?.[2];
}
