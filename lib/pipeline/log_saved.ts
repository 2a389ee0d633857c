import type { StreamRow } from "../audit/mod.ts";
import { flushLog, logEvent } from "../logging/mod.ts";

/** Returns the counts that the log has of a stream. */
export function loggedCounts(row: StreamRow) {
  const { pages, requests, bytes, read, written, rejected, duplicates, unchanged } = row;
  const { out_of_range, late, skipped_pages, files_published, files_rejected } = row;
  const { files_duplicate, files_unchanged, files_waiting, files_still_rejected } = row;
  return {
    ...{ pages, requests, bytes, read, written, rejected, duplicates, unchanged, out_of_range },
    ...{ late, skipped_pages, files_published, files_rejected, files_duplicate, files_unchanged },
    ...{ files_waiting, files_still_rejected },
  };
}

/**
 * Logs what the audit database is about to have of a stream, and writes the log's file. Called last in a transaction, so that
 * a kill leaves no count in the database whose lines are not in the log. The log may be this transaction ahead; the next
 * attempt begins each stream with another such line, which takes that back.
 */
export function logSaved(at: string, row: StreamRow): void {
  logEvent("stream-saved", { at, phase: row.phase, ...loggedCounts(row) });
  flushLog();
}
