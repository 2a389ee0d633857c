import type { Database } from "../db/mod.ts";
import type { KnownFile, KnownFiles } from "../files/mod.ts";
import { seenContents, seenOutputs } from "./_seen_hashes.ts";
import {
  type FileRow,
  type FilesAhead,
  type LatestFile,
  latestFile,
  latestFilesAfter,
  publishedByContent,
  publishedByOutput,
  publishedVersion,
  rejectedByContent,
} from "./files.ts";
import { hasSuperseded, heldVersion, isContinued, isSuperseded } from "./file_versions.ts";
import type { Publication } from "./publications.ts";
import type { StreamName } from "./stream_state.ts";
import type { StreamKey } from "./streams.ts";

/** Options of {@linkcode knownFiles}. */
export interface KnownFilesOptions {
  /** Whether a new version of a path hides the one before from readers. @default false */
  readonly replaces?: boolean;
}

/** What the database remembers of a stream's files, and whoever adds to it tells. */
export interface RememberedFiles extends KnownFiles {
  /** Hears of verdicts that the database gets, with what is published by them: in the same process they must be known at once. */
  add(file: Pick<FileRow, "sha256">, publications: readonly Publication[]): void;
}

/**
 * Returns what the database remembers of a stream's files, for `decideFile()` to decide by.
 *
 * @param key The stream, and the run that asks.
 */
export function knownFiles(
  db: Database,
  key: StreamKey,
  { replaces = false }: KnownFilesOptions = {},
): RememberedFiles {
  const name = { source: key.source, stream: key.stream };
  const known = (row: LatestFile | undefined) => row && knownFile(row, key);
  const latest = new LatestFiles(db, name);
  // Asked for once for each file that is unchanged.
  const mayBeLeft = replaces && hasSuperseded(db, name);
  const contents = seenContents(db, name);
  const outputs = seenOutputs(db, name);
  return {
    add(file, publications) {
      contents.add(file.sha256);
      for (const { kind, sha256 } of publications) if (kind === "file") outputs.add(sha256);
    },
    latest: (path) => known(latest.take(path)),
    held: (path) => known(heldVersion(db, name, path)),
    published: (path) => known(publishedVersion(db, name, path)),
    isLeft: (file) => {
      const version = { ...name, ...file };
      return mayBeLeft && (isSuperseded(db, version) || isContinued(db, version));
    },
    byOutput: (sha256) => {
      if (!outputs.has(sha256)) return undefined;
      return known(publishedByOutput(db, name, sha256, replaces));
    },
    byContent: (sha256) => {
      if (!contents.has(sha256)) return undefined;
      const row = publishedByContent(db, name, sha256, replaces);
      return known(row ?? rejectedByContent(db, name, sha256));
    },
  };
}

/** Returns a row as `decideFile()` needs it. */
export function knownFile(row: LatestFile, { run_id }: Pick<StreamKey, "run_id">): KnownFile {
  return {
    path: row.path,
    sha256: row.sha256,
    bytes: row.bytes,
    mtimeMs: row.mtime_ms,
    version: row.version,
    verdict: row.verdict,
    acceptance: row.acceptance,
    inode: row.inode,
    duplicateOf: row.duplicate_of_sha256 ?? undefined,
    sameRun: row.run_id === run_id,
  };
}

/** What UTF-16, by which a folder is listed, may put in another order than the UTF-8 of the database. */
const OUT_OF_ORDER = /[\ud800-\uffff]/;

/** Reads the newest versions of paths ahead: a folder is listed in the order of its paths, most of them known or most new. */
class LatestFiles {
  readonly #db: Database;
  readonly #name: StreamName;
  #ahead: FilesAhead = { latest: new Map(), until: "" };
  #last = "";

  constructor(db: Database, name: StreamName) {
    this.#db = db;
    this.#name = name;
  }

  /** Returns that of a path, which may change from then on. */
  take(path: string): LatestFile | undefined {
    const { latest, until } = this.#ahead;
    const isNext = path > this.#last;
    const ahead = latest.get(path);
    latest.delete(path);
    if (isNext) this.#last = path;
    if (ahead !== undefined) return ahead;
    const isBefore = until === undefined || path < until;
    if (isNext && isBefore && !OUT_OF_ORDER.test(path)) return undefined;
    const row = latestFile(this.#db, this.#name, path);
    if (isNext) this.#ahead = latestFilesAfter(this.#db, this.#name, path);
    return row;
  }
}
