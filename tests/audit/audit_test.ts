import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  closeIntent,
  countRejects,
  endRun,
  type FileRow,
  getBoundary,
  getStream,
  getStreamState,
  insertBoundary,
  insertFile,
  insertIntent,
  insertRejects,
  insertRun,
  latestFile,
  newStreamRow,
  openAudit,
  openIntents,
  type PageEntry,
  publicationsOfIntent,
  publishedByContent,
  recentRuns,
  rejectedByContent,
  removeOldBoundaries,
  resumeRun,
  saveStream,
  saveStreamState,
  StreamPages,
  streamsOf,
  touchFile,
  unfinishedRuns,
} from "../../lib/audit/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";

const KEY = { run_id: "R1", source: "usgs", stream: "events" } as const;
const RUN = {
  run_id: "R1",
  pipeline: "p",
  config_identity: "c",
  started_at: "2026-11-21T00:00:00Z",
};

Deno.test("openAudit() has SQLite put nothing in the system's folder for temporary files", () => {
  using db = openAudit(":memory:");
  // 2 is memory; 0 is that folder.
  assertEquals(db.get<{ temp_store: number }>("PRAGMA temp_store")?.temp_store, 2);
});

Deno.test("insertRun() begins a run that endRun() ends and resumeRun() takes up again", () => {
  using db = openAudit(":memory:");
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
  using db = openAudit(":memory:");
  insertRun(db, RUN);
  const row = newStreamRow({ ...KEY, type: "api", mode: "incremental" });
  saveStream(db, row);
  saveStream(db, newStreamRow({ ...KEY, stream: "later", type: "api", mode: "snapshot" }));
  const change = {
    read: 5,
    checkpoint: {
      type: "records",
      position: { v: 1 },
      staged_bytes: 9,
      rejected_bytes: 0,
      validators: null,
    },
    verdict: {
      outcome: "partial",
      evidence: ["total"],
      contradictions: [{ code: "pages-skipped", message: "1 page was skipped" }],
      complete: false,
      followed: true,
      reasons: ["usgs.events: 1 page was skipped"],
    },
  } as const;
  saveStream(db, { ...row, ...change });
  assertEquals(getStream(db, KEY), { ...row, ...change });
  assertEquals(streamsOf(db, "R1").map(({ stream }) => stream), ["events", "later"]);
});

Deno.test("saveStream() refuses a stream when its run is unknown", () => {
  using db = openAudit(":memory:");
  const row = newStreamRow({ ...KEY, type: "api", mode: "incremental" });
  const error = assertThrows(() => saveStream(db, row), DatabaseError);
  assertEquals(error.code, "database-constraint");
});

Deno.test("getStreamState() is empty until saveStreamState() was called", () => {
  using db = openAudit(":memory:");
  const name = { source: "s", stream: "t" };
  assertEquals(getStreamState(db, name).watermark, null);
  const state = {
    ...name,
    watermark: "w",
    content_sha256: null,
    held_sha256: "h",
    validators: null,
    current_run_id: "R",
    current_complete: 1,
    previous_run_id: "Q",
    complete_rows: 7,
    boundary_run_id: "R",
    mode: "incremental" as const,
    follows: "field",
    next_seen: "cursor:next",
    known_to: null,
  };
  saveStreamState(db, state);
  assertEquals(getStreamState(db, name), state);
});

Deno.test("getBoundary() returns the boundary that the stream's state names, and no other", () => {
  using db = openAudit(":memory:");
  const boundary = (stream: string, boundary_run_id: string | null) =>
    [...getBoundary(db, { source: "s", stream, boundary_run_id })].sort();
  insertBoundary(db, { source: "s", stream: "a", run_id: "R1" }, ["1", "2"]);
  insertBoundary(db, { source: "s", stream: "b", run_id: "R1" }, ["9"]);
  insertBoundary(db, { source: "s", stream: "a", run_id: "R2" }, ["2", "3"]);
  assertEquals([boundary("a", null), boundary("a", "R1")], [[], ["1", "2"]]);
  removeOldBoundaries(db, { source: "s", stream: "a", run_id: "R2" });
  assertEquals([boundary("a", "R1"), boundary("a", "R2")], [[], ["2", "3"]]);
  assertEquals(boundary("b", "R1"), ["9"]);
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
    askedMs: 5,
    tookMs: 3,
    waitedMs: 1,
  };
}

Deno.test("StreamPages.hasToken() knows pages at any distance, committed or not", () => {
  using db = openAudit(":memory:");
  const pages = new StreamPages(db, KEY);
  for (const number of [1, 2, 3]) pages.add(page(number));
  assertEquals(
    pages.page(3),
    { number: 3, token: "t3", sha256: "h3" },
    "of a page nothing else stays",
  );
  pages.commit([page(1), page(2)]);
  assertEquals([1, 2, 3, 4].map((n) => pages.hasToken(`t${n}`)), [true, true, true, false]);
  assertEquals([1, 2, 3, 4].map((n) => pages.hasPage(`h${n}`)), [true, true, true, false]);
  // Without its index a page would be compared with all others: each would take longer than the one before.
  pages.committed([page(1), page(2)]);
  db.exec("DROP INDEX pages_by_content");
  assertThrows(() => pages.hasPage("h1"), DatabaseError, "pages_by_content");
});

Deno.test("StreamPages asks the database of no page that is new, and of each where memory has not all", () => {
  using db = openAudit(":memory:");
  const pages = new StreamPages(db, KEY);
  pages.add(page(1));
  pages.commit([page(1)]);
  pages.committed([page(1)]);
  const resumed = new StreamPages(db, KEY);
  const long = new StreamPages(db, { ...KEY, stream: "long" });
  long.add({ ...page(1), token: "t".repeat(2 ** 21) });
  db.exec("DROP INDEX pages_by_token");
  assertEquals(pages.hasToken("t2"), false);
  for (const asked of [pages, resumed, long]) {
    const token = asked === pages ? "t1" : "t2";
    assertThrows(() => asked.hasToken(token), DatabaseError, "pages_by_token");
  }
});

Deno.test("StreamPages.hasToken() forgets a page that was read ahead when the process dies", () => {
  using db = openAudit(":memory:");
  const before = new StreamPages(db, KEY);
  before.add(page(1));
  before.add(page(2));
  before.commit([page(1)]);
  const after = new StreamPages(db, KEY);
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
  inode: 5,
  acceptance: "{}",
  verdict: "published",
  duplicate_of: null,
  duplicate_of_sha256: null,
  grew_from: null,
  supersedes_path: null,
  supersedes_version: null,
  run_id: "R1",
  read: 1,
  written: 1,
  rejected: 0,
  target: "raw/a",
  error_code: null,
  error_message: null,
};

Deno.test("latestFile() returns the newest version of a path", () => {
  using db = openAudit(":memory:");
  insertFile(db, FILE);
  insertFile(db, { ...FILE, version: 2, sha256: "h2" });
  touchFile(db, { ...FILE, version: 2, mtime_ms: 9 });
  assertEquals(latestFile(db, FILE, "a.csv"), { ...FILE, version: 2, sha256: "h2", mtime_ms: 9 });
  assertEquals(latestFile(db, FILE, "b.csv"), undefined);
});

Deno.test("publishedByContent() and rejectedByContent() pass over files with another verdict", () => {
  using db = openAudit(":memory:");
  insertFile(db, { ...FILE, path: "copy.csv", verdict: "duplicate", duplicate_of: "a.csv" });
  assertEquals(publishedByContent(db, FILE, "h1"), undefined);
  assertEquals(rejectedByContent(db, FILE, "h1"), undefined);
  insertFile(db, { ...FILE, path: "bad.csv", verdict: "rejected" });
  assertEquals(publishedByContent(db, FILE, "h1"), undefined);
  insertFile(db, FILE);
  assertEquals(publishedByContent(db, FILE, "h1")?.path, "a.csv");
  assertEquals(rejectedByContent(db, FILE, "h1")?.path, "bad.csv");
});

Deno.test("countRejects() counts by code and shows the first message of each", () => {
  using db = openAudit(":memory:");
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

Deno.test("openIntents() gives back what was decided, in its order, until it is closed", () => {
  using db = openAudit(":memory:");
  insertRun(db, RUN);
  const part = {
    ...KEY,
    kind: "part",
    path: "raw/a",
    staged: "_tmp/a",
    content: null,
    bytes: 3,
    rows: 1,
    sha256: "h",
  } as const;
  const state = getStreamState(db, KEY);
  insertIntent(db, KEY, { publications: [part, { ...part, path: "raw/b" }], state });
  insertIntent(db, { ...KEY, stream: "later" }, { publications: [] });
  const [first, second] = openIntents(db);
  assertEquals([first?.state, first?.verdict, second?.state], [state, null, null]);
  assertEquals(
    publicationsOfIntent(db, first?.intent_id ?? 0).map(({ path, status }) => [path, status]),
    [["raw/a", "intended"], ["raw/b", "intended"]],
  );
  assertEquals(openIntents(db, KEY).length, 1);
  closeIntent(db, first?.intent_id ?? 0, "confirmed");
  assertEquals(openIntents(db).map(({ stream }) => stream), ["later"]);
});
