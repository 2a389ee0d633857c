import type {
  Db,
  Event,
  Key,
  Page,
} from "../../../notebooks/exercises/03/03.2_vanishing_rows/stub.ts";
import type { Subject } from "../../../notebooks/exercises/03/03.2_vanishing_rows/check.ts";

type Form = Subject["readPages"];

/** Asks for the rows after a key; in SQL, with its values. */
type After = (key: Key) => readonly [string, ...(string | number)[]];

const AFTER = {
  lists: ({ day, number }) => ["(day, number) > (?, ?)", day, number],
  byHand: ({ day, number }) => ["(day > ? OR (day = ? AND number > ?))", day, day, number],
  range: ({ day, number }) => ["day >= ? AND (day > ? OR number > ?)", day, day, number],
  notUpTo: ({ day, number }) => ["NOT (day, number) <= (?, ?)", day, number],
} satisfies Record<string, After>;

const BEFORE_ALL: Key = { day: "", number: -1 };

function* pages(
  { all }: Db,
  size: number,
  key: Key,
  after: After = AFTER.lists,
): Generator<Page, void> {
  const [where, ...params] = after(key);
  const rows = all<Event>(
    `select * from events where ${where} order by day asc, number asc limit ${size}`,
    params,
  );
  if (rows.length === 0) return;
  const { day, number } = rows[rows.length - 1] ?? BEFORE_ALL;
  yield { rows, position: { day, number } };
  yield* pages({ all }, size, { day, number }, after);
}

/** Reads one row more, to know whether there is another page. */
function* withOneMore(db: Db, size: number, from: Key | null): Generator<Page, void> {
  for (let key = from ?? BEFORE_ALL;;) {
    const [where, ...params] = AFTER.lists(key);
    const sql = `SELECT day, number, body FROM events WHERE ${where} ORDER BY 1, 2 LIMIT ?`;
    const found = db.all<Event>(sql, [...params, size + 1]);
    const rows = found.slice(0, size);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield { rows, position: key = last };
    if (found.length <= size) return;
  }
}

/** The rest of a day, then the next one. */
function* dayByDay(db: Db, size: number, from: Key | null): Generator<Page, void> {
  let { day, number } = from ?? BEFORE_ALL;
  while (true) {
    const rows = db.all<Event>(
      "SELECT * FROM events WHERE day = ? AND number > ? ORDER BY number LIMIT ?",
      [day, number, size],
    );
    const last = rows.at(-1);
    if (last !== undefined) {
      number = last.number;
      yield { rows, position: { day, number } };
      continue;
    }
    const [next] = db.all<Key>("SELECT day FROM events WHERE day > ? ORDER BY day LIMIT 1", [day]);
    if (next === undefined) return;
    [day, number] = [next.day, -1];
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "recursion, from a key before all": {
    readPages: (db, size, position) => pages(db, size, position ?? BEFORE_ALL),
  },
  "the comparison written out": {
    readPages: (db, size, position) => pages(db, size, position ?? BEFORE_ALL, AFTER.byHand),
  },
  "a range, and what of it is too early": {
    readPages: (db, size, position) => pages(db, size, position ?? BEFORE_ALL, AFTER.range),
  },
  "not up to the key": {
    readPages: (db, size, position) => pages(db, size, position ?? BEFORE_ALL, AFTER.notUpTo),
  },
  "one row more than a page": { readPages: withOneMore },
  "a day at a time, in pages that are not full": { readPages: dayByDay },
  "asynchronous": {
    readPages: (async function* (db: Db, size: number, position: Key | null) {
      await Promise.resolve();
      yield* withOneMore(db, size, position);
    }) as unknown as Form,
  },
  "an iterator by hand": {
    readPages: ((db: Db, size: number, position: Key | null) => {
      const inner = pages(db, size, position ?? BEFORE_ALL);
      return { [Symbol.iterator]: () => ({ next: () => inner.next() }) };
    }) as unknown as Form,
  },
};
