import { hash } from "node:crypto";
import type { Cursor, Rank } from "./cursor.ts";

/** A row of an incremental read. */
export interface Mark {
  /** Where it is in the order of the incremental column. */
  readonly rank: Rank;
  /** What the next run will know it by. */
  readonly record: string;
  /** Whether it was published. */
  readonly isPublished: boolean;
}

/** What rows are told apart by. */
export interface RowMarksOptions {
  readonly cursor: Cursor;
  /** How many columns of a row say which it is, the incremental one first; none if only all of them do. */
  readonly keys: number;
  /** Records of rows that earlier runs have published. */
  readonly published: ReadonlySet<string>;
}

/** The next simple value in an object that begins with its key columns. */
const FIELD = /[{,]"(?:[^"\\]|\\.)*":("(?:[^"\\]|\\.)*"|[^,}]*)/y;

/** Columns that may have come to a table since its rows were published for them to be known again. */
const MOST_NEW_COLUMNS = 64;

/**
 * Knows rows again that were published.
 *
 * One with a key is the same if all its values are, and otherwise a later version of it. Of rows without a key as many
 * are known as were published: one more of them is another row.
 */
export class RowMarks {
  readonly #options: RowMarksOptions;
  /** Ranks of published rows: no other row can be one of them, so that most new ones are not compared. */
  readonly #ranks: ReadonlySet<string>;
  #rank: Rank | undefined;
  /** How many rows of the present rank there were, by their values. */
  readonly #seen = new Map<string, number>();

  constructor(options: RowMarksOptions) {
    this.#options = options;
    this.#ranks = new Set(options.published.values().map((record) => rankTextOf(record)));
  }

  /** Takes the next row, in the order of the incremental column; `undefined` if no watermark can place it. */
  next(text: string): Mark | undefined {
    const { cursor, keys } = this.#options;
    FIELD.lastIndex = 0;
    const values: string[] = [];
    for (let at = 0; at < Math.max(1, keys); at++) values.push(FIELD.exec(text)?.[1] ?? "null");
    const rank = cursor.rankOf(values[0] ?? "null");
    if (rank === undefined) return undefined;
    if (rank !== this.#rank) this.#seen.clear();
    this.#rank = rank;
    return { rank, ...keys === 0 ? this.#byValues(rank, text) : this.#byKey(rank, values, text) };
  }

  /** Returns which row a record is of, whatever its other values. */
  rowOf(record: string): string {
    const { keys } = this.#options;
    return keys === 0
      ? record
      : JSON.stringify((JSON.parse(record) as string[]).slice(0, keys + 1));
  }

  #byKey(rank: Rank, values: readonly string[], text: string): Omit<Mark, "rank"> {
    const { published } = this.#options;
    const row = JSON.stringify([String(rank), ...values]);
    const record = (form: string) => `${row.slice(0, -1)},"${digest(form)}"]`;
    // Boundaries once held nothing but the key.
    const isPublished = this.#ranks.has(String(rank)) &&
      (published.has(row) || formsOf(text).some((form) => published.has(record(form))));
    return { record: record(text), isPublished };
  }

  #byValues(rank: Rank, text: string): Omit<Mark, "rank"> {
    const { published } = this.#options;
    const record = (form: string, nth: number) =>
      JSON.stringify([String(rank), form, ...nth === 1 ? [] : [nth]]);
    for (const form of this.#ranks.has(String(rank)) ? formsOf(text) : []) {
      const nth = (this.#seen.get(form) ?? 0) + 1;
      if (!published.has(record(form, nth))) continue;
      this.#seen.set(form, nth);
      return { record: record(form, nth), isPublished: true };
    }
    let nth = (this.#seen.get(text) ?? 0) + 1;
    // Those before it need not have been seen where only the new rows are gone through again.
    while (published.has(record(text, nth))) nth++;
    this.#seen.set(text, nth);
    return { record: record(text, nth), isPublished: false };
  }
}

/** Returns the rank in a record of a row. */
export function rankTextOf(record: string): string {
  const [rank = ""] = JSON.parse(record) as string[];
  return rank;
}

/** Lists a row as it is, and as it was before its last columns came. */
export function* formsOf(text: string): Generator<string> {
  yield text;
  const ends = fieldEnds(text);
  for (const end of ends.slice(-MOST_NEW_COLUMNS - 1, -1).reverse()) yield `${text.slice(0, end)}}`;
}

/** Returns where each field of an object ends. */
function fieldEnds(text: string): number[] {
  const ends: number[] = [];
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (found === "{" || found === "[") depth++;
    else if (depth === 1 && (found === "," || found === "}")) ends.push(index);
    if (found === "}" || found === "]") depth--;
  }
  return ends;
}

function digest(text: string): string {
  return hash("sha256", text, "hex").slice(0, 24);
}
