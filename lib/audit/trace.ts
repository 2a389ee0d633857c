import type { Database, Row } from "../db/mod.ts";
import type { StreamKey } from "./streams.ts";

/** Everything that the database knows of one thing, by table. */
export interface Trace {
  /** The runs that it was part of. */
  readonly runs: readonly Row[];
  /** What those runs made of its streams. */
  readonly streams: readonly Row[];
  /** The pages that it came from. */
  readonly pages: readonly Row[];
  /** The files that it came from. */
  readonly files: readonly Row[];
  /** What of it was rejected. */
  readonly rejects: readonly Row[];
  /** The files of the lake that it became. */
  readonly publications: readonly Row[];
}

/** Rows of one table that are shown; what is more is for SQL. */
const MOST = 50;

const COLUMNS = {
  runs: "run_id, pipeline, status, attempts, started_at, ended_at, exit_code, backfill",
  streams:
    `run_id, source, stream, type, mode, outcome, read, written, rejected, duplicates, unchanged, out_of_range,
    stop_reason, error_code`,
  pages:
    "run_id, source, stream, number, url, request_id, status, attempts, bytes, records, sha256",
  files:
    `run_id, source, stream, path, version, verdict, bytes, sha256, read, written, rejected, target, duplicate_of,
    error_code, error_message`,
  rejects: "run_id, source, stream, code, origin, page, line, byte_offset, bytes, message",
  publications: "run_id, source, stream, kind, path, status, rows, bytes, sha256",
} as const satisfies Record<keyof Trace, string>;

/** A sha256, or enough of its beginning. */
const HASH = /^[0-9a-f]{8,64}$/;

/**
 * Finds everything that is known of a run, a request, a content, a file of a source or a file of the lake.
 *
 * @param id The run's or request's id, the beginning of a sha256 (8 digits or more), or a path: below the source's folder,
 * or in the lake.
 * @returns At most 50 rows of each table; all are empty if nothing has that id.
 */
export function traceId(db: Database, id: string): Trace {
  const hash = HASH.test(id) ? "(sha256 >= :id AND sha256 < :id || 'g')" : "sha256 = :id";
  const files = filesOf(db, id, hash);
  // A page names its last attempt; those before it have lower numbers.
  const request = id.replace(/-\d+$/, "-");
  const pages = rowsOf(
    db,
    "pages",
    `request_id = :id OR ${hash} OR request_id GLOB :request || '[0-9]*' AND attempts > 1`,
    { id, request: request === id ? "-" : request },
  );
  const rejects = rowsOf(db, "rejects", "origin = :id OR run_id = :id", { id });
  const published = rowsOf(
    db,
    "publications",
    `path = :id OR run_id = :id AND kind IN ('part', 'file', 'manifest') OR ${hash}`,
    { id },
  );
  const targets = files.flatMap(({ target }) => typeof target === "string" ? [target] : []);
  const publications = distinct([
    ...published,
    ...targets.flatMap((path) => rowsOf(db, "publications", "path = :path", { path })),
  ]);
  const sources = published.filter(({ kind }) => kind === "file")
    .flatMap(({ path }) => rowsOf(db, "files", "target = :path", { path: path ?? null }));
  // A part is made of the pages of its run; which of them a record is from, its order says.
  const parts = published.filter(({ kind, run_id }) => kind === "part" && run_id !== id);
  const pagesOfParts = parts.flatMap((part) => rowsOf(db, "pages", SAME_STREAM, keyOf(part)));
  const found = {
    pages: distinct([...pages, ...pagesOfParts]),
    files: distinct([...files, ...sources]),
  };
  const all = [...found.pages, ...found.files, ...rejects, ...publications];
  const keys = distinct(all.map(keyOf));
  const streams = [
    ...rowsOf(db, "streams", "run_id = :id", { id }),
    ...keys.flatMap((key) => rowsOf(db, "streams", SAME_STREAM, key)),
  ];
  const runIds = distinct([{ id }, ...keys.map(({ run_id }) => ({ id: run_id }))]);
  const runs = runIds.flatMap((one) => rowsOf(db, "runs", "run_id = :id", one));
  return { runs, streams: distinct(streams), ...found, rejects, publications };
}

/** Also a file by less or more of its path, if nothing has just this one. */
function filesOf(db: Database, id: string, hash: string): Row[] {
  const exact = rowsOf(db, "files", `path = :id OR target = :id OR run_id = :id OR ${hash}`, {
    id,
  });
  if (exact.length > 0 || hash.includes("<")) return exact;
  const ends =
    "substr(path, -length(:id) - 1) = '/' || :id OR substr(:id, -length(path) - 1) = '/' || path";
  return rowsOf(db, "files", ends, { id });
}

const SAME_STREAM = "run_id = :run_id AND source = :source AND stream = :stream";

function rowsOf(
  db: Database,
  table: keyof Trace,
  where: string,
  params: Readonly<Record<string, Row[string]>>,
): Row[] {
  return db.all(`SELECT ${COLUMNS[table]} FROM ${table} WHERE ${where} LIMIT ${MOST}`, params);
}

function keyOf(row: Row): StreamKey {
  return {
    run_id: String(row["run_id"]),
    source: String(row["source"]),
    stream: String(row["stream"]),
  };
}

function distinct<T extends object>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()].slice(0, MOST);
}
