import type { Database } from "../db/mod.ts";
import { readJson } from "./read_json.ts";
import type { StreamStateRow } from "./stream_state.ts";
import type { StreamKey, StreamVerdict } from "./streams.ts";

/** What a published file is; `current` is the pointer to the newest manifest. */
export const PUBLICATION_KINDS = [
  "part",
  "file",
  "rejects",
  "marker",
  "manifest",
  "current",
] as const;

/** A kind of published file. */
export type PublicationKind = (typeof PUBLICATION_KINDS)[number];

/** One file that is to be, or is, in the lake. */
export type Publication = StreamKey & {
  readonly kind: PublicationKind;
  /** Where it goes, relative to the lake. */
  readonly path: string;
  /** Where its bytes wait, relative to the lake; null if `content` holds them. */
  readonly staged: string | null;
  /** The text of a small file. */
  readonly content: string | null;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
};

/** A publication as the database has it. */
export type PublicationRow = Publication & {
  readonly publication_id: number;
  readonly intent_id: number | null;
  /** `retracted` if readers do not see it any more; `removing` and then `removed` once it is too old to be kept. */
  readonly status: "intended" | "published" | "retracted" | "removing" | "removed";
  /** When it was written, ms since 1970; null if it is not published, or by an older version. */
  readonly mtime_ms: number | null;
};

/** Files that become visible together, and the stream's state once they are. */
export interface Intent extends StreamKey {
  /** Identifies it. */
  readonly intent_id: number;
  /** `null` if the state stays as it is. */
  readonly state: StreamStateRow | null;
  /** `null` if the stream does not end with it. */
  readonly verdict: StreamVerdict | null;
}

/** What is true once an intent is confirmed. */
export interface IntentResult {
  /** The stream's new state. @default {as it is} */
  readonly state?: StreamStateRow | undefined;
  /** The verdict with which the stream ends. @default {it does not end} */
  readonly verdict?: StreamVerdict | undefined;
}

/** Records what is about to be published, and what is true afterwards; call it in a transaction. */
export function insertIntent(
  db: Database,
  key: StreamKey,
  intent: IntentResult & { readonly publications: readonly Publication[] },
): void {
  const { run_id, source, stream } = key;
  const json = (value: unknown) => value === undefined ? null : JSON.stringify(value);
  const { lastInsertRowid } = db.run(
    `INSERT INTO intents (run_id, source, stream, status, state, verdict)
     VALUES (?, ?, ?, 'open', ?, ?)`,
    [run_id, source, stream, json(intent.state), json(intent.verdict)],
  );
  db.insertMany(
    "publications",
    [
      "intent_id",
      "run_id",
      "source",
      "stream",
      "kind",
      "path",
      "staged",
      "content",
      "bytes",
      "rows",
      "sha256",
      "status",
    ],
    intent.publications.map((p) => [
      lastInsertRowid,
      run_id,
      source,
      stream,
      p.kind,
      p.path,
      p.staged,
      p.content,
      p.bytes,
      p.rows,
      p.sha256,
      "intended",
    ]),
  );
}

/** Records files that are in the lake already. */
export function insertPublished(
  db: Database,
  publications: readonly (Publication & { readonly mtime_ms: number | null })[],
): void {
  const columns = Object.keys(publications[0] ?? {}) as (keyof Publication)[];
  if (columns.length === 0) return;
  const rows = publications.map((row) => [...columns.map((name) => row[name]), "published"]);
  db.insertMany("publications", [...columns, "status"], rows);
}

/** Returns the intents that are neither confirmed nor lost, in their order; of one stream of a run if it is named. */
export function openIntents(db: Database, only?: StreamKey): Intent[] {
  type Stored = StreamKey & {
    readonly intent_id: number;
    readonly state: string | null;
    readonly verdict: string | null;
  };
  const rows = db.all<Stored>(
    `SELECT intent_id, run_id, source, stream, state, verdict FROM intents
     WHERE status = 'open' ORDER BY intent_id`,
  );
  return rows
    .filter((row) => only === undefined || isOf(row, only))
    .map((row) => ({
      ...row,
      state: row.state === null ? null : readJson(db, "intents", row.state),
      verdict: row.verdict === null ? null : readJson(db, "intents", row.verdict),
    }));
}

function isOf(row: StreamKey, key: StreamKey): boolean {
  return row.run_id === key.run_id && row.source === key.source && row.stream === key.stream;
}

/** Notes what became of an intent. */
export function closeIntent(db: Database, intentId: number, status: "confirmed" | "lost"): void {
  db.run("UPDATE intents SET status = ? WHERE intent_id = ?", [status, intentId]);
}

/** Returns the publications of an intent, in the order in which readers may see them. */
export function publicationsOfIntent(db: Database, intentId: number): PublicationRow[] {
  return db.all<PublicationRow>(
    "SELECT * FROM publications WHERE intent_id = ? ORDER BY publication_id",
    [intentId],
  );
}

/** Returns what a run published or intends to publish of a stream, in order. */
export function publicationsOf(db: Database, key: StreamKey): PublicationRow[] {
  return db.all<PublicationRow>(
    `SELECT * FROM publications WHERE run_id = ? AND source = ? AND stream = ?
     ORDER BY publication_id`,
    [key.run_id, key.source, key.stream],
  );
}

/** What a run has of a stream in the lake. */
export interface PublishedData {
  /** Data files that readers may see. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Records of all data files that are, or were, in the lake. */
  readonly rows: number;
}

/** Adds up what a run has published of a stream. */
export function publishedData(db: Database, key: StreamKey): PublishedData {
  return db.get<PublishedData>(
    `SELECT count(*) FILTER (WHERE status = 'published') AS files,
       coalesce(sum(bytes) FILTER (WHERE status = 'published'), 0) AS bytes,
       coalesce(sum(rows) FILTER (WHERE status <> 'intended'), 0) AS rows
     FROM publications
     WHERE run_id = ? AND source = ? AND stream = ? AND kind IN ('part', 'file')`,
    [key.run_id, key.source, key.stream],
  ) ?? { files: 0, bytes: 0, rows: 0 };
}

/** A published file as it should be in the lake. */
export type PublishedFile = Omit<PublicationRow, "content" | "staged" | "intent_id" | "status"> & {
  /** Whether the database has its content. */
  readonly is_held: 0 | 1;
};

/** Rows that {@linkcode publishedFiles} reads at once. */
const FILES_AT_ONCE = 500;

/** Yields everything that is in the lake by the database's word; the newest of each path. */
export function* publishedFiles(db: Database): Generator<PublishedFile> {
  // The ids of a million files fit in memory, what is known of them does not.
  const newest = Float64Array.from(
    db.all<{ id: number }>(
      `SELECT max(publication_id) AS id FROM publications WHERE status <> 'intended' GROUP BY path`,
    ),
    ({ id }) => id,
  ).sort();
  for (let at = 0; at < newest.length; at += FILES_AT_ONCE) {
    const ids = newest.subarray(at, at + FILES_AT_ONCE);
    yield* db.all<PublishedFile>(
      `SELECT publication_id, run_id, source, stream, kind, path, bytes, rows, sha256, mtime_ms,
         content IS NOT NULL AS is_held
       FROM publications WHERE publication_id IN (SELECT value FROM json_each(?))
         AND status = 'published' ORDER BY publication_id`,
      [JSON.stringify([...ids])],
    );
  }
}

/** Returns the content of a file that the database has. */
export function heldContent(db: Database, publicationId: number): string | null {
  const sql = "SELECT content FROM publications WHERE publication_id = ?";
  return db.get<{ content: string | null }>(sql, [publicationId])?.content ?? null;
}

/** Returns the published files of a stream that are of no manifest, by run: those of runs that were given up. */
export function withoutManifest(db: Database): StreamKey[] {
  return db.all<StreamKey>(
    // One pass over all: to look for the manifest of each file would take the square of their number.
    `SELECT run_id, source, stream FROM publications GROUP BY run_id, source, stream
     HAVING max(kind IN ('part', 'file') AND status = 'published') AND NOT max(kind = 'manifest')
     ORDER BY min(publication_id)`,
  );
}

/**
 * Confirms publications.
 *
 * @param confirmed The id of each, and the time of its file, ms since 1970.
 */
export function confirmPublications(
  db: Database,
  confirmed: readonly (readonly [publicationId: number, mtimeMs: number | null])[],
): void {
  db.run(
    `UPDATE publications SET status = 'published', mtime_ms = one.value ->> 1
     FROM json_each(?) AS one WHERE publication_id = one.value ->> 0`,
    [JSON.stringify(confirmed)],
  );
}

/** Notes that a publication is not in the lake any more, and that it was meant to go. */
export function removePublication(db: Database, publicationId: number): void {
  db.run("UPDATE publications SET status = 'removed' WHERE publication_id = ?", [publicationId]);
}

/** Notes when a published file was last seen to be what it should be. */
export function touchPublication(db: Database, publicationId: number, mtimeMs: number): void {
  db.run("UPDATE publications SET mtime_ms = ? WHERE publication_id = ?", [mtimeMs, publicationId]);
}

/** Returns the paths of all manifests that were ever decided on. */
export function knownManifests(db: Database): Set<string> {
  const rows = db.all<{ path: string }>("SELECT path FROM publications WHERE kind = 'manifest'");
  return new Set(rows.map(({ path }) => path));
}

/** Says whether a manifest has ever been published. */
export function hasPublished(db: Database): boolean {
  const sql = "SELECT 1 FROM publications WHERE kind = 'manifest' AND status = 'published' LIMIT 1";
  return db.get(sql) !== undefined;
}

/** A manifest that readers should use, or the pointer to the one that they should follow. */
export type PublishedManifest = StreamKey & {
  readonly kind: "manifest" | "current";
  /** For {@linkcode heldContent}: a run of 100,000 files has a manifest of 50 MB, and only one need be in memory. */
  readonly publication_id: number;
};

/** Returns a text that changes whenever {@linkcode publishedManifests} may. */
export function manifestState(db: Database): string {
  return db.all<{ publication_id: number; status: string }>(
    `SELECT publication_id, status FROM publications WHERE kind IN ('manifest', 'current')
     ORDER BY publication_id`,
  ).map(({ publication_id, status }) => `${publication_id} ${status}`).join();
}

/** Returns the manifests and pointers that are published, by stream and run; of a pointer the newest. */
export function publishedManifests(db: Database): PublishedManifest[] {
  return db.all<PublishedManifest>(
    `SELECT run_id, source, stream, kind, publication_id FROM publications AS p
     WHERE status = 'published' AND (kind = 'manifest' OR kind = 'current' AND NOT EXISTS (
       SELECT 1 FROM publications AS newer WHERE newer.path = p.path
         AND newer.status <> 'intended' AND newer.publication_id > p.publication_id))
     ORDER BY source, stream, run_id, publication_id`,
  );
}
