/**
 * Measures the database layer: a million rows written and read against Python's sqlite3, a checkpoint with its flush, and
 * "was this file seen?" with ten million files in the audit database, against Python asking the same.
 *
 * Usage: `deno task bench` runs it last; the ten million files need 5 GB in the temporary folder and some minutes.
 *
 * @module
 */
import { join } from "@std/path";
import {
  insertRun,
  knownFiles,
  newStreamRow,
  openAudit,
  saveStream,
  StreamPages,
} from "../lib/audit/mod.ts";
import { type Database, openDatabase, openTables } from "../lib/db/mod.ts";
import { Disk } from "../lib/files/mod.ts";
import { median } from "./bench_api.ts";
import { markdownTable } from "./markdown_table.ts";

const ROWS = 1_000_000;
const FILES = 10_000_000;
const QUESTIONS = 2_000;
const ROUNDS = 5;

/** Returns the times that a script of Python prints, in ms. */
async function python(script: string, ...args: readonly (string | number)[]): Promise<number[]> {
  const path = join(import.meta.dirname ?? ".", script);
  const command = new Deno.Command("python3", { args: [path, ...args.map(String)] });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("python3 failed");
  return new TextDecoder().decode(stdout).split(" ").map(Number);
}

function* rows(): Generator<[number, string, number]> {
  for (let i = 0; i < ROWS; i++) yield [i, `name ${i}`, i / 7 || 0.5];
}

/** Returns how long the same takes here, and reading it as JSON lines. */
async function ours(path: string): Promise<[number, number, number]> {
  const start = performance.now();
  {
    using db = openDatabase(path);
    db.exec(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL NOT NULL) STRICT",
    );
    db.insertMany("t", ["id", "name", "amount"], rows());
  }
  const written = performance.now();
  let total = 0;
  {
    using db = openDatabase(path);
    const pages = db.keysetPages<{ id: number; name: string; amount: number }>({
      table: "t",
      key: ["id"],
    });
    for (const page of pages) for (const { id } of page) total += id;
  }
  const read = performance.now();
  if (total !== ROWS * (ROWS - 1) / 2) throw new Error("rows are missing");
  await using tables = await openTables({ engine: "sqlite", path });
  for await (const _page of tables.read({ table: await tables.describe("t") }));
  return [written - start, read - written, performance.now() - read];
}

async function measureRows(folder: string): Promise<string> {
  const all: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // They take turns, so that what else the machine does meets both.
    all.push([
      ...await ours(join(folder, `ours${round}.db`)),
      ...await python("_bench_sqlite.py", join(folder, `python${round}.db`), ROWS),
    ]);
  }
  const [write = 0, read = 0, lines = 0, pyWrite = 0, pyRead = 0] = [0, 1, 2, 3, 4]
    .map((at) => median(all.map((times) => times[at] ?? NaN)));
  const row = (
    name: string,
    time: number,
    of: number,
  ) => [name, `${Math.round(time)} ms`, (time / of).toFixed(2)];
  return markdownTable([`${ROWS} rows, median of ${ROUNDS}`, "time", "ratio"], [
    row("executemany", pyWrite, pyWrite),
    row("insertMany()", write, pyWrite),
    row("for row in cursor", pyRead, pyRead),
    row("keysetPages()", read, pyRead),
    row("Tables.read(), as JSON lines", lines, pyRead),
  ]);
}

/**
 * A checkpoint as a run makes it: 64 KiB appended and flushed, then the row of the stream and a page committed; and, in turns
 * with it, the same bytes in a file that is flushed and nothing else, which is what the disk takes for itself.
 */
function measureCheckpoint(folder: string): { readonly ours: number; readonly disk: number } {
  using db = openAudit(join(folder, "checkpoint.db"));
  const key = { run_id: "R", source: "s", stream: "t" };
  insertRun(db, {
    run_id: "R",
    pipeline: "p",
    config_identity: "",
    started_at: "2026-01-01T00:00:00Z",
  });
  const row = newStreamRow({ ...key, type: "api", mode: "snapshot" });
  saveStream(db, row);
  const pages = new StreamPages(db, key);
  const disk = new Disk(folder);
  using file = disk.openAppend(join(folder, "staged.jsonl"), 0);
  const bytes = new Uint8Array(65_536);
  using bare = disk.openAppend(join(folder, "bare"), 0);
  const diskTimes: number[] = [];
  const times = Array.from({ length: 500 }, (_, number) => {
    const before = performance.now();
    bare.write(bytes);
    bare.sync();
    const start = performance.now();
    diskTimes.push(start - before);
    file.write(bytes);
    file.sync();
    db.transaction("checkpoint", () => {
      const page = {
        number,
        token: String(number),
        sha256: String(number),
        url: "u",
        requestId: "r",
      };
      const times = { askedMs: number, tookMs: 1, waitedMs: 0 };
      pages.commit([{ ...page, status: 200, attempts: 1, bytes: 1, records: 1, ...times }]);
      saveStream(db, { ...row, pages: number });
    }, { flush: false });
    return performance.now() - start;
  });
  return { ours: median(times), disk: median(diskTimes) };
}

/** Fills an audit database with files, and asks it for some; in turns with Python, which asks the same. */
async function measureSeen(folder: string): Promise<string> {
  const path = join(folder, "files.db");
  fillFiles(path);
  const ours: number[] = [];
  const baseline: number[] = [];
  {
    using db = openAudit(path);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...askFiles(db));
      baseline.push(...await python("_bench_seen.py", path, FILES, QUESTIONS));
    }
  }
  const most = ours.toSorted((a, b) => a - b)[Math.floor(ours.length * 0.99)] ?? NaN;
  const row = (name: string, time: number) => [
    name,
    `${time.toFixed(3)} ms`,
    (time / median(baseline)).toFixed(2),
  ];
  return markdownTable([`"seen?", ${FILES} files known`, "median", "ratio"], [
    row("Python's sqlite3", median(baseline)),
    row("knownFiles()", median(ours)),
  ]) + `\n99 % of them under ${most.toFixed(3)} ms`;
}

function fillFiles(path: string): void {
  using db = openAudit(path);
  // Only to fill it: what is measured is the reading.
  const indexes = db.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'files' AND sql IS NOT NULL",
  );
  db.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  db.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO files (source, stream, path, sha256, version, bytes, mtime_ms, verdict, run_id, read, written, rejected)
     SELECT 's', 't', printf('%09d.csv', i), printf('%064x', i), 1, 1, 1, 'published', 'R', 1, 1, 0 FROM n`,
    [FILES],
  );
  for (const { sql } of indexes) db.exec(sql);
  db.exec("PRAGMA journal_mode = WAL");
}

/** Returns how long each question took, in ms. */
function askFiles(db: Database): number[] {
  const known = knownFiles(db, { run_id: "S", source: "s", stream: "t" });
  return Array.from({ length: QUESTIONS }, (_, at) => {
    // Every other file is new, and has another's content now and then.
    const i = Math.floor(Math.random() * FILES * (1 + at % 2));
    const start = performance.now();
    known.latest(`${String(i).padStart(9, "0")}.csv`);
    known.byContent(i.toString(16).padStart(64, "0"));
    return performance.now() - start;
  });
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  try {
    console.log(await measureRows(folder));
    const { ours, disk } = measureCheckpoint(folder);
    console.log(
      `A checkpoint with its flush: ${ours.toFixed(2)} ms (median); a bare flush: ${
        disk.toFixed(2)
      } ms`,
    );
    console.log(await measureSeen(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
