import { openDatabase } from "../../db/mod.ts";
import { formatCount, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

const SINGLE_ROWS = 200;
const BATCH_ROWS = 50_000;

/** Step 3: what a commit costs, and how to share it. */
export function tellBatches(teller: Teller, work: WorkFolders): void {
  using db = openDatabase(work.path(3, "batches.db"));
  db.exec("CREATE TABLE pages (number INTEGER PRIMARY KEY, token TEXT NOT NULL) STRICT");
  teller.step("Batches: a commit waits for the disk, so share it");
  const single = timed(() => {
    for (let n = 0; n < SINGLE_ROWS; n++) db.run("INSERT INTO pages VALUES (?, ?)", [n, `t${n}`]);
  });
  const rows = Array.from({ length: BATCH_ROWS }, (_, at) => [SINGLE_ROWS + at, `t${at}`] as const);
  const batch = timed(() => db.insertMany("pages", ["number", "token"], rows));
  const rate = (count: number, ms: number) => count / ms * 1000;
  const line = (name: string, count: number, ms: number) => [
    name,
    formatCount(count),
    formatDuration(ms),
    formatCount(rate(count, ms)),
  ];
  teller.table(
    [
      { title: "way" },
      { title: "rows", align: "right" },
      { title: "time", align: "right" },
      { title: "rows a second", align: "right" },
    ],
    [
      line("each row its own commit", SINGLE_ROWS, single),
      line("insertMany(), one transaction", BATCH_ROWS, batch),
    ],
  );
  const gain = rate(BATCH_ROWS, batch) / rate(SINGLE_ROWS, single);
  teller.judge(
    gain > 2
      ? `One transaction is ${
        Math.round(gain)
      } times as fast here, and safer: a batch is in the database or it is not.`
      : "This disk commits almost for free; a batch is still in the database as a whole or not at all.",
  );
  const stored = db.get<{ n: number }>("SELECT count(*) AS n FROM pages")?.n;
  teller.prove(
    "no row of a batch is lost",
    stored === SINGLE_ROWS + BATCH_ROWS,
    `${formatCount(stored ?? 0)} rows`,
  );
}

function timed(act: () => void): number {
  const begun = performance.now();
  act();
  return Math.max(performance.now() - begun, 0.001);
}
