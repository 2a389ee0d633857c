import { unitsBetween, utf8Of } from "./_utf8.ts";
import { Letters, placeOf, type Reading, readingsOf } from "./readings.ts";
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
  readonly #letters: Letters;
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
    this.#letters = new Letters(needles.map(({ text }) => text));
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
    for (const reading of readingsOf(text, this.#letters)) this.#collect(reading, found);
    return found;
  }

  #collect(reading: Reading, found: FoundSecret[]): void {
    if (this.#exact.size > 0) this.#exact.find(reading, reading.text, found);
    if (this.#folded.size > 0) this.#folded.find(reading, fold(reading.text), found);
  }
}

/** Bytes by which a form is known. */
const HEAD = 4;
/** Bytes that say how far the next form may begin at the earliest. */
const GRAM = 3;
const GRAMS = 1 << 16;
/** What a byte holds. */
const MOST_SKIPPED = 255;
const BASE64 = /[A-Za-z0-9+/_\-]/;
const PADDING = /(?:=|%3d){0,2}/iy;

/** A text that is looked for by its bytes. */
interface LongNeedle {
  readonly needle: Needle;
  readonly bytes: Uint8Array;
}

/** Texts that are looked for all at once: the longer the shortest of them, the more bytes are never looked at. */
class Needles {
  readonly size: number;
  readonly #short: readonly Needle[];
  /** By their first bytes, the longest first. */
  readonly #long = new Map<number, LongNeedle[]>();
  /** So many first bytes of each are in the table. */
  readonly #least: number;
  /** How far to go on after three bytes, by a number of 16 bits that they have; none where a form may have begun. */
  readonly #skips = new Uint8Array(GRAMS);

  constructor(needles: readonly Needle[]) {
    this.size = needles.length;
    this.#short = needles.filter(({ text }) => text.length < HEAD);
    const long = needles.filter(({ text }) => text.length >= HEAD)
      .map((needle): LongNeedle => ({ needle, bytes: utf8Of(needle.text).slice() }))
      .sort((a, b) => b.bytes.length - a.bytes.length);
    this.#least = Math.min(long.at(-1)?.bytes.length ?? 0, MOST_SKIPPED + GRAM - 1);
    this.#skips.fill(this.#least - GRAM + 1);
    for (const one of long) {
      const head = headAt(one.bytes, 0);
      this.#long.set(head, [...this.#long.get(head) ?? [], one]);
      for (let at = 0; at <= this.#least - GRAM; at++) {
        const gram = gramAt(one.bytes, at);
        this.#skips[gram] = Math.min(this.#skips[gram] ?? 0, this.#least - GRAM - at);
      }
    }
  }

  /** @param text The reading's text, or the same in lower case. */
  find(reading: Reading, text: string, found: FoundSecret[]): void {
    for (const needle of this.#short) {
      for (let at = text.indexOf(needle.text); at >= 0; at = text.indexOf(needle.text, at + 1)) {
        found.push(placed(reading, needle, at));
      }
    }
    if (this.#long.size === 0) return;
    const bytes = utf8Of(text);
    const skips = this.#skips;
    const before = this.#least - GRAM;
    let [byte, unit] = [0, 0];
    const last = bytes.length - GRAM;
    for (let at = before; at <= last; at++) {
      const skip = skips[gramAt(bytes, at)] as number;
      if (skip > 0) {
        at += skip - 1;
        continue;
      }
      const start = at - before;
      const same = this.#long.get(headAt(bytes, start))?.filter((one) => isAt(one, bytes, start));
      if (same === undefined || same.length === 0) continue;
      unit += unitsBetween(bytes, byte, start);
      byte = start;
      // Half a character has the bytes of another.
      const one = same.find(({ needle }) => text.startsWith(needle.text, unit));
      if (one !== undefined) found.push(placed(reading, one.needle, unit));
    }
  }
}

/** Returns the number of three bytes, all of which there are. */
function gramAt(bytes: Uint8Array, at: number): number {
  const letters = (bytes[at] as number) ^ (bytes[at + 1] as number) << 5 ^
    (bytes[at + 2] as number) << 10;
  return letters & (GRAMS - 1);
}

function headAt(bytes: Uint8Array, at: number): number {
  let head = 0;
  for (let next = at; next < at + HEAD; next++) head = head << 8 | (bytes[next] ?? 0);
  return head;
}

function isAt({ bytes }: LongNeedle, text: Uint8Array, start: number): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== text[start + at]) return false;
  return true;
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
