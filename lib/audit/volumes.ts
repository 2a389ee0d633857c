import type { Database } from "../db/mod.ts";
import type { StreamKey } from "./streams.ts";

/**
 * Returns how many records the last complete runs of a stream before one have brought, the newest first; backfills,
 * replays and answers that said that nothing has changed are none of them.
 */
export function volumesOf(
  db: Database,
  { run_id, source, stream }: StreamKey,
  most: number,
): number[] {
  return db.all<{ volume: number }>(
    `SELECT written + unchanged AS volume FROM streams AS s INDEXED BY streams_by_name JOIN runs AS r USING (run_id)
     WHERE s.source = ? AND s.stream = ? AND s.run_id < ? AND s.complete = 1 AND s.phase = 'ended'
       AND r.backfill IS NULL AND s.stop_reason IS NOT 'not-modified'
     ORDER BY s.run_id DESC LIMIT ?`,
    [source, stream, run_id, most],
  ).map(({ volume }) => volume);
}
