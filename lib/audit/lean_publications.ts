import type { Database } from "../db/mod.ts";
import type { Publication, PublicationRow } from "./publications.ts";
import type { StreamKey } from "./streams.ts";

// Of a run of 100,000 files each row and each text is there as often: here no more of them is read than is needed.

/** What a manifest says of a data file. */
export type DataFile = Pick<Publication, "kind" | "path" | "rows" | "bytes" | "sha256">;

/** Its columns, none of them left out. */
const OF_DATA: Readonly<Record<keyof DataFile, true>> = {
  ...{ kind: true, path: true, rows: true, bytes: true, sha256: true },
};

/** Returns the files of a vendor that a run has published, in order. */
export function publishedDataOf(db: Database, key: StreamKey): DataFile[] {
  return db.all<DataFile>(
    `SELECT ${Object.keys(OF_DATA).join()} FROM publications
     WHERE run_id = ? AND source = ? AND stream = ? AND kind = 'file' AND status = 'published'
     ORDER BY publication_id`,
    [key.run_id, key.source, key.stream],
  );
}

/** A publication of an intent, without its content. */
export type IntendedFile = Omit<PublicationRow, "content"> & {
  /** Whether the database has its content; then {@linkcode heldBytes} returns it. */
  readonly is_held: 0 | 1;
};

/** Its columns, none of them left out. */
const INTENDED: Readonly<Record<Exclude<keyof IntendedFile, "is_held">, true>> = {
  ...{ publication_id: true, intent_id: true, run_id: true, source: true, stream: true },
  ...{ kind: true, path: true, staged: true, bytes: true, rows: true, sha256: true },
  ...{ status: true, mtime_ms: true },
};

/** Returns the publications of an intent as `publicationsOfIntent()` does: a manifest may have 50 MB. */
export function intendedFiles(db: Database, intentId: number): IntendedFile[] {
  return db.all<IntendedFile>(
    `SELECT ${Object.keys(INTENDED).join()}, content IS NOT NULL AS is_held FROM publications
     WHERE intent_id = ? ORDER BY publication_id`,
    [intentId],
  );
}

/** Returns the content of a file that the database has, as the bytes that the file gets. */
export function heldBytes(db: Database, publicationId: number): Uint8Array {
  // SQLite keeps it in UTF-8: as a text of JavaScript it would be in memory twice.
  const sql = "SELECT CAST(content AS BLOB) AS content FROM publications WHERE publication_id = ?";
  return db.get<{ content: Uint8Array | null }>(sql, [publicationId])?.content ?? new Uint8Array();
}
