import { openDatabase } from "../../lib/db/mod.ts";
import { formatCount, formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";

/** Rows with a commit each. */
export const SINGLE_ROWS = 200;
/** Rows that share one. */
export const BATCH_ROWS = 50_000;

/** Rows a second in two ways, and what is in the database then. */
export interface CommitCosts {
  readonly singleMs: number;
  readonly batchMs: number;
  /** How many times as fast one transaction is. */
  readonly gain: number;
  /** Rows that are there at the end. */
  readonly stored: number;
}

/** Inserts rows one by one and in one transaction. */
export function measureCommits(work: WorkFolders): CommitCosts {
  using db = openDatabase(work.path(3, "batches.db"));
  db.exec("CREATE TABLE pages (number INTEGER PRIMARY KEY, token TEXT NOT NULL) STRICT");
  const singleMs = timed(() => {
    for (let n = 0; n < SINGLE_ROWS; n++) db.run("INSERT INTO pages VALUES (?, ?)", [n, `t${n}`]);
  });
  const rows = Array.from({ length: BATCH_ROWS }, (_, at) => [SINGLE_ROWS + at, `t${at}`] as const);
  const batchMs = timed(() => db.insertMany("pages", ["number", "token"], rows));
  const stored = db.get<{ n: number }>("SELECT count(*) AS n FROM pages")?.n ?? 0;
  return {
    singleMs,
    batchMs,
    gain: rate(BATCH_ROWS, batchMs) / rate(SINGLE_ROWS, singleMs),
    stored,
  };
}

/** Shows both. */
export function showCommits(narrator: Narrator, { singleMs, batchMs }: CommitCosts): void {
  const line = (name: string, count: number, ms: number) => [
    name,
    formatCount(count),
    formatDuration(ms),
    formatCount(rate(count, ms)),
  ];
  narrator.table(
    [
      { title: "way" },
      { title: "rows", align: "right" },
      { title: "time", align: "right" },
      { title: "rows a second", align: "right" },
    ],
    [
      line("each row its own commit", SINGLE_ROWS, singleMs),
      line("insertMany(), one transaction", BATCH_ROWS, batchMs),
    ],
  );
}

function rate(count: number, ms: number): number {
  return count / ms * 1000;
}

function timed(act: () => void): number {
  const begun = performance.now();
  act();
  return Math.max(performance.now() - begun, 0.001);
}
