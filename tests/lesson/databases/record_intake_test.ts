import { assertEquals } from "@std/assert";
import { openAudit } from "../../../lib/audit/mod.ts";
import type { Database } from "../../../lib/db/mod.ts";
import { type JudgedFile, recordIntake } from "../../../lib/lesson/mod.ts";

const GOOD: JudgedFile = {
  stream: "weather",
  path: "a.csv",
  sha256: "a".repeat(64),
  bytes: 10,
  mtimeMs: 0,
  inode: null,
  acceptance: "id",
  verdict: "published",
  duplicateOf: null,
  read: 3,
  written: 2,
  rejects: [{ code: "row-columns", message: "m", line: 3, byteOffset: 8, raw: "x" }],
  targets: ["raw/weather/a.csv.gz"],
  errorCode: null,
  errorMessage: null,
};

let runs = 0;

function record(db: Database, ...files: readonly JudgedFile[]) {
  const options = { runId: `R${++runs}`, now: "2026-11-21T00:00:00Z" };
  return recordIntake(db, { date: "2026-11-21", files }, options);
}

function filesIn(db: Database) {
  return db.all<{ path: string; version: number; verdict: string; of: string | null }>(
    "SELECT path, version, verdict, duplicate_of AS of FROM files ORDER BY path, version",
  ).map((row) => Object.values(row));
}

Deno.test("recordIntake() records a content once, whatever the run", () => {
  using db = openAudit(":memory:");
  assertEquals(record(db, GOOD), { recorded: 1, unchanged: 0 });
  assertEquals(record(db, GOOD), { recorded: 0, unchanged: 1 });
  assertEquals(db.get("SELECT count(*) AS n FROM runs"), { n: 1 });
});

Deno.test("recordIntake() records a new content of a path as its next version", () => {
  using db = openAudit(":memory:");
  record(db, GOOD);
  assertEquals(record(db, { ...GOOD, sha256: "b".repeat(64) }).recorded, 1);
  assertEquals(filesIn(db), [["a.csv", 1, "published", null], ["a.csv", 2, "published", null]]);
});

Deno.test("recordIntake() calls a file a duplicate when another run has its content", () => {
  using db = openAudit(":memory:");
  record(db, GOOD);
  record(db, { ...GOOD, path: "b.csv" });
  assertEquals(filesIn(db), [
    ["a.csv", 1, "published", null],
    ["b.csv", 1, "duplicate", "a.csv"],
  ]);
  assertEquals(
    db.all("SELECT read, written, rejected, files_duplicate FROM streams ORDER BY run_id"),
    [
      { read: 3, written: 2, rejected: 1, files_duplicate: 0 },
      { read: 0, written: 0, rejected: 0, files_duplicate: 1 },
    ],
  );
});

Deno.test("recordIntake() records a rejected file again when the keys have changed", () => {
  using db = openAudit(":memory:");
  const bad = { ...GOOD, verdict: "rejected" as const, errorCode: "file-header" };
  record(db, bad);
  assertEquals(record(db, bad).recorded, 0);
  assertEquals(record(db, { ...GOOD, acceptance: "id,v" }).recorded, 1);
  assertEquals(filesIn(db), [["a.csv", 1, "rejected", null], ["a.csv", 2, "published", null]]);
});
