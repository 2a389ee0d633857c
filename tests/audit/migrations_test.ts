import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import {
  AUDIT_MIGRATIONS,
  getBoundary,
  getOwner,
  getStream,
  getStreamState,
  latestFile,
  openAudit,
  openIntents,
  publicationsOf,
  publicationsOfIntent,
  recentRuns,
  StreamPages,
  streamsOf,
  unfinishedRuns,
} from "../../lib/audit/mod.ts";
import { type Database, migrate, openDatabase, type SqlInput } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";

type Row = Readonly<Record<string, SqlInput>>;

function insert(db: Database, table: string, rows: readonly Row[]): void {
  db.insertMany(table, Object.keys(rows[0] ?? {}), rows.map((row) => Object.values(row)));
}

/** Runs a test on a database of an older version, brought up to date. */
function test(
  name: string,
  version: number,
  about: { readonly fill: (db: Database) => void; readonly check: (db: Database) => void },
): void {
  Deno.test({
    name,
    ignore: !granted("read", "write"),
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const path = join(folder, "audit.db");
      try {
        {
          using old = openDatabase(path);
          migrate(old, AUDIT_MIGRATIONS.slice(0, version));
          about.fill(old);
        }
        using db = openAudit(path);
        assertEquals(db.get("PRAGMA user_version"), { user_version: AUDIT_MIGRATIONS.length });
        assertEquals(db.get("PRAGMA integrity_check"), { integrity_check: "ok" });
        assertEquals(db.all("PRAGMA foreign_key_check"), []);
        about.check(db);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

const RUN = {
  run_id: "R1",
  pipeline: "p",
  config_sha256: "c",
  status: "suspended",
  attempts: 1,
  started_at: "2026-11-21T00:00:00Z",
} as const;

/** Of an API, in version 1. */
const PAGES = {
  run_id: "R1",
  source: "api",
  stream: "events",
  kind: "api",
  mode: "incremental",
  status: "complete",
  state: '{"number":8,"token":"p8"}',
  staged_bytes: 500,
  rejected_bytes: 40,
  pages: 7,
  requests: 9,
  bytes: 1000,
  read: 10,
  written: 6,
  quarantined: 1,
  duplicates: 3,
  files_quarantined: 0,
  files_duplicate: 0,
  files_known: 0,
  skipped_pages: 0,
  declared_total: 10,
  stop_reason: "total",
  proven: 1,
  watermark_from: "w1",
  watermark_to: "w2",
  validators: '{"etag":"\\"v1\\""}',
  error_code: null,
  error_message: null,
} as const;

const READER = { format: "csv", header: "true" } as const;
const SCHEMA = {
  type: "struct",
  fields: [{ name: "id", type: "string", nullable: true, metadata: {} }],
} as const;

/** Of a folder, in version 1. */
const FILES = {
  ...PAGES,
  kind: "files",
  state: JSON.stringify({ reader: READER, schema: SCHEMA }),
  staged_bytes: 0,
  rejected_bytes: 0,
  pages: 4,
  requests: 0,
  duplicates: 0,
  read: 7,
  files_quarantined: 1,
  files_duplicate: 1,
  files_known: 5,
  declared_total: null,
  stop_reason: "end-of-folder",
  watermark_from: null,
  watermark_to: null,
  validators: null,
} as const;

test("openAudit() brings a database from before backfills up to date and keeps its rows", 1, {
  fill: (db) => {
    insert(db, "runs", [RUN]);
    insert(db, "streams", [PAGES]);
  },
  check: (db) => {
    const { config_sha256: config_identity, ...run } = RUN;
    assertEquals(unfinishedRuns(db), [
      { ...run, config_identity, ended_at: null, exit_code: null, backfill: null },
    ]);
    const { read, out_of_range } = getStream(db, PAGES) ?? {};
    assertEquals([read, out_of_range], [10, 0]);
  },
});

/** What a stream was by its status, and what it is now. */
const STATUSES = [
  { status: "running", phase: "reading", outcome: null },
  { status: "staged", phase: "staged", outcome: null },
  { status: "complete", phase: "ended", outcome: "complete" },
  { status: "partial", phase: "ended", outcome: "partial" },
  { status: "suspended", phase: "reading", outcome: "suspended" },
  { status: "failed", phase: "reading", outcome: "failed" },
] as const;

const BROKEN = { error_code: "http-status", error_message: "Cannot fetch: status 503" } as const;

test("openAudit() splits every kind of stream in every status by meaning", 2, {
  fill: (db) => {
    insert(db, "runs", [{ ...RUN, backfill: "api.events=1..2" }]);
    for (const { status } of STATUSES) {
      const proven = Number(status === "complete");
      const error = status === "failed" ? BROKEN : {};
      const changed = { status, stream: status, proven, ...error };
      insert(db, "streams", [{ ...PAGES, ...changed, out_of_range: 2 }]);
      insert(db, "streams", [{ ...FILES, ...changed, source: "files", out_of_range: 0 }]);
      const logs = { source: "logs", kind: "logs", state: null, pages: 0, out_of_range: 0 };
      const none = { files_quarantined: 0, files_duplicate: 0 };
      insert(db, "streams", [{ ...FILES, ...changed, ...logs, ...none }]);
    }
    const pointer = { source: "api", stream: "complete", kind: "current", path: "x/_current" };
    insert(db, "publications", [{ ...PUBLICATION, ...pointer, content: "R1\n", staged: null }]);
  },
  check: (db) => {
    assertEquals(unfinishedRuns(db).map(({ backfill }) => backfill), ["api.events=1..2"]);
    const order = STATUSES.flatMap(({ status }) =>
      ["api", "files", "logs"].map((source) => `${source}.${status}`)
    );
    assertEquals(streamsOf(db, "R1").map(({ source, stream }) => `${source}.${stream}`), order);
    for (const { status, phase, outcome } of STATUSES) {
      const complete = status === "complete";
      const verdict = (evidence: string, followed: boolean) =>
        outcome === null ? null : {
          outcome,
          evidence: complete ? [evidence] : [],
          contradictions: [],
          complete,
          followed,
          reasons: [],
        };
      const key = { run_id: "R1", stream: status };
      const error = status === "failed" ? BROKEN : { error_code: null, error_message: null };
      const common = { ...key, mode: "incremental", phase, ...error } as const;
      assertEquals(getStream(db, { ...key, source: "api" }), {
        ...common,
        source: "api",
        type: "api",
        pages: 7,
        requests: 9,
        retries: 0,
        waited_ms: 0,
        bytes: 1000,
        read: 12,
        written: 6,
        rejected: 1,
        duplicates: 3,
        unchanged: 0,
        out_of_range: 2,
        late: 0,
        skipped_pages: 0,
        files_published: 0,
        files_rejected: 0,
        files_duplicate: 0,
        files_unchanged: 0,
        files_waiting: 0,
        files_still_rejected: 0,
        checkpoint: {
          type: "records",
          position: { number: 8, token: "p8" },
          staged_bytes: 500,
          rejected_bytes: 40,
          validators: { etag: '"v1"' },
        },
        watermark_from: "w1",
        watermark_to: "w2",
        declared_total: 10,
        stop_reason: "total",
        verdict: verdict("total", complete),
      });
      const folder = {
        ...common,
        pages: 0,
        requests: 0,
        retries: 0,
        waited_ms: 0,
        bytes: 1000,
        read: 7,
        written: 6,
        rejected: 1,
        duplicates: 0,
        unchanged: 0,
        out_of_range: 0,
        late: 0,
        skipped_pages: 0,
        files_unchanged: 5,
        files_waiting: 0,
        files_still_rejected: 0,
        watermark_from: null,
        watermark_to: null,
        declared_total: null,
        stop_reason: "end-of-folder",
        verdict: verdict("end-of-folder", false),
      };
      assertEquals(getStream(db, { ...key, source: "files" }), {
        ...folder,
        source: "files",
        type: "files",
        files_published: 2,
        files_rejected: 1,
        files_duplicate: 1,
        checkpoint: { type: "files", reader: READER, schema: SCHEMA },
      });
      assertEquals(getStream(db, { ...key, source: "logs" }), {
        ...folder,
        source: "logs",
        type: "logs",
        files_published: 0,
        files_rejected: 0,
        files_duplicate: 0,
        checkpoint: null,
      });
    }
  },
});

test("openAudit() calls no stream complete that skipped a page, and keeps an empty position", 2, {
  fill: (db) => {
    insert(db, "runs", [RUN]);
    const empty = { state: null, validators: null, skipped_pages: 1, status: "partial" };
    insert(db, "streams", [{ ...PAGES, ...empty, mode: "snapshot" }]);
  },
  check: (db) => {
    const { verdict, checkpoint, mode } = getStream(db, PAGES) ?? {};
    assertEquals([mode, verdict?.outcome, verdict?.complete], ["snapshot", "partial", false]);
    assertEquals(checkpoint, {
      type: "records",
      position: null,
      staged_bytes: 500,
      rejected_bytes: 40,
      validators: null,
    });
  },
});

/** In version 1. */
const PUBLICATION = {
  run_id: "R1",
  source: "api",
  stream: "events",
  kind: "part",
  path: "raw/api/events/dt=2026-11-21/part-0",
  staged: "_tmp/R1/api.events.parts/part-0",
  content: null,
  bytes: 30,
  rows: 3,
  sha256: "h",
  status: "published",
} as const;

const STATE = {
  source: "api",
  watermark: null,
  content_sha256: null,
  validators: null,
  current_run_id: "R1",
  current_proven: 1,
} as const;

test("openAudit() keeps what the next run of each stream must know", 2, {
  fill: (db) => {
    insert(db, "runs", [RUN]);
    const snapshot = { content_sha256: "c", validators: '{"etag":"v","request":"r"}' };
    insert(db, "stream_state", [
      { ...STATE, stream: "events", watermark: "w2" },
      { ...STATE, stream: "cities", ...snapshot },
      { ...STATE, stream: "towns", ...snapshot, current_proven: 0 },
    ]);
    insert(
      db,
      "boundary",
      ['[1,"a"]', '[2,"b"]'].map((record) => ({ source: "api", stream: "events", record })),
    );
    insert(db, "publications", [
      PUBLICATION,
      ...["cities", "towns"].flatMap((stream) =>
        [30, 12].map((rows, at) => ({
          ...PUBLICATION,
          stream,
          rows,
          path: `raw/api/${stream}/snapshot=R1/part-${at}`,
        }))
      ),
      { ...PUBLICATION, stream: "cities", run_id: "R0", path: "raw/api/cities/snapshot=R0/part-0" },
    ]);
  },
  check: (db) => {
    const added = {
      held_sha256: null,
      previous_run_id: null,
      complete_rows: null,
      follows: null,
      next_seen: null,
      known_to: null,
    };
    const { current_proven: _, ...state } = { ...STATE, ...added, boundary_run_id: "", mode: null };
    const snapshot = { content_sha256: "c", validators: '{"etag":"v","request":"r"}' };
    const events = getStreamState(db, { source: "api", stream: "events" });
    assertEquals(events, { ...state, stream: "events", watermark: "w2", current_complete: 1 });
    assertEquals([...getBoundary(db, events)].sort(), ['[1,"a"]', '[2,"b"]']);
    const cities = getStreamState(db, { source: "api", stream: "cities" });
    const whole = { stream: "cities", current_complete: 1, complete_rows: 42 };
    assertEquals(cities, { ...state, ...snapshot, ...whole });
    assertEquals([...getBoundary(db, cities)], []);
    const towns = getStreamState(db, { source: "api", stream: "towns" });
    assertEquals(towns, { ...state, ...snapshot, stream: "towns", current_complete: 0 });
  },
});

test(
  "openAudit() makes intents of what was intended, in its order, and leaves alone what is published",
  2,
  {
    fill: (db) => {
      insert(db, "runs", [RUN]);
      const open = { ...PUBLICATION, status: "intended" };
      const cities = { stream: "cities", path: "raw/api/cities/snapshot=R1/part-0" };
      const manifest = { kind: "manifest", staged: null, content: "{}", rows: 0 };
      insert(db, "publications", [
        PUBLICATION,
        { ...open, ...cities },
        { ...open, ...manifest, path: "raw/api/events/_manifests/R1.json" },
        { ...open, ...cities, ...manifest, path: "raw/api/cities/_manifests/R1.json" },
      ]);
    },
    check: (db) => {
      const intents = openIntents(db);
      assertEquals(
        intents.map(({ run_id, stream, state, verdict }) => [run_id, stream, state, verdict]),
        [["R1", "cities", null, null], ["R1", "events", null, null]],
      );
      assertEquals(
        intents.map(({ intent_id }) =>
          publicationsOfIntent(db, intent_id).map(({ path, status }) => [path, status])
        ),
        [
          [
            ["raw/api/cities/snapshot=R1/part-0", "intended"],
            ["raw/api/cities/_manifests/R1.json", "intended"],
          ],
          [["raw/api/events/_manifests/R1.json", "intended"]],
        ],
      );
      const [published, open] = publicationsOf(db, PAGES);
      const rest = { publication_id: 1, intent_id: null, mtime_ms: null };
      assertEquals(published, { ...PUBLICATION, ...rest });
      assertEquals([open?.content, open?.status], ["{}", "intended"]);
    },
  },
);

const FILE = {
  source: "files",
  stream: "drop",
  path: "good.csv",
  sha256: "h1",
  version: 2,
  bytes: 30,
  mtime_ms: 1700,
  verdict: "published",
  duplicate_of: null,
  run_id: "R1",
  read: 3,
  written: 2,
  quarantined: 1,
  target: "raw/files/drop/good",
  error_code: null,
  error_message: null,
} as const;

const ERROR = { error_code: "file-header", error_message: "expected id" } as const;

test("openAudit() keeps files, pages and rejects, and says rejected where it said quarantined", 2, {
  fill: (db) => {
    insert(db, "runs", [RUN]);
    insert(db, "files", [
      FILE,
      { ...FILE, path: "copy.csv", version: 1, verdict: "duplicate", duplicate_of: "good.csv" },
      { ...FILE, path: "bad.csv", version: 1, verdict: "quarantined", ...ERROR },
    ]);
    const { run_id, source, stream } = PAGES;
    const page = { url: "u", request_id: "q", status: 200, attempts: 2, bytes: 9, records: 3 };
    insert(db, "pages", [
      { run_id, source, stream, number: 1, token: "p1", sha256: "s1", ...page },
    ]);
    const place = { origin: "u", page: 1, line: null, byte_offset: 7, bytes: 4 };
    insert(db, "rejects", [
      { run_id, source, stream, code: "record-key-missing", message: "no id", ...place },
    ]);
  },
  check: (db) => {
    const { quarantined: rejected, ...file } = FILE;
    const now = {
      ...file,
      rejected,
      inode: null,
      acceptance: "",
      duplicate_of_sha256: null,
      grew_from: null,
      // Of versions that an older one took in, the one before of the same name.
      supersedes_path: null,
      supersedes_version: null,
    };
    assertEquals(latestFile(db, FILE, "good.csv"), now);
    const copy = {
      path: "copy.csv",
      version: 1,
      verdict: "duplicate",
      duplicate_of: "good.csv",
      duplicate_of_sha256: "h1",
    } as const;
    assertEquals(latestFile(db, FILE, "copy.csv"), { ...now, ...copy });
    const bad = { path: "bad.csv", version: 1, verdict: "rejected", ...ERROR } as const;
    assertEquals(latestFile(db, FILE, "bad.csv"), { ...now, ...bad });
    const pages = new StreamPages(db, PAGES);
    assertEquals([pages.hasToken("p1"), pages.hasPage("s1"), pages.hasToken("p2")], [
      true,
      true,
      false,
    ]);
    assertEquals(db.all("SELECT status, attempts, bytes, records FROM pages"), [
      { status: 200, attempts: 2, bytes: 9, records: 3 },
    ]);
    assertEquals(
      db.all("SELECT code, message, origin, page, line, byte_offset, bytes FROM rejects"),
      [
        {
          code: "record-key-missing",
          message: "no id",
          origin: "u",
          page: 1,
          line: null,
          byte_offset: 7,
          bytes: 4,
        },
      ],
    );
  },
});

test("openAudit() gives an older database an identity and no lake", 2, {
  fill: (db) => insert(db, "runs", [{ ...RUN, status: "complete", exit_code: 0 }]),
  check: (db) => {
    const { audit_id, lake_id } = getOwner(db);
    assertMatch(audit_id, /^[0-9a-f]{20}$/);
    assertEquals(lake_id, null);
    using other = openAudit(":memory:");
    assertNotEquals(getOwner(other).audit_id, audit_id);
    assertEquals(recentRuns(db, 9).map(({ status, exit_code }) => [status, exit_code]), [
      ["complete", 0],
    ]);
  },
});

Deno.test("a released step of the schema is never edited", () => {
  using db = openAudit(":memory:");
  const found = db.all<{ sha256: string }>("SELECT sha256 FROM migrations ORDER BY version");
  // A new step goes to the end when it is released.
  const released = [
    "cbe30ae3399144f3841025dd01dfb4cd33f9963e1e03d97f970589103bb3bf94",
    "d7e19e55dbb617561d049817a86d20e22d2dc5761cc554983b308157717490d2",
    "04f1799e5dc1df8b25543b3e60db56759e76a1852ff4f9962d373fe80458f7bc",
    "72b763f729249554790b89144c993693834710bc335db6b3dc992918f8a8a3af",
    "96fa501205289fb5c8bddd36364900afd24a9cb514893dba2e6ec7f4a6d46d2f",
    "d5f6674161b38f74f4ac562565c0dff98c924ffa5432c54f8d42ed4fb26abe29",
  ];
  assertEquals(found.slice(0, released.length).map(({ sha256 }) => sha256), released);
});

test("openAudit() knows what versions of one name superseded before content said it", 12, {
  fill: (db) => {
    const { quarantined: rejected, ...file } = FILE;
    const row = { ...file, rejected, acceptance: "" };
    const { config_sha256: config_identity, ...run } = RUN;
    insert(db, "runs", [{ ...run, config_identity }]);
    insert(db, "files", [
      { ...row, path: "a.csv", version: 1, sha256: "1" },
      { ...row, path: "a.csv", version: 2, sha256: "2", verdict: "rejected" },
      { ...row, path: "a.csv", version: 3, sha256: "3" },
      { ...row, path: "b.csv", version: 2, sha256: "4" },
    ]);
  },
  check: (db) => {
    const links = db.all<{ path: string }>(
      "SELECT path, version, supersedes_path, supersedes_version FROM files WHERE supersedes_path IS NOT NULL",
    );
    assertEquals<unknown>(links, [
      { path: "a.csv", version: 3, supersedes_path: "a.csv", supersedes_version: 1 },
    ]);
  },
});
