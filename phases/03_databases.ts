/**
 * Phase 3, databases: the audit database, transactions, batches, chunked reads and idempotency by state.
 *
 * @module
 */
import { openAudit } from "../lib/audit/mod.ts";
import { inventory } from "../lib/files/mod.ts";
import { formatCount } from "../lib/terminal/mod.ts";
import { type Narrator, runPhase, type Story, type WorkFolders } from "./_narrator/mod.ts";
import { AUDIT, readVerdicts, takeFilesIn } from "./02_files/take_in.ts";
import { BATCH_ROWS, measureCommits, showCommits, SINGLE_ROWS } from "./03_databases/batches.ts";
import {
  DELETED,
  deliverAgain,
  loadEvents,
  PAGE_SIZE,
  readBothWays,
  SOURCE,
} from "./03_databases/chunks.ts";
import { countRows, showCounts } from "./03_databases/count_rows.ts";
import { insertBrokenBatch, type Stop, stopAtCommit } from "./03_databases/stop_run.ts";
import {
  ADDED,
  addTwice,
  holdLock,
  PATIENCE,
  UNTOUCHED,
  WANTED,
} from "./03_databases/two_writers.ts";

/** The result of phase 3. */
export interface DatabasesResult {
  /** The audit database, within the folder of phase 3. */
  readonly audit: string;
  /** The database with phase 1's records as a table, within the folder of phase 3. */
  readonly source: string;
}

/** The story of phase 3. */
export const DATABASES: Story = {
  phase: 3,
  name: "03_databases",
  area: "DATABASES",
  title: "The data is in the files; whether it is true is in the audit database",
  pain:
    "After the crash nobody could say which files had been loaded. Somebody ran the job again to be safe, and the report showed every " +
    "sale of March twice. The state had been a folder named done/ and a Python set. State that must survive belongs in one " +
    "transaction with what it describes, and one SQLite file is enough for it.",
  before: () => import("./02_files.ts").then(({ FILES }) => FILES),
  tryNext: [
    ["deno task headwaters audit files -a data/results/03/audit.db", "every verdict on a file"],
    ["deno task headwaters audit rejects -a data/results/03/audit.db", "every rejected line"],
    ["deno task headwaters audit runs -a data/README.md", "no database: database-foreign"],
  ],
  ownData: [
    ["deno task headwaters audit runs --audit audit.db", "the last runs of your pipeline"],
    ["deno task headwaters audit streams --audit audit.db", "what each stream read and wrote"],
    ["deno task headwaters audit rejects --audit audit.db --json", "your rejects, for a program"],
  ],
  async narrate(narrator, work) {
    await auditDatabase(narrator, work);
    await transactions(narrator, work);
    writers(narrator, work);
    batches(narrator, work);
    await chunkedReads(narrator, work);
    await runAgain(narrator, work);
    return { audit: AUDIT, source: SOURCE } satisfies DatabasesResult;
  },
};

/** Step 1: the audit database that phase 2's run left. */
async function auditDatabase(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "One connection, one file, and a commit that means it",
    `Phase 2 ran as the pipeline runs, so its verdicts are in ${
      work.show(work.path(2, AUDIT))
    }: one SQLite file. ` +
      "A commit returns when it is on the disk (synchronous FULL), readers do not wait for the writer (WAL), and the schema " +
      "has a version that only grows.",
    { lib: "lib/audit/open_audit.ts" },
  );
  using db = openAudit(work.path(2, AUDIT));
  const pragma = (name: string) => Object.values(db.get(`PRAGMA ${name}`) ?? {})[0];
  narrator.output(
    `journal_mode=${pragma("journal_mode")}  synchronous=${pragma("synchronous")} (FULL)  ` +
      `foreign_keys=${pragma("foreign_keys")}  user_version=${pragma("user_version")}`,
  );
  const counts = countRows(work, 2);
  narrator.table(
    [{ title: "table" }, { title: "rows", align: "right" }, { title: "each row says" }],
    [
      ["runs", String(counts.runs), "when it ran, by which configuration, how it ended"],
      ["streams", String(counts.streams), "counts: read = written + rejected + duplicates"],
      ["files", String(counts.files), "a file's sha256, verdict and path in the lake"],
      ["rejects", String(counts.rejects), "a rejected line: code, line, byte offset"],
    ],
  );
  const inLake = await Array.fromAsync(inventory(work.path(2, "lake/raw")));
  const targets = readVerdicts(work, 2).files
    .filter(({ verdict }) => verdict === "published").map(({ target }) => target);
  narrator.prove(
    "the lake holds the files that the audit database names",
    inLake.length > 0 && inLake.length === targets.length &&
      inLake.every(({ path }) => targets.includes(`raw/${path}`)),
    `${targets.length} files`,
  );
  const balance = db.get<{ read: number; kept: number }>(
    "SELECT sum(read) AS read, sum(written + rejected + duplicates) AS kept FROM streams",
  );
  narrator.prove(
    "in the audit database, read = written + rejected",
    balance !== undefined && balance.read === balance.kept,
    `${formatCount(balance?.read ?? 0)} = ${formatCount(balance?.kept ?? 0)}`,
  );
}

/** Step 2: all or nothing, whether a statement fails or the process dies. */
async function transactions(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "A transaction: all of it, or none",
    "First a batch whose last row repeats the first. Then phase 2's run again into an empty lake, stopped at each side of the " +
      "commit that records a file with its rejected lines, and once more between the file and the database: renamed into its " +
      "place, not yet confirmed. It is started again each time:",
    { lib: "lib/db/database.ts", exercises: ["03.1"] },
  );
  const batch = insertBrokenBatch(work);
  const [before, after, inPlace, end] = await stopAtCommit(work);
  narrator.output(
    `a batch whose last row repeats the first: ${batch.error}, ${batch.rows} rows`,
  );
  narrator.table(
    [
      { title: "the run" },
      { title: "files", align: "right" },
      { title: "rejects", align: "right" },
      { title: "confirmed", align: "right" },
    ],
    [before, after, inPlace, end].flatMap((stop) =>
      stop === undefined ? [] : [[
        stop.where,
        ...[stop.files, stop.rejects, stop.confirmed].map(formatCount),
      ]]
    ),
  );
  narrator.judge(
    "There is no moment at which a file is recorded without its rejected lines. A file and a row cannot change together, so the row " +
      "comes first, as an intent: the next start finds it, sees that the file is in its place, and confirms it. Nothing is repaired by hand.",
  );
  narrator.prove(
    "a failing batch leaves nothing",
    batch.rows === 0 && batch.error === "database-constraint",
    "the good rows went with the bad one",
  );
  narrator.prove(
    "a stop before the commit leaves none of the file, one after it all",
    isStop(before, [5, 0, 5]) && isStop(after, [6, 3, 5]),
    `${before?.files} files, then ${after?.files} and ${after?.rejects} rejects`,
  );
  const published = readVerdicts(work, 3).files.filter(({ verdict }) => verdict === "published");
  narrator.prove(
    "a file that was in its place and not confirmed is there once",
    isStop(inPlace, [6, 3, 5]) && end?.confirmed === published.length &&
      (await filesIn(work, 3)) === published.length,
    `${published.length} files`,
  );
  const verdicts = (phase: 2 | 3) =>
    readVerdicts(work, phase).files.map(({ path, sha256, verdict }) => [path, sha256, verdict])
      .join("\n");
  narrator.prove(
    "stopped again and again, the run ends with the verdicts of phase 2",
    verdicts(2) === verdicts(3),
    `${end?.files} files, ${end?.confirmed} confirmed`,
  );
}

function isStop(stop: Stop | undefined, [files, rejects, confirmed]: readonly number[]): boolean {
  return stop?.files === files && stop?.rejects === rejects && stop?.confirmed === confirmed;
}

async function filesIn(work: WorkFolders, phase: 2 | 3): Promise<number> {
  return (await Array.fromAsync(inventory(work.path(phase, "lake/raw")))).length;
}

/** Step 3: jobs that write at the same time. */
function writers(narrator: Narrator, work: WorkFolders): void {
  narrator.step(
    "A lost update, and a lock that is held too long",
    `Jobs that each add ${ADDED} to the same total, at the same moment. Without a transaction both read before either writes:`,
    { lib: "lib/db/database.ts", exercises: ["03.5"] },
  );
  const [lost, kept] = addTwice(work);
  narrator.table(
    [
      { title: "way" },
      { title: "total", align: "right" },
      { title: "wanted", align: "right" },
      { title: "what the other job met" },
    ],
    [lost, kept].map((one) => [
      one?.way ?? "",
      String(one?.total),
      String(WANTED),
      one?.error ?? "",
    ]),
  );
  narrator.judge(
    "The lost update raised no error: both writes were valid. transaction() takes the write lock before it reads, so that the other " +
      "job is turned away instead of being wrong.",
  );
  const held = holdLock(work);
  narrator.output(
    `a writer next to an open transaction waited ${
      Math.round(held.waited)
    } ms, then ${held.error};\n` + `a reader saw ${held.read}`,
  );
  narrator.judge(
    "Readers go on in WAL mode, writers queue. So no request, no file and no sleep belongs inside a transaction: read first, " +
      "then write in one go.",
  );
  narrator.prove(
    "a transaction loses no update",
    lost?.total === WANTED - ADDED && kept?.total === WANTED && kept.error === "database-busy",
    `${kept?.total}, and ${lost?.total} without`,
  );
  narrator.prove(
    "a transaction that is open keeps writers out, but not readers",
    held.error === "database-busy" && held.waited >= PATIENCE * 0.9 && held.read === UNTOUCHED,
    `${Math.round(held.waited)} ms, then ${held.error}`,
  );
}

/** Step 4: the cost of a commit, and how to share it. */
function batches(narrator: Narrator, work: WorkFolders): void {
  narrator.step(
    "Batches: a commit waits for the disk, so share it",
    `${SINGLE_ROWS} rows with a commit each, then ${formatCount(BATCH_ROWS)} rows in one:`,
    { lib: "lib/db/database.ts" },
  );
  const costs = measureCommits(work);
  showCommits(narrator, costs);
  narrator.judge(
    costs.gain > 2
      ? `One transaction is ${
        Math.round(costs.gain)
      } times as fast here, and safer: a batch is in the database or it is not.`
      : "This disk commits almost for free; a batch is still in the database as a whole or not at all.",
  );
  narrator.prove(
    "no row of a batch is lost",
    costs.stored === SINGLE_ROWS + BATCH_ROWS,
    `${formatCount(costs.stored)} rows`,
  );
}

/** Step 5: a source table read in chunks, while somebody else deletes from it. */
async function chunkedReads(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Chunked reads: by the last key, never by OFFSET",
    `A source table with phase 1's earthquakes is read in chunks of ${PAGE_SIZE}. After the first chunk another job deletes ${DELETED} rows ` +
      "that were read already, as retention jobs do:",
    { lib: "lib/db/database.ts", exercises: ["03.2"] },
  );
  const ids = await loadEvents(work);
  const { byOffset, byKey } = readBothWays(work);
  narrator.table(
    [
      { title: "reading by" },
      { title: "chunks", align: "right" },
      { title: "rows read", align: "right" },
      { title: "rows missed", align: "right" },
    ],
    Object.entries({
      [`LIMIT ${PAGE_SIZE} OFFSET n`]: byOffset,
      "keysetPages(): id > last id": byKey,
    }).map((
      [way, { chunks, rows }],
    ) => [way, String(chunks), formatCount(rows), String(ids - rows)]),
  );
  narrator.judge(
    "OFFSET counts rows that are no longer there and steps over others, without an error. A key stays where it is, a count does not.",
  );
  narrator.prove(
    "reading by key misses no row while others are deleted",
    byKey.rows === ids && byOffset.rows < ids,
    `OFFSET missed ${ids - byOffset.rows}`,
  );
}

/** Step 6: the same run again. */
async function runAgain(narrator: Narrator, work: WorkFolders): Promise<void> {
  narrator.step(
    "Idempotent by state: the second time nothing happens",
    "The same files once more, by a new run. It asks the database for each path and its sha256 before it writes:",
    { lib: "lib/files/intake.ts", exercises: ["03.3", "03.4"] },
  );
  const before = countRows(work, 3);
  const { totals, streams: [stream] } = await takeFilesIn(work, 3);
  const after = countRows(work, 3);
  showCounts(narrator, before, after);
  const again = await deliverAgain(work);
  narrator.output(
    `the source table, delivered once more: ${again.stored} rows stored, ${
      formatCount(again.rows)
    } known`,
  );
  narrator.judge(
    "If you do not know whether the job ran, run it again: that is what makes a night quiet.",
  );
  narrator.prove(
    "a second run records no file and publishes none",
    totals.published_files === 0 && before.files === after.files &&
      before.rejects === after.rejects && after.runs === before.runs + 1,
    `${stream?.files_unchanged} files unchanged, ${stream?.files_still_rejected} still rejected`,
  );
  narrator.prove(
    "a delivery that comes twice is stored once",
    again.stored === 0 && again.rows > 0,
    `${formatCount(again.rows)} rows, by their key`,
  );
}

if (import.meta.main) {
  const moved = {
    runs: "audit runs",
    streams: "audit streams",
    files: "audit files",
    rejects: "audit rejects",
  };
  Deno.exit(await runPhase(Deno.args, DATABASES, { moved }));
}
