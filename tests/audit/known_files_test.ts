import { assertEquals } from "@std/assert";
import { hash } from "node:crypto";
import {
  type FileRow,
  filesWithTarget,
  insertFile,
  insertPublished,
  knownFiles,
  openAudit,
  type Publication,
  withoutManifest,
} from "../../lib/audit/mod.ts";
import type { Database } from "../../lib/db/mod.ts";
import { granted } from "../_granted.ts";

type Told = Pick<FileRow, "run_id" | "source" | "stream" | "path" | "version" | "sha256">;

/** A published file of which nothing else matters. */
function fileRow(told: Told & { readonly target?: string }): FileRow {
  return {
    ...{
      bytes: 1,
      mtime_ms: 0,
      verdict: "published",
      duplicate_of: null,
      duplicate_of_sha256: null,
    },
    ...{ read: 1, written: 1, rejected: 0, target: null, error_code: null, error_message: null },
    ...{ acceptance: "", inode: null, grew_from: null },
    ...{ supersedes_path: null, supersedes_version: null },
    ...told,
  };
}

Deno.test({
  name:
    "whether a file was seen is answered by an index that ends in its path or content, however many there are",
  ignore: !granted("read", "write"),
  fn() {
    using db = openAudit(":memory:");
    const plans: string[] = [];
    const explain = (sql: string, params: string[]) =>
      db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params).map(({ detail }) => detail);
    const watched = {
      get(sql: string, params: string[]) {
        plans.push(explain(sql, params)[0] ?? "");
        return sql.startsWith("SELECT 1") ? {} : undefined;
      },
      all: (sql: string, params: string[]) => (plans.push(explain(sql, params)[0] ?? ""), []),
    } as unknown as Database;
    const key = { run_id: "R", source: "s", stream: "t" };
    const known = knownFiles(watched, key);
    known.latest("a.csv");
    known.published("a.csv");
    known.byContent("0");
    filesWithTarget(watched, key);
    assertEquals(
      plans.map((plan) => /(\w+)[=>]\?\)$/.exec(plan)?.[1]),
      ["path", "path", "path", "sha256", "sha256", "sha256", "stream"],
    );
    assertEquals(/run_id=\?/.test(plans[6] ?? ""), true);
  },
});

Deno.test({
  name: "knownFiles() reads known paths ahead, and the newest version of each, in any order",
  ignore: !granted("read", "write"),
  fn() {
    using db = openAudit(":memory:");
    const key = { run_id: "R", source: "s", stream: "t" };
    const nameOf = (at: number) => `${String(at).padStart(4, "0")}.csv`;
    const note = (path: string, version: number) =>
      insertFile(db, fileRow({ ...key, path, version, sha256: `${path} ${version}` }));
    db.transaction("test", () => {
      for (let at = 0; at < 300; at++) {
        for (let version = 1; version <= 1 + at % 3; version++) note(nameOf(at), version);
      }
    });
    let queries = 0;
    const watched = {
      get: (sql: string, params: string[]) => (queries++, db.get(sql, params)),
      all: (sql: string, params: string[]) => (queries++, db.all(sql, params)),
    } as unknown as Database;
    const known = knownFiles(watched, key);
    const versions = (paths: readonly number[]) =>
      paths.map((at) => known.latest(nameOf(at))?.version);
    const all = Array.from({ length: 300 }, (_, at) => at);
    const expected = all.map((at) => 1 + at % 3);
    assertEquals(versions(all), expected);
    assertEquals(queries < 10, true, `${queries} queries`);
    assertEquals(versions(all.toReversed()), expected.toReversed());
    assertEquals(versions([0, 300, 1]), [1, undefined, 2]);
    // What was read ahead is asked for anew after it was given.
    note(nameOf(1), 3);
    assertEquals(versions([1]), [3]);
    // Between known paths, or after the last, none is asked for by itself.
    queries = 0;
    const again = knownFiles(watched, key);
    const found = all.map((at) => [again.latest(nameOf(at)), again.latest(`${nameOf(at)}x`)]);
    assertEquals(
      found.map(([one, other]) => [one?.version, other]).flat().filter(Boolean).length,
      300,
    );
    assertEquals(queries < 10, true, `${queries} queries`);
    // By UTF-16 the first of these comes first, by UTF-8 the second.
    const [first, second] = ["a\u{10000}.csv", "a\ue000.csv"];
    for (const path of [first, second]) note(path, 1);
    const mixed = knownFiles(db, key);
    assertEquals([mixed.latest(first)?.path, mixed.latest(second)?.path], [first, second]);
  },
});

Deno.test({
  name:
    "knownFiles() asks the database only for contents and outputs that may be known, and finds all of them",
  ignore: !granted("read", "write"),
  fn() {
    using db = openAudit(":memory:");
    const key = { run_id: "R", source: "s", stream: "t" };
    const sha256 = (at: number) => hash("sha256", String(at));
    const file = (at: number) =>
      fileRow({ ...key, path: `${at}.csv`, version: 1, sha256: sha256(at), target: `raw/${at}` });
    const output = (at: number): Publication & { mtime_ms: number } => ({
      ...{ ...key, kind: "file", path: `raw/${at}`, staged: null, content: null },
      ...{ bytes: 1, rows: 1, sha256: sha256(-at), mtime_ms: 0 },
    });
    const note = (from: number, to: number) => {
      const all = Array.from({ length: to - from }, (_, at) => from + at);
      db.transaction("test", () => {
        for (const at of all) insertFile(db, file(at));
        insertPublished(db, all.map(output));
      });
    };
    note(1, 2_000);
    let queries = 0;
    const watched = {
      get: (sql: string, params: string[]) => (queries++, db.get(sql, params)),
      all: (sql: string, params: string[]) => (queries++, db.all(sql, params)),
    } as unknown as Database;
    const known = knownFiles(watched, key);
    const found = (at: number) => [
      known.byContent(sha256(at))?.path,
      known.byOutput?.(sha256(-at))?.path,
    ];
    for (let at = 10_000; at < 11_000; at++) assertEquals(found(at), [undefined, undefined]);
    assertEquals(queries < 600, true, `${queries} queries`);
    for (let at = 1; at < 2_000; at++) assertEquals(found(at), [`${at}.csv`, `${at}.csv`]);
    // What the database gets meanwhile.
    note(5_000, 6_000);
    for (let at = 5_000; at < 6_000; at++) known.add(file(at), [output(at)]);
    for (let at = 5_000; at < 6_000; at++) assertEquals(found(at), [`${at}.csv`, `${at}.csv`]);
  },
});

Deno.test({
  name:
    "withoutManifest() goes over the publications once, and names each stream whose files have none",
  ignore: !granted("read", "write"),
  fn() {
    using db = openAudit(":memory:");
    const publish = (run_id: string, kinds: readonly ("file" | "manifest")[]) =>
      insertPublished(
        db,
        kinds.map((kind, at) => ({
          ...{ run_id, source: "s", stream: "t", kind, path: `${run_id}/${at}` },
          ...{ staged: null, content: null, bytes: 1, rows: 1, sha256: "0", mtime_ms: 0 },
        })),
      );
    publish("R2", ["file", "file"]);
    publish("R1", ["file", "manifest"]);
    publish("R0", ["file"]);
    assertEquals(withoutManifest(db).map(({ run_id }) => run_id), ["R2", "R0"]);
    let plan = "";
    const watched = {
      all: (sql: string) => (plan = JSON.stringify(db.all(`EXPLAIN QUERY PLAN ${sql}`)), []),
    } as unknown as Database;
    withoutManifest(watched);
    assertEquals(plan.match(/SCAN|CORRELATED/g), ["SCAN"]);
  },
});
