import type {
  FetchRows,
  Range,
  Row,
  Table,
} from "../../../notebooks/exercises/06/06.2_two_days/stub.ts";

type Correct = (table: Table, range: Range, fetchRows: FetchRows) => Promise<Table>;

async function all(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  return (await Array.fromAsync(pages)).flat();
}

/** By Date, whatever the form. */
function isWithin({ from, until }: Range): (row: Row) => boolean {
  const [a, b] = [Date.parse(from), Date.parse(until)];
  return ({ at }) => Date.parse(at) >= a && Date.parse(at) < b;
}

/** One map of everything. */
async function oneMap(
  { rows, watermark }: Table,
  range: Range,
  fetchRows: FetchRows,
): Promise<Table> {
  const isIn = isWithin(range);
  const fresh = (await all(fetchRows(range))).filter(isIn);
  const byId = new Map(rows.filter((row) => !isIn(row)).map((row) => [row.id, row]));
  for (const row of fresh) byId.set(row.id, row);
  return { rows: [...byId.values()], watermark };
}

/** Entries of an object. */
async function anObject(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const fresh: Record<string, Row> = {};
  for await (const page of fetchRows(range)) {
    for (const one of page) {
      if (!(one.at < range.from || one.at >= range.until)) fresh[one.id] = one;
    }
  }
  const isOld = ({ id, at }: Row) => (at < range.from || at >= range.until) && !(id in fresh);
  return { ...table, rows: table.rows.filter(isOld).concat(Object.values(fresh)) };
}

/** The new rows backwards, so that the first of an id is the latest. */
async function backwards(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const isIn = isWithin(range);
  const seen = new Set<string>();
  const fresh = (await all(fetchRows(range))).toReversed().filter((row) => {
    if (!isIn(row) || seen.has(row.id)) return false;
    seen.add(row.id);
    return true;
  });
  return {
    watermark: table.watermark,
    rows: [...fresh, ...table.rows.filter((row) => !isIn(row) && !seen.has(row.id))],
  };
}

/** A copy that is changed. */
async function aCopy(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const rows = [...table.rows];
  const fresh = await all(fetchRows(range));
  for (let i = rows.length - 1; i >= 0; i--) {
    if (isWithin(range)(rows[i] as Row)) rows.splice(i, 1);
  }
  for (const row of fresh.filter(isWithin(range))) {
    const at = rows.findIndex(({ id }) => id === row.id);
    rows.splice(at < 0 ? rows.length : at, at < 0 ? 0 : 1, row);
  }
  return { ...table, rows };
}

/** A chain of promises. */
function aChain(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  return all(fetchRows(range)).then((fresh) => fresh.filter(isWithin(range)))
    .then((fresh) => new Map(fresh.map((row) => [row.id, row])))
    .then((fresh) => ({
      ...table,
      rows: table.rows.filter((row) => !isWithin(range)(row) && !fresh.has(row.id))
        .concat(...fresh.values()),
    }));
}

class Correction {
  readonly #fresh = new Map<string, Row>();
  readonly #isIn: (row: Row) => boolean;

  constructor(range: Range) {
    this.#isIn = isWithin(range);
  }

  take(row: Row): void {
    if (this.#isIn(row)) this.#fresh.set(row.id, row);
  }

  *apply(rows: readonly Row[]): Generator<Row> {
    for (const row of rows) if (!this.#isIn(row) && !this.#fresh.has(row.id)) yield row;
    yield* this.#fresh.values();
  }
}

async function aClass(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const correction = new Correction(range);
  for await (const page of fetchRows(range)) page.forEach((row) => correction.take(row));
  return { ...table, rows: [...correction.apply(table.rows)] };
}

async function grouped(table: Table, range: Range, fetchRows: FetchRows): Promise<Table> {
  const fresh = Object.groupBy(
    (await all(fetchRows(range))).filter(isWithin(range)),
    ({ id }) => id,
  );
  const newest = Object.values(fresh).map((versions) => versions?.at(-1)).filter((one) => !!one);
  const rows = table.rows.filter((row) => !isWithin(range)(row) && fresh[row.id] === undefined);
  return { ...table, rows: [...rows, ...newest] };
}

async function sorted(...args: Parameters<Correct>): Promise<Table> {
  const table = await oneMap(...args);
  return { ...table, rows: table.rows.toSorted((a, b) => a.at < b.at ? -1 : 1) };
}

/** Unusual, and right. */
export const right: Record<string, { readonly correct: Correct }> = {
  "one map": { correct: oneMap },
  "an object": { correct: anObject },
  "backwards": { correct: backwards },
  "a copy": { correct: aCopy },
  "a chain": { correct: aChain },
  "a class with a generator": { correct: aClass },
  "grouped": { correct: grouped },
  "sorted": { correct: sorted },
};
