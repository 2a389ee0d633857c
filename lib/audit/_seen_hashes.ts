import type { Database } from "../db/mod.ts";
import { Fingerprints } from "./_fingerprints.ts";
import type { StreamName } from "./stream_state.ts";

/** Questions that a few new files ask of the database itself. */
const FEW = 256;
/** Hashes that are read in the time that one question takes. */
const HASHES_A_QUESTION = 32;

/** Hashes that are read at once. */
const A_PAGE = 1_024;

/** Contents of the files that a stream has ever had. */
export function seenContents(db: Database, name: StreamName): SeenHashes {
  return new SeenHashes(db, name, { index: "files INDEXED BY files_by_content" });
}

/** Bytes that a stream has ever published as files. */
export function seenOutputs(db: Database, name: StreamName): SeenHashes {
  const index = "publications INDEXED BY publications_by_content";
  return new SeenHashes(db, name, { index, only: "AND kind = 'file'" });
}

/**
 * Hashes that a stream has seen. Most files of a run that has thousands of new ones hold what was never seen, and the two
 * questions of each took a third of the time that gzip takes for 10 kB: once there were many, all hashes are read, and only
 * those that may be among them are asked for.
 */
export class SeenHashes {
  readonly #db: Database;
  readonly #name: StreamName;
  readonly #isKnown: string;
  readonly #after: string;
  #asked = 0;
  #readAt = FEW;
  #seen: Fingerprints | undefined;

  /** Takes the hashes of an index that ends in them, of all of its rows or of some. */
  constructor(
    db: Database,
    name: StreamName,
    { index, only = "" }: { readonly index: string; readonly only?: string },
  ) {
    this.#db = db;
    this.#name = name;
    const from = `FROM ${index} WHERE source = ? AND stream = ? ${only}`;
    this.#isKnown = `SELECT 1 ${from} AND sha256 = ? LIMIT 1`;
    this.#after = `SELECT sha256 ${from} AND sha256 > ? ORDER BY sha256 LIMIT ${A_PAGE}`;
  }

  /** Says whether a hash was seen. */
  has(sha256: string): boolean {
    if (this.#seen === undefined && ++this.#asked === this.#readAt) this.#read();
    if (this.#seen?.mayHave(sha256) === false) return false;
    const { source, stream } = this.#name;
    return this.#db.get(this.#isKnown, [source, stream, sha256]) !== undefined;
  }

  /** Adds a hash that the database gets now. */
  add(sha256: string): void {
    this.#seen?.add(sha256);
  }

  /** Reads them all, unless they are more than the questions so far are worth. */
  #read(): void {
    const seen = new Fingerprints();
    let count = 0;
    for (let last = ""; count <= this.#asked * HASHES_A_QUESTION;) {
      const { source, stream } = this.#name;
      const rows = this.#db.all<{ sha256: string }>(this.#after, [source, stream, last]);
      for (const { sha256 } of rows) seen.add(last = sha256);
      count += rows.length;
      if (rows.length < A_PAGE) {
        this.#seen = seen;
        return;
      }
    }
    this.#readAt *= 2;
  }
}
