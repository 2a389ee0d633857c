import { insertMany } from "./_insert_many.ts";
import type { Database, InsertOptions } from "./database.ts";
import type { SqlInput } from "./to_sql_value.ts";

/** Rows to write. */
export interface RowJob {
  /** The table. */
  readonly table: string;
  /** The columns, in the order of the values. */
  readonly columns: readonly string[];
  /** The rows; taken one after the other, the next once there is room for it. */
  readonly rows: AsyncIterable<readonly SqlInput[]> | Iterable<readonly SqlInput[]>;
}

/** Options of {@linkcode writeBatches}. */
export interface BatchOptions extends InsertOptions {
  /** Rows of a batch. @default {1000} */
  readonly maxRows?: number;
  /** Longest time that a row waits for its batch to fill, in ms. @default {250} */
  readonly maxWait?: number;
  /** Stops between two rows; the batch that is not full is not written. @default {never} */
  readonly signal?: AbortSignal;
}

/**
 * Writes rows as they come, a transaction a batch: a commit waits for the disk, and many rows can share one.
 *
 * A batch is written when it is full, or when its first row has waited long enough. Of a batch that fails nothing is
 * stored, and all of those before it are.
 *
 * @param db The database.
 * @param job See {@linkcode RowJob}.
 * @param options See {@linkcode BatchOptions}.
 * @returns How many rows were stored.
 * @throws {DatabaseError} That names the row, counted from 0 over all batches, if it breaks a constraint.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDatabase } from "./open_database.ts";
 *
 * async function* rows() {
 *   for (const token of ["a", "b", "c"]) yield [token];
 * }
 *
 * using db = openDatabase(":memory:");
 * db.exec("CREATE TABLE pages (token TEXT PRIMARY KEY) STRICT");
 * const job = { table: "pages", columns: ["token"], rows: rows() };
 * assertEquals(await writeBatches(db, job, { maxRows: 2 }), 3);
 * ```
 */
export async function writeBatches(
  db: Database,
  { table, columns, rows }: RowJob,
  options: BatchOptions = {},
): Promise<number> {
  const { maxRows = 1000, maxWait = 250, signal, ...insert } = options;
  if (!(Number.isSafeInteger(maxRows) && maxRows > 0)) {
    throw new RangeError(`Cannot write batches of ${maxRows} rows: wanted 1 or more`);
  }
  let stored = 0;
  let first = 0;
  for await (const batch of batchesOf(rows, { maxRows, maxWait, signal })) {
    stored += db.transaction(
      `insert:${table}`,
      () => insertMany(db, { table, columns, rows: batch, first, ...insert }),
    );
    first += batch.length;
  }
  return stored;
}

interface Bounds {
  readonly maxRows: number;
  readonly maxWait: number;
  readonly signal: AbortSignal | undefined;
}

async function* batchesOf<T>(
  rows: AsyncIterable<T> | Iterable<T>,
  { maxRows, maxWait, signal }: Bounds,
): AsyncGenerator<T[]> {
  const iterator = Symbol.asyncIterator in rows
    ? rows[Symbol.asyncIterator]()
    : rows[Symbol.iterator]();
  let batch: T[] = [];
  let next: Promise<IteratorResult<T>> | undefined;
  let due: Due | undefined;
  try {
    for (;;) {
      signal?.throwIfAborted();
      next ??= Promise.resolve(iterator.next());
      const step = await (due === undefined ? next : Promise.race([next, due.promise]));
      // The row that is asked for comes into the next batch.
      if (step !== "due") next = undefined;
      if (step !== "due" && !step.done) {
        batch.push(step.value);
        due ??= dueIn(maxWait);
        if (batch.length < maxRows) continue;
      }
      due?.[Symbol.dispose]();
      due = undefined;
      if (batch.length > 0) yield batch;
      batch = [];
      if (step !== "due" && step.done) return;
    }
  } finally {
    due?.[Symbol.dispose]();
    // A source that still owes a row would be waited for.
    if (next === undefined) await iterator.return?.();
  }
}

interface Due extends Disposable {
  readonly promise: Promise<"due">;
}

function dueIn(ms: number): Due {
  const { promise, resolve } = Promise.withResolvers<"due">();
  const timer = setTimeout(() => resolve("due"), ms);
  return { promise, [Symbol.dispose]: () => clearTimeout(timer) };
}
