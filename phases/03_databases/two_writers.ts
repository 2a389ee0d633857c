import { type Database, openDatabase } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";

/** What each writer adds. */
export const ADDED = 10;
const BEFORE = 100;
/** How long the second writer waits for the first one's lock, in ms. */
export const PATIENCE = 60;

/** A total that two writers have added to. */
export interface TwoWriters {
  readonly way: string;
  readonly total: number;
  /** What the second one met. */
  readonly error: string;
}

/** Lets two jobs add to one total at the same moment, without and with a transaction around it. */
export function addTwice(work: WorkFolders): readonly TwoWriters[] {
  return [
    between(work, "lost.db", (first, second) => {
      // Both have read before either writes.
      const [mine, theirs] = [totalOf(first), totalOf(second)];
      setTotal(first, mine + ADDED);
      setTotal(second, theirs + ADDED);
      return { way: "read, add, write", error: "none" };
    }),
    between(work, "kept.db", (first, second) => {
      const error = first.transaction("add", () => {
        const mine = totalOf(first);
        const met = codeOf(() => add(second));
        setTotal(first, mine + ADDED);
        return met;
      });
      // It has read nothing yet, so that it can simply begin again.
      add(second);
      return { way: "transaction(), and again when busy", error };
    }),
  ];
}

/** The total that both together must come to. */
export const WANTED = BEFORE + 2 * ADDED;

/** What a transaction that stays open costs the others. */
export interface HeldLock {
  /** Code that another writer got. */
  readonly error: string;
  /** How long it had waited, in ms. */
  readonly waited: number;
  /** What a reader saw meanwhile. */
  readonly read: number;
}

/** Holds a transaction open, as one does that calls an API in the middle of it. */
export function holdLock(work: WorkFolders): HeldLock {
  let held: HeldLock | undefined;
  between(work, "held.db", (first, second) => {
    first.transaction("import", () => {
      setTotal(first, 0);
      const begun = performance.now();
      const error = codeOf(() => add(second));
      held = { error, waited: performance.now() - begun, read: totalOf(second) };
    });
    return { way: "held", error: "none" };
  });
  return held ?? { error: "none", waited: 0, read: NaN };
}

/** What the total was before the transaction that is still open. */
export const UNTOUCHED = BEFORE;

function between(
  work: WorkFolders,
  name: string,
  act: (first: Database, second: Database) => Omit<TwoWriters, "total">,
): TwoWriters {
  const path = work.path(3, name);
  using first = openDatabase(path);
  first.exec("CREATE TABLE sums (total INTEGER NOT NULL) STRICT");
  first.run("INSERT INTO sums VALUES (?)", [BEFORE]);
  using second = openDatabase(path, { timeout: PATIENCE });
  return { ...act(first, second), total: totalOf(first) };
}

function add(db: Database): void {
  db.transaction("add", () => setTotal(db, totalOf(db) + ADDED));
}

function totalOf(db: Database): number {
  return db.get<{ total: number }>("SELECT total FROM sums")?.total ?? NaN;
}

function setTotal(db: Database, total: number): void {
  db.run("UPDATE sums SET total = ?", [total]);
}

function codeOf(act: () => void): string {
  try {
    act();
    return "none";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.code;
  }
}
