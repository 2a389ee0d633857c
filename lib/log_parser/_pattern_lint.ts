/** Characters that a piece may match: 0-127, and 128 for all others. */
type Chars = ReadonlySet<number>;

/** A piece of an expression as the lint sees it. */
interface Piece {
  readonly chars: Chars;
  /** It may match nothing. */
  readonly isOptional: boolean;
  /** It may repeat without a bound. */
  readonly isEndless: boolean;
}

const ALL: Chars = new Set(Array.from({ length: 129 }, (_, i) => i));
/** Of more ways through an expression, the parts with choices count as one. */
const MOST_WAYS = 512;
const DIGITS = among((c) => /\d/.test(c));
const WORDS = among((c) => /\w/.test(c));
const SPACES: Chars = new Set([...among((c) => /\s/.test(c)), 128]);

/**
 * Finds what would make an expression take very long for some lines: a repetition within a repetition, or two in a row
 * that can share characters, unless the last one takes the whole rest of the line.
 *
 * @returns What was found, for people; `undefined`: nothing.
 */
export function findSlowPart(source: string): string | undefined {
  try {
    for (const pieces of new Reader(source).alternatives()) checkNeighbours(pieces);
    return undefined;
  } catch (error) {
    if (error instanceof SlowPart) return error.message;
    throw error;
  }
}

class SlowPart extends Error {}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads `a|b|c` up to the end or a closing bracket: every way through it. */
  alternatives(): Piece[][] {
    const all = this.#sequence();
    while (this.#source[this.#at] === "|") {
      this.#at++;
      all.push(...this.#sequence());
    }
    return all.length > MOST_WAYS ? [[collapsed(all, false)]] : all;
  }

  #sequence(): Piece[][] {
    let ways: Piece[][] = [[]];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      const start = this.#at;
      const atom = this.#atom();
      const [least, isEndless] = this.#quantifier();
      const text = this.#source.slice(start, this.#at);
      if (isEndless && atom.some((way) => way.some((piece) => piece.isEndless))) {
        throw new SlowPart(`"${text}" repeats a repetition`);
      }
      if (isEndless && overlaps(atom)) {
        throw new SlowPart(`"${text}" repeats alternatives that begin alike`);
      }
      let options = isEndless ? [[{ ...collapsed(atom, true), isOptional: least === 0 }]] : atom;
      const [only] = atom;
      if (least === 0 && !isEndless) {
        const isOne = atom.length === 1 && only?.length === 1;
        options = isOne ? [[collapsed([only, []], false)]] : [...options, []];
      }
      if (ways.length * options.length > MOST_WAYS) options = [[collapsed(options, false)]];
      ways = ways.flatMap((way) => options.map((option) => [...way, ...option]));
    }
    return ways;
  }

  #quantifier(): [least: number, isEndless: boolean] {
    const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.#source.slice(this.#at));
    if (match === null) return [1, false];
    this.#at += match[0].length;
    const [, sign, least, comma, most] = match;
    if (sign !== undefined) return [sign === "+" ? 1 : 0, sign !== "?"];
    return [Number(least), comma !== undefined && (most === "" || Number(most) > 1000)];
  }

  #atom(): Piece[][] {
    const c = this.#source[this.#at++] ?? "";
    if (c === "(") {
      const opening = /^\?(?:<?[=!]|:|<\w+>)/.exec(this.#source.slice(this.#at))?.[0] ?? "";
      this.#at += opening.length;
      const inner = this.alternatives();
      this.#at++;
      return /[=!]$/.test(opening) ? [[]] : inner;
    }
    if (c === "^" || c === "$") return [[]];
    return [[{ chars: this.#chars(c), isOptional: false, isEndless: false }]];
  }

  #chars(c: string): Chars {
    if (c === ".") return ALL;
    if (c === "\\") return this.#escape();
    if (c !== "[") return single(c);
    const isNegated = this.#source[this.#at] === "^";
    if (isNegated) this.#at++;
    const found = new Set<number>();
    while (this.#at < this.#source.length && this.#source[this.#at] !== "]") {
      const next = this.#source[this.#at++] ?? "";
      const from = next === "\\" ? this.#escape() : single(next);
      const isRange = this.#source[this.#at] === "-" && this.#source[this.#at + 1] !== "]";
      if (!isRange) {
        for (const code of from) found.add(code);
        continue;
      }
      this.#at++;
      const end = this.#source[this.#at++] ?? "";
      const to = end === "\\" ? this.#escape() : single(end);
      for (let code = Math.min(...from); code <= Math.max(...to); code++) found.add(code);
    }
    this.#at++;
    return isNegated ? new Set([...ALL].filter((code) => !found.has(code))) : found;
  }

  #escape(): Chars {
    const c = this.#source[this.#at++] ?? "";
    const classes: Readonly<Record<string, Chars>> = {
      d: DIGITS,
      w: WORDS,
      s: SPACES,
      b: new Set(),
    };
    const known = classes[c.toLowerCase()];
    if (known === undefined) return single({ t: "\t", n: "\n", r: "\r" }[c] ?? c);
    return c === c.toLowerCase() ? known : new Set([...ALL].filter((code) => !known.has(code)));
  }
}

/**
 * Two endless pieces need something between them that one of them cannot match: then the first has one place to end,
 * or the second ends where the first could end next.
 */
function checkNeighbours(pieces: readonly Piece[]): void {
  for (const [i, first] of pieces.entries()) {
    if (!first.isEndless) continue;
    for (let j = i + 1; j < pieces.length; j++) {
      const second = pieces[j];
      if (second === undefined) break;
      const isRest = j === pieces.length - 1 && second.chars.size === ALL.size;
      const isParted = pieces.slice(i + 1, j).some((piece) =>
        !piece.isOptional && !shares(piece.chars, second.chars)
      );
      if (second.isEndless && !isRest && !isParted && shares(first.chars, second.chars)) {
        throw new SlowPart("it has two repetitions in a row that can share characters");
      }
      if (!second.isOptional && !shares(second.chars, first.chars)) break;
    }
  }
}

/** One piece for several ways. */
function collapsed(ways: readonly Piece[][], isEndless: boolean): Piece {
  return {
    chars: new Set(ways.flat().flatMap(({ chars }) => [...chars])),
    isOptional: ways.some((way) => way.every((piece) => piece.isOptional)),
    isEndless: isEndless || ways.some((way) => way.some((piece) => piece.isEndless)),
  };
}

function shares(a: Chars, b: Chars): boolean {
  return [...a].some((code) => b.has(code));
}

function overlaps(branches: readonly Piece[][]): boolean {
  const firsts = branches.map(([first]) => first?.chars ?? new Set<number>());
  return firsts.some((a, i) => firsts.some((b, j) => j > i && shares(a, b)));
}

function among(test: (c: string) => boolean): Chars {
  return new Set(
    Array.from({ length: 128 }, (_, i) => i).filter((i) => test(String.fromCharCode(i))),
  );
}

function single(c: string): Chars {
  return new Set([Math.min(c.charCodeAt(0), 128)]);
}
