import type { Database } from "../db/mod.ts";
import type { StreamKey } from "./streams.ts";

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

/** One file that is to stand, or stands, in the lake. */
export type Publication = StreamKey & {
  readonly kind: PublicationKind;
  /** Where it goes, relative to the lake. */
  readonly path: string;
  /** Where its bytes wait, relative to the lake; null where `content` holds them. */
  readonly staged: string | null;
  /** The text of a small file. */
  readonly content: string | null;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
};

/** A publication as the ledger has it. */
export type PublicationRow = Publication & {
  readonly publication_id: number;
  readonly status: "intended" | "published";
};

/** Records what is about to be published; call it in the transaction of the intent. */
export function insertPublications(db: Database, publications: readonly Publication[]): void {
  db.insertMany(
    "publications",
    [
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
    publications.map((p) => [
      p.run_id,
      p.source,
      p.stream,
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

/** Returns everything that is intended and not confirmed, in the order of the intents. */
export function openPublications(db: Database): PublicationRow[] {
  return db.all<PublicationRow>(
    "SELECT * FROM publications WHERE status = 'intended' ORDER BY publication_id",
  );
}

/** Returns what a run published or intends to publish, in order. */
export function publicationsOf(db: Database, key: StreamKey): PublicationRow[] {
  return db.all<PublicationRow>(
    `SELECT * FROM publications WHERE run_id = ? AND source = ? AND stream = ?
     ORDER BY publication_id`,
    [key.run_id, key.source, key.stream],
  );
}

/** Confirms a publication. */
export function confirmPublication(db: Database, publicationId: number): void {
  db.run("UPDATE publications SET status = 'published' WHERE publication_id = ?", [publicationId]);
}
