// deno-lint-ignore-file no-unused-vars require-await
/** A record of a listing. */
export interface Item {
  readonly id: string | number;
}

/** What was read, and what is known about it. */
export interface Listing {
  readonly records: readonly Item[];
  /** Whether nothing is missing, by the evidence. */
  readonly complete: boolean;
  /** The evidence, or what speaks against it. */
  readonly why: string;
  /** The cursor to go on with after a failure. */
  readonly next?: string | undefined;
}

/** Asks for one answer: the first, or that of a cursor. */
export type Ask = (cursor: string | undefined) => Promise<unknown>;

/** Reads a listing of unknown form to its end, or goes on with one that failed. */
export async function readAll(ask: Ask, before?: Listing): Promise<Listing> {
  // TODO(you): what can an answer look like, and how can the loop end?
  throw new Error("Not written yet: readAll() in this file; begin with an answer that is a list");
}
