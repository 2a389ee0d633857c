import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  countRejects,
  endRun,
  fileByContent,
  type FileRow,
  getBoundary,
  getStream,
  getStreamState,
  insertFile,
  insertRejects,
  insertRun,
  latestFile,
  LEDGER_MIGRATIONS,
  LedgerPages,
  newStreamRow,
  openLedger,
  type PageEntry,
  recentRuns,
  replaceBoundary,
  resumeRun,
  saveStream,
  saveStreamState,
  streamsOf,
  touchFile,
  unfinishedRuns,
} from "../../lib/audit/mod.ts";
import { migrate, openDatabase } from "../../lib/db/mod.ts";
import { LedgerError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";

const KEY = { run_id: "R1", source: "usgs", stream: "events" } as const;
const RUN = { run_id: "R1", pipeline: "p", config_sha256: "c", started_at: "2026-11-21T00:00:00Z" };

Deno.test("insertRun() begins a run that endRun() ends and resumeRun() takes up again", () => {
  using db = openLedger(":memory:");
  insertRun(db, RUN);
  assertEquals(unfinishedRuns(db).map((run) => run.status), ["running"]);
  endRun(db, {
    run_id: "R1",
    status: "suspended",
    ended_at: "2026-11-21T00:01:00Z",
    exit_code: 75,
  });
  resumeRun(db, "R1");
  assertEquals(recentRuns(db, 1)[0], {
    ...RUN,
    status: "running",
    attempts: 2,
    ended_at: null,
    exit_code: null,
    backfill: null,
  });
  endRun(db, { run_id: "R1", status: "complete", ended_at: "2026-11-21T00:02:00Z", exit_code: 0 });
  assertEquals(unfinishedRuns(db), []);
});

Deno.test("saveStream() replaces the row of the same stream and keeps the order of streams", () => {
  using db = openLedger(":memory:");
  insertRun(db, RUN);
  const row = newStreamRow({ ...KEY, kind: "api", mode: "incremental" });
  saveStream(db, row);
  saveStream(db, newStreamRow({ ...KEY, stream: "later", kind: "api", mode: "snapshot" }));
  saveStream(db, { ...row, read: 5, state: '{"v":1}', proven: 1 });
  assertEquals(getStream(db, KEY), { ...row, read: 5, state: '{"v":1}', proven: 1 });
  assertEquals(streamsOf(db, "R1").map(({ stream }) => stream), ["events", "later"]);
});

Deno.test("saveStream() refuses a stream when its run is unknown", () => {
  using db = openLedger(":memory:");
  const row = newStreamRow({ ...KEY, kind: "api", mode: "incremental" });
  const error = assertThrows(() => saveStream(db, row), LedgerError);
  assertEquals(error.code, "ledger-constraint");
});

Deno.test("getStreamState() is empty until saveStreamState() was called", () => {
  using db = openLedger(":memory:");
  const name = { source: "s", stream: "t" };
  assertEquals(getStreamState(db, name).watermark, null);
  const state = {
    ...name,
    watermark: "w",
    content_sha256: null,
    validators: null,
    current_run_id: "R",
    current_proven: 1,
  };
  saveStreamState(db, state);
  assertEquals(getStreamState(db, name), state);
});

Deno.test("replaceBoundary() replaces only the boundary of its own stream", () => {
  using db = openLedger(":memory:");
  replaceBoundary(db, { source: "s", stream: "a" }, ["1", "2"]);
  replaceBoundary(db, { source: "s", stream: "b" }, ["9"]);
  replaceBoundary(db, { source: "s", stream: "a" }, ["2", "3"]);
  assertEquals([...getBoundary(db, { source: "s", stream: "a" })].sort(), ["2", "3"]);
  assertEquals([...getBoundary(db, { source: "s", stream: "b" })], ["9"]);
});

function page(number: number): PageEntry {
  return {
    number,
    token: `t${number}`,
    sha256: `h${number}`,
    url: "http://x",
    requestId: `r${number}`,
    status: 200,
    attempts: 1,
    bytes: 10,
    records: 1,
  };
}

Deno.test("LedgerPages.hasToken() knows pages at any distance, committed or not", () => {
  using db = openLedger(":memory:");
  const pages = new LedgerPages(db, KEY);
  for (const number of [1, 2, 3]) pages.add(page(number));
  pages.commit([page(1), page(2)]);
  assertEquals([1, 2, 3, 4].map((n) => pages.hasToken(`t${n}`)), [true, true, true, false]);
  assertEquals([1, 2, 3, 4].map((n) => pages.hasPage(`h${n}`)), [true, true, true, false]);
});

Deno.test("LedgerPages.hasToken() forgets a page that was read ahead when the process dies", () => {
  using db = openLedger(":memory:");
  const before = new LedgerPages(db, KEY);
  before.add(page(1));
  before.add(page(2));
  before.commit([page(1)]);
  const after = new LedgerPages(db, KEY);
  assert(after.hasToken("t1"));
  assert(!after.hasToken("t2"));
});

const FILE: FileRow = {
  source: "s",
  stream: "t",
  path: "a.csv",
  sha256: "h1",
  version: 1,
  bytes: 3,
  mtime_ms: 1,
  verdict: "published",
  duplicate_of: null,
  run_id: "R1",
  read: 1,
  written: 1,
  quarantined: 0,
  target: "raw/a",
  error_code: null,
  error_message: null,
};

Deno.test("latestFile() returns the newest version of a path", () => {
  using db = openLedger(":memory:");
  insertFile(db, FILE);
  insertFile(db, { ...FILE, version: 2, sha256: "h2" });
  touchFile(db, { ...FILE, version: 2, mtime_ms: 9 });
  assertEquals(latestFile(db, FILE, "a.csv"), { ...FILE, version: 2, sha256: "h2", mtime_ms: 9 });
  assertEquals(latestFile(db, FILE, "b.csv"), undefined);
});

Deno.test("fileByContent() passes over duplicates", () => {
  using db = openLedger(":memory:");
  insertFile(db, { ...FILE, path: "copy.csv", verdict: "duplicate", duplicate_of: "a.csv" });
  assertEquals(fileByContent(db, FILE, "h1"), undefined);
  insertFile(db, FILE);
  assertEquals(fileByContent(db, FILE, "h1")?.path, "a.csv");
});

Deno.test("countRejects() counts by code and shows the first message of each", () => {
  using db = openLedger(":memory:");
  const bytes = 4;
  insertRejects(db, KEY, [
    { code: "row-columns", message: "first", place: { line: 2 }, bytes },
    { code: "row-columns", message: "second", place: { line: 9 }, bytes },
    { code: "row-quote", message: "third", place: {}, bytes },
  ]);
  assertEquals(countRejects(db, "R1").map(({ code, count, example }) => [code, count, example]), [
    ["row-columns", 2, "first"],
    ["row-quote", 1, "third"],
  ]);
});

Deno.test({
  name: "openLedger() brings a ledger from before backfills up to date and keeps its rows",
  ignore: !granted("read", "write"),
  fn: () => {
    const path = Deno.makeTempFileSync();
    try {
      {
        using old = openDatabase(path);
        migrate(old, LEDGER_MIGRATIONS.slice(0, 1));
        old.run(
          `INSERT INTO runs (run_id, pipeline, config_sha256, status, attempts, started_at)
         VALUES ('R1', 'p', 'c', 'suspended', 1, '2026-11-21T00:00:00Z')`,
        );
        const { out_of_range: _, ...row } = newStreamRow({
          ...KEY,
          kind: "api",
          mode: "incremental",
        });
        old.insertMany("streams", Object.keys(row), [Object.values(row)]);
      }
      using db = openLedger(path);
      assertEquals(unfinishedRuns(db).map(({ run_id, backfill }) => [run_id, backfill]), [
        ["R1", null],
      ]);
      assertEquals(getStream(db, KEY)?.out_of_range, 0);
    } finally {
      Deno.removeSync(path);
    }
  },
});
