/**
 * Two questions, and they are kept apart: what is in an answer, and was that all. The first has many forms and is one function;
 * the second has four ends, and only one of them may be complete.
 *
 * An end is what the listing says: no next cursor. An empty page is no such sign; servers filter after they have paged. And
 * where a total is declared, the end alone is not enough. Two signs that contradict each other are a finding, not a choice.
 *
 * Records are counted by their ids. A listing that shifts while it is read sends some twice, and a sum that counts those
 * reaches the total with others missing.
 *
 * An error keeps what there is, and the cursor that was not answered. To ask for that one again loses nothing, and repeats
 * nothing.
 *
 * @module
 */
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
  const byId = new Map(before?.records.map((record) => [record.id, record]));
  const asked = new Set<string | undefined>();
  let cursor = before?.next;
  let total: number | undefined;
  const result = (complete: boolean, why: string, next?: string): Listing => {
    return { records: [...byId.values()], complete, why, ...(next === undefined ? {} : { next }) };
  };
  while (!asked.has(cursor)) {
    asked.add(cursor);
    let page: Page;
    try {
      page = pageOf(await ask(cursor));
    } catch (error) {
      return result(false, `it failed: ${error}`, cursor);
    }
    for (const record of page.records) {
      if (!byId.has(record.id)) byId.set(record.id, record);
    }
    total = page.total ?? total;
    cursor = page.next;
    if (cursor !== undefined) continue;
    const isAll = total === undefined || total === byId.size;
    return result(isAll, `it ended with ${byId.size} records, declared are ${total ?? "none"}`);
  }
  return result(false, `it goes in a circle: "${cursor}" was asked for before`);
}

/** An answer made plain. */
interface Page {
  readonly records: readonly Item[];
  readonly next: string | undefined;
  readonly total: number | undefined;
}

function pageOf(answer: unknown): Page {
  if (Array.isArray(answer)) return { records: answer, next: undefined, total: undefined };
  if (!isObject(answer)) throw new TypeError("the answer has no records");
  const levels = [answer, ...Object.values(answer).filter(isObject)];
  const lists = levels.flatMap((level) => Object.values(level).filter(isList));
  const records = lists.find((list) => list.length > 0) ?? lists[0];
  if (records === undefined) throw new TypeError("the answer has no records");
  const find = (names: readonly string[]) =>
    levels.flatMap((level) => names.map((name) => level[name]));
  return {
    records,
    next: find(["next", "next_cursor", "cursor"])
      .find((value): value is string => typeof value === "string" && value !== ""),
    total: find(["total", "count"]).find((value) => typeof value === "number"),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every(isObject);
}
