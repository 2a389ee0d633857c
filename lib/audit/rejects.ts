import type { Database } from "../db/mod.ts";
import type { Reject } from "../errors/mod.ts";
import type { StreamKey } from "./streams.ts";

/** How often a stream refused something for one reason. */
export type RejectCount = {
  readonly source: string;
  readonly stream: string;
  readonly code: string;
  readonly count: number;
  /** Message of the first one. */
  readonly example: string;
};

/** What the ledger notes of a refused piece: all but its bytes, which stand in the stream's quarantine file. */
export interface RejectEntry extends Omit<Reject, "raw"> {
  /** How many bytes it has. */
  readonly bytes: number;
}

/** Returns what the ledger notes of a refused piece. */
export function rejectEntry({ code, message, place, raw }: Reject): RejectEntry {
  return { code, message, place, bytes: raw.length };
}

/** Records refused pieces. */
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
    ],
    rejects.map(({ code, message, place, bytes }) => [
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
    ]),
  );
}

/** Counts a run's rejects per stream and code. */
export function countRejects(db: Database, runId: string): RejectCount[] {
  return db.all<RejectCount>(
    `SELECT g.source, g.stream, g.code, g.count, first.message AS example
     FROM (SELECT source, stream, code, count(*) AS count, min(reject_id) AS first_id
           FROM rejects WHERE run_id = ? GROUP BY source, stream, code) AS g
     JOIN rejects AS first ON first.reject_id = g.first_id
     ORDER BY g.source, g.stream, g.count DESC, g.code`,
    [runId],
  );
}
