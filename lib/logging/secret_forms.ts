import { Buffer } from "node:buffer";

/** A way of writing a credential, to be looked for as it stands. */
export interface SecretForm {
  readonly text: string;
  /** Its neighbors hold bits of the value, too. */
  readonly isBase64: boolean;
}

/** A shorter value in another letter case is an ordinary word. */
export const LEAST_FOLDED_LETTERS = 8;

/** A base64 text of fewer bytes than this cannot be distinguished from ordinary words. */
const LEAST_BASE64_BYTES = 4;
/** Of shorter values too few letters are left in base64 of base64. */
const LEAST_TWICE_BYTES = 6;
/** A hex text of fewer bytes than this is met by chance. */
const LEAST_HEX_BYTES = 6;
/** Fewer letters between those that were lost are met by chance. */
const LEAST_LOST_LETTERS = 6;

/**
 * Returns the ways of writing a credential that no {@linkcode readingsOf} undoes: as it is, its bytes one character each,
 * in hex, inside base64 at any alignment, or in one of these inside the other; a long one in lower case, for texts in
 * lower case.
 */
export function secretForms(value: string): SecretForm[] {
  const isFolded = value.length >= LEAST_FOLDED_LETTERS;
  const cases = isFolded ? [value, value.toLowerCase(), value.toUpperCase()] : [value];
  const letter = isFolded ? fold : (text: string) => text;
  const plain = cases.flatMap((one) => [...writings(one), ...hexForms(one)]).map(letter);
  const base64 = cases.flatMap(base64Forms).map(letter);
  return [
    ...Array.from(new Set(plain), (text) => ({ text, isBase64: false })),
    ...Array.from(new Set(base64), (text) => ({ text, isBase64: true })),
  ];
}

/** Returns a text in lower case, letter for letter: it is as long as before. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const folded = lower.length === text.length ? lower : Array.from(text, lowerOf).join("");
  // Which of the two it is depends on what follows.
  return folded.includes("ς") ? folded.replaceAll("ς", "σ") : folded;
}

function lowerOf(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}

/**
 * Returns a value as others may have written it: composed, decomposed, with `+` for a blank, with other letters than
 * ASCII lost, and each of them as bytes that were taken for Latin-1. Of ASCII there is only one.
 */
function writings(value: string): string[] {
  const lost = value.replaceAll(/[^\p{ASCII}]/gu, "\ufffd");
  const isKnown = lost.replaceAll("\ufffd", "").length >= LEAST_LOST_LETTERS;
  const all = [value, value.normalize("NFC"), value.normalize("NFD"), ...isKnown ? [lost] : []];
  const spaced = all.map((text) => text.replaceAll(" ", "+"));
  return [...all, ...spaced].flatMap((text) => [text, Buffer.from(text).toString("latin1")]);
}

function hexForms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return bytes.length < LEAST_HEX_BYTES
    ? []
    : [bytes, utf16(value), ...base64Cores(bytes).flatMap(alphabets).map(bytesOf)]
      .flatMap((all) => [all.toHex(), all.toHex().toUpperCase()]);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** As some systems keep a text: two bytes a unit, the low one first. */
function utf16(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, "utf16le"));
}

/** What base64 makes of the value behind 0, 1 or 2 further bytes, without the letters that its neighbors decide. */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length < LEAST_BASE64_BYTES) return [];
  const once = [...base64Cores(bytes), ...base64Cores(utf16(value))].flatMap(alphabets);
  if (bytes.length < LEAST_TWICE_BYTES) return once;
  const hex = [bytes.toHex(), bytes.toHex().toUpperCase()];
  const twice = [...once, ...hex].flatMap((core) => base64Cores(bytesOf(core)));
  return [...once, ...twice.flatMap(alphabets)];
}

/** Returns the letters that a value has in base64, whatever comes before and after it. */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array([...new Uint8Array(shift), ...bytes]);
    const first = Math.ceil((shift * 8) / 6);
    return shifted.toBase64().slice(first, Math.floor((shifted.length * 8) / 6));
  });
}

/** In base64 and in base64url. */
function alphabets(core: string): string[] {
  return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}
