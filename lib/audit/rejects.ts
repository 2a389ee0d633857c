import type { Database } from "../db/mod.ts";
import type { Reject } from "../errors/mod.ts";
import type { StreamKey } from "./streams.ts";

/** How many rejects a stream has for one reason. */
export type RejectCount = {
  readonly source: string;
  readonly stream: string;
  readonly code: string;
  readonly count: number;
  /** Message of the first one. */
  readonly example: string;
  /** Where that is: its file, or the address of its page; `null` if neither is known. */
  readonly origin: string | null;
  /** Its line; `null` if it is in none. */
  readonly line: number | null;
};

/** What the database notes of a reject: all but its bytes, which are in the stream's quarantine file. */
export interface RejectEntry extends Omit<Reject, "raw"> {
  /** How many bytes it has. */
  readonly bytes: number;
  /** Columns of which privacy kept a hash, as JSON. @default none */
  readonly hashed?: string | undefined;
}

/** Returns what the database notes of a reject. */
export function rejectEntry({ code, message, place, raw }: Reject, hashed?: string): RejectEntry {
  return { code, message, place, bytes: raw.length, hashed };
}

/** Records rejects. */
export function insertRejects(db: Database, key: StreamKey, rejects: readonly RejectEntry[]): void {
  db.insertMany(
    "rejects",
    [
      "run_id",
      "source",
      "stream",
      "code",
      "message",
      "origin",
      "page",
      "line",
      "byte_offset",
      "bytes",
      "field",
      "hashed",
    ],
    rejects.map(({ code, message, place, bytes, hashed }) => [
      key.run_id,
      key.source,
      key.stream,
      code,
      message,
      place.source ?? null,
      place.page ?? null,
      place.line ?? null,
      place.byteOffset ?? null,
      bytes,
      place.field ?? null,
      hashed ?? null,
    ]),
  );
}

/** Counts a run's rejects per stream and code. */
export function countRejects(db: Database, runId: string): RejectCount[] {
  return db.all<RejectCount>(
    `SELECT g.source, g.stream, g.code, g.count, first.message AS example, first.origin, first.line
     FROM (SELECT source, stream, code, count(*) AS count, min(reject_id) AS first_id
           FROM rejects WHERE run_id = ? GROUP BY source, stream, code) AS g
     JOIN rejects AS first ON first.reject_id = g.first_id
     ORDER BY g.source, g.stream, g.count DESC, g.code`,
    [runId],
  );
}

/** Removes what was recorded of a stream's rejects in a run. */
export function removeRejects(db: Database, key: StreamKey): void {
  db.run("DELETE FROM rejects WHERE run_id = ? AND source = ? AND stream = ?", [
    key.run_id,
    key.source,
    key.stream,
  ]);
}

/** Removes what was recorded of the rejects of one file. */
export function removeRejectsOf(db: Database, key: StreamKey, origin: string): void {
  db.run("DELETE FROM rejects WHERE run_id = ? AND source = ? AND stream = ? AND origin = ?", [
    key.run_id,
    key.source,
    key.stream,
    origin,
  ]);
}
