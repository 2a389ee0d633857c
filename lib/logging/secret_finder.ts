import { placeOf, type Reading, readingsOf } from "./readings.ts";
import { fold, LEAST_FOLDED_LETTERS, type SecretForm, secretForms } from "./secret_forms.ts";

/** A credential in a text; places are in UTF-16 code units. */
export interface FoundSecret {
  /** The credential itself. */
  readonly value: string;
  /** Where it begins, as it is written. */
  readonly start: number;
  /** Where it has ended. */
  readonly end: number;
}

interface Needle extends SecretForm {
  readonly value: string;
}

/**
 * Finds credentials in texts, in each form in which they may reach a log: as they are, percent-encoded, form-encoded,
 * escaped in JSON or HTML or as bytes, in hex, and inside base64 at any alignment, as Basic authentication puts them,
 * or in several of these; long ones in any letter case.
 *
 * It costs about the same for one value and for a hundred, for short ones and for tokens of kilobytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const finder = new SecretFinder(["pass word"]);
 * assertEquals(finder.find("?q=pass%20word&page=2"), [{ value: "pass word", start: 3, end: 14 }]);
 * ```
 */
export class SecretFinder {
  /** Those that are found in any letter case, and shorter ones. */
  readonly #folded: Needles;
  readonly #exact: Needles;
  /** The longest form, in letters. */
  readonly longest: number;

  /**
   * Prepares to find credentials.
   *
   * @param values Blanks around them do not count, for they are lost in a header.
   */
  constructor(values: Iterable<string>) {
    const trimmed = new Set(Array.from(values, (value) => value.trim()).filter((value) => value));
    const needles = [...trimmed].flatMap((value) =>
      secretForms(value).map((form): Needle => ({ ...form, value }))
    );
    const isFolded = ({ value }: Needle) => value.length >= LEAST_FOLDED_LETTERS;
    this.#folded = new Needles(needles.filter(isFolded));
    this.#exact = new Needles(needles.filter((needle) => !isFolded(needle)));
    this.longest = Math.max(0, ...needles.map(({ text }) => text.length));
  }

  /** Returns each credential in a text, in order of place; those that overlap are one. */
  find(text: string): readonly FoundSecret[] {
    const found = this.#all(text);
    if (found.length === 0) return found;
    found.sort((a, b) => a.start - b.start || b.end - a.end);
    const apart: FoundSecret[] = [];
    for (const one of found) {
      const last = apart.at(-1);
      if (last === undefined || one.start >= last.end) apart.push(one);
      else if (one.end > last.end) apart[apart.length - 1] = { ...last, end: one.end };
    }
    return apart;
  }

  #all(text: string): FoundSecret[] {
    if (this.longest === 0) return [];
    const found: FoundSecret[] = [];
    this.#collect({ text, units: [] }, found);
    for (const reading of readingsOf(text)) this.#collect(reading, found);
    return found;
  }

  #collect(reading: Reading, found: FoundSecret[]): void {
    if (this.#exact.size > 0) this.#exact.find(reading, reading.text, found);
    if (this.#folded.size > 0) this.#folded.find(reading, fold(reading.text), found);
  }
}

/** Letters by which a form is first looked for. */
const HEAD = 4;
const HEADS = 1 << 16;
const BASE64 = /[A-Za-z0-9+/_\-]/;
const PADDING = /(?:=|%3d){0,2}/iy;

/** Texts that are looked for all at once. */
class Needles {
  readonly size: number;
  readonly #short: readonly Needle[];
  /** By their first letters, the longest first. */
  readonly #long = new Map<string, Needle[]>();
  /** Which heads there are, by a number of 16 bits that four letters have. */
  readonly #heads = new Uint8Array(HEADS);

  constructor(needles: readonly Needle[]) {
    this.size = needles.length;
    this.#short = needles.filter(({ text }) => text.length < HEAD);
    for (const needle of needles) {
      if (needle.text.length < HEAD) continue;
      const head = needle.text.slice(0, HEAD);
      const same = this.#long.get(head);
      if (same === undefined) this.#long.set(head, [needle]);
      else same.push(needle);
      let number = 0;
      for (let at = 0; at < HEAD; at++) number = next(number, needle.text.charCodeAt(at));
      this.#heads[number] = 1;
    }
    for (const same of this.#long.values()) same.sort((a, b) => b.text.length - a.text.length);
  }

  /** @param text The reading's text, or the same in lower case. */
  find(reading: Reading, text: string, found: FoundSecret[]): void {
    for (const needle of this.#short) {
      for (let at = text.indexOf(needle.text); at >= 0; at = text.indexOf(needle.text, at + 1)) {
        found.push(placed(reading, needle, at));
      }
    }
    const heads = this.#heads;
    let number = 0;
    for (let at = 0; at < text.length; at++) {
      number = next(number, text.charCodeAt(at));
      if (heads[number] === 0 || at < HEAD - 1) continue;
      const start = at - HEAD + 1;
      const needle = this.#long.get(text.slice(start, at + 1))
        ?.find((one) => text.startsWith(one.text, start));
      if (needle !== undefined) found.push(placed(reading, needle, start));
    }
  }
}

/** After four letters, nothing is left of what was before them. */
function next(number: number, letter: number): number {
  return ((number << 4) ^ letter) & (HEADS - 1);
}

function placed(reading: Reading, { text, isBase64, value }: Needle, at: number): FoundSecret {
  let [from, to] = [at, at + text.length];
  if (isBase64) {
    // A neighboring letter still holds some bits of the value: it goes, too.
    if (BASE64.test(reading.text[from - 1] ?? "")) from--;
    if (BASE64.test(reading.text[to] ?? "")) to++;
    PADDING.lastIndex = to;
    to += PADDING.exec(reading.text)?.[0].length ?? 0;
  }
  const [start, end] = placeOf(reading, from, to);
  return { value, start, end };
}
