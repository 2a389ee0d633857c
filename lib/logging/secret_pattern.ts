import { Buffer } from "node:buffer";

/** A base64 text of fewer bytes than this cannot be distinguished from ordinary words. */
const LEAST_BASE64_BYTES = 4;

/**
 * Builds one expression that finds every value, in each form in which it may reach a log: as it is, percent-encoded
 * (even twice), form-encoded, escaped in JSON or HTML, in hex, and inside base64 at any alignment, as Basic
 * authentication puts it, or inside base64 of that; in any letter case if all of them are long.
 *
 * @param values Credentials; blanks around them do not count, for they are lost in a header.
 * @returns A global expression; `undefined` without values.
 */
export function secretPattern(values: Iterable<string>): RegExp | undefined {
  const trimmed = new Set(Array.from(values, (value) => value.trim()).filter((value) => value));
  const ranked = [...trimmed].sort((a, b) => b.length - a.length);
  const isFolded = ranked.every((value) => value.length >= LEAST_FOLDED_LETTERS);
  const sources = ranked.flatMap((value) => {
    const cased = isFolded ? cases(value) : [value];
    const encoded = cased.flatMap((one) => [...hexSources(one), ...base64Sources(one)]);
    return [...writings(value).map(textSource), ...new Set(encoded)];
  });
  return sources.length === 0 ? undefined : new RegExp(sources.join("|"), isFolded ? "gi" : "g");
}

/**
 * Returns the plain ways of writing a credential, as it is, percent-encoded, in hex and inside base64, each in lower case:
 * to be looked for in many bytes, where an expression would be too slow.
 */
export function secretForms(value: string): string[] {
  return [...new Set(cases(value).flatMap(formsOf).map((form) => form.toLowerCase()))];
}

/** A shorter value in another letter case is an ordinary word. */
export const LEAST_FOLDED_LETTERS = 8;

/** Returns a value as it is, in lower and in upper case. */
function cases(value: string): string[] {
  return [...new Set([value, value.toLowerCase(), value.toUpperCase()])];
}

function formsOf(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const hex = bytes.toHex();
  const cores = base64Cores(bytes);
  const inUrl = encodeURIComponent(value);
  return [
    ...new Set([
      ...writings(value),
      inUrl,
      hex,
      ...cores,
      ...cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_")),
    ]),
  ];
}

/**
 * Returns a value as others may have written it: composed, decomposed, its UTF-8 taken for Latin-1, or its Latin-1 taken
 * for UTF-8. Of ASCII there is only one.
 */
function writings(value: string): string[] {
  const mistaken = Buffer.from(value).toString("latin1");
  const lost = value.replaceAll(/[^\p{ASCII}]/gu, "\ufffd");
  const isKnown = lost.replaceAll("\ufffd", "").length >= LEAST_LOST_LETTERS;
  const all = [value.normalize("NFC"), value.normalize("NFD"), mistaken, ...isKnown ? [lost] : []];
  return [...new Set([value, ...all])];
}

/** Fewer letters between those that were lost are met by chance. */
const LEAST_LOST_LETTERS = 6;

function textSource(text: string): string {
  return Array.from(text, characterSource).join("");
}

/** Every way of writing one character. */
function characterSource(character: string): string {
  const forms = [escape(character), percentSource(character)];
  if (character === " ") forms.push("\\+");
  const inJson = JSON.stringify(character).slice(1, -1);
  if (inJson !== character) forms.push(escape(inJson));
  // Within JSON in JSON there are more backslashes.
  if (inJson.startsWith("\\")) forms.push(`\\\\+${escape(inJson.slice(1))}`);
  // JSON may escape any character, and its text may be in JSON again.
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  forms.push(
    units.map((unit) => `\\\\+u${hexSource(unit >> 8)}${hexSource(unit & 0xff)}`).join(""),
  );
  // Python, nginx and shells write bytes so, and mail those that are no ASCII.
  for (const mark of ["\\\\+x", "="]) forms.push(bytesSource(character, mark));
  forms.push(...entitySources(character));
  if (character === "/" || character === '"') forms.push(`\\\\+${escape(character)}`);
  return `(?:${forms.join("|")})`;
}

/** Characters that HTML writes by a name, by that name. */
export const ENTITY_CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** HTML writes what has a meaning in it as an entity. */
function entitySources(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const [name] = Object.entries(ENTITY_CHARACTERS).find(([, own]) => own === character) ?? [];
  const [and, hash, end] = ["&", "#", ";"].map((mark) => `(?:${mark}|${percentSource(mark)})`);
  return [
    `${and}${hash}0*${code}${end}`,
    `${and}${hash}[xX]0*(?:${code.toString(16)}|${code.toString(16).toUpperCase()})${end}`,
    ...(name === undefined ? [] : [`${and}${name}${end}`]),
  ];
}

/** A hex text of fewer bytes than this is met by chance. */
const LEAST_HEX_BYTES = 6;

function hexSources(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length < LEAST_HEX_BYTES) return [];
  return [bytes, utf16(value)].map((all) => Array.from(all, hexSource).join(HEX_MARK));
}

/** What may be between two bytes: nothing, or what dumps, escapes and quoted-printable put there. */
const HEX_MARK = "(?:[:= -]|\\\\+x)?";

/** As some systems keep a text: two bytes a unit, the low one first. */
function utf16(value: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: 2 * value.length }, (_, at) => {
      const unit = value.charCodeAt(at >> 1);
      return at % 2 === 0 ? unit & 0xff : unit >> 8;
    }),
  );
}

function percentSource(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `%(?:25)*${hexSource(byte)}`).join("");
}

function bytesSource(character: string, mark: string): string {
  return Array.from(new TextEncoder().encode(character), (byte) => mark + hexSource(byte)).join("");
}

function hexSource(byte: number): string {
  const digits = byte.toString(16).padStart(2, "0");
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** What base64 makes of the value behind 0, 1 or 2 further bytes, without the letters that its neighbors decide. */
function base64Sources(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length < LEAST_BASE64_BYTES) return [];
  const once = base64Cores(bytes);
  const twice = bytes.length < LEAST_TWICE_BYTES
    ? []
    : once.flatMap((core) => base64Cores(new TextEncoder().encode(core)));
  const lines = [...once, ...base64Cores(utf16(value))].map((core) => coreSource(core, LINE_END));
  return [...lines, ...twice.map((core) => coreSource(core, ""))];
}

function coreSource(core: string, between: string): string {
  // A neighboring letter still holds some bits of the value: it goes, too.
  const edge = "[A-Za-z0-9+/_\\-]?";
  return `${edge}${Array.from(core, base64Source).join(between)}${edge}(?:=|%3[dD]){0,2}`;
}

/** Base64 may go on in another line, also in JSON. */
const LINE_END = "(?:[\\r\\n]|\\\\+[rn])*";

/** Of shorter values too few letters are left in base64 of base64. */
const LEAST_TWICE_BYTES = 6;

/** Returns the letters that a value has in base64, whatever comes before and after it. */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array([...new Uint8Array(shift), ...bytes]);
    const first = Math.ceil((shift * 8) / 6);
    return shifted.toBase64().slice(first, Math.floor((shifted.length * 8) / 6));
  });
}

function base64Source(letter: string): string {
  if (letter === "+") return "(?:\\+|-|%2[bB])";
  if (letter === "/") return "(?:/|_|%2[fF])";
  return letter;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
