import {
  endRun,
  type FileRow,
  insertFile,
  insertRejects,
  insertRun,
  latestFile,
  newStreamRow,
  saveStream,
} from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import type { FilesResult, JudgedFile } from "../files/files_result.ts";

/** Name of the source in the ledger. */
export const WORKBOOK_SOURCE = "workbook";

/** What one take-in wrote. */
export interface IntakeCounts {
  /** Files recorded. */
  readonly recorded: number;
  /** Files that the ledger knew already. */
  readonly known: number;
}

/**
 * Records what phase 2 decided, one transaction a file, and leaves out what the ledger knows: the state decides, not
 * the caller's memory, so that running it twice records nothing twice.
 *
 * @param runId Id of the run that decided.
 * @param now ISO time.
 */
export function recordIntake(
  db: Database,
  { files }: FilesResult,
  { runId, now }: { readonly runId: string; readonly now: string },
): IntakeCounts {
  const unknown = files.filter((file) => !isKnown(db, file));
  const counts = { recorded: unknown.length, known: files.length - unknown.length };
  if (unknown.length === 0) return counts;
  db.transaction("run", () => {
    insertRun(db, { run_id: runId, pipeline: "workbook", config_sha256: "", started_at: now });
    for (const stream of new Set(unknown.map((file) => file.stream))) {
      saveStream(db, streamRow(runId, stream, unknown));
    }
  });
  for (const file of unknown) recordFile(db, file, runId);
  db.transaction("run-end", () => {
    endRun(db, { run_id: runId, status: "complete", ended_at: now, exit_code: 0 });
  });
  return counts;
}

/** One file and its refused lines: both or neither. */
export function recordFile(db: Database, file: JudgedFile, runId: string): void {
  const key = { run_id: runId, source: WORKBOOK_SOURCE, stream: file.stream };
  db.transaction("file", () => {
    insertFile(db, fileRow(file, runId));
    insertRejects(
      db,
      key,
      file.refused.map(({ code, message, line, byteOffset, raw }) => ({
        code,
        message,
        place: {
          source: file.path,
          ...(line === undefined ? {} : { line }),
          ...(byteOffset === undefined ? {} : { byteOffset }),
        },
        bytes: new TextEncoder().encode(raw).length,
      })),
    );
  });
}

function isKnown(db: Database, file: JudgedFile): boolean {
  const name = { source: WORKBOOK_SOURCE, stream: file.stream };
  return latestFile(db, name, file.path)?.sha256 === file.sha256;
}

function fileRow(file: JudgedFile, runId: string): FileRow {
  return {
    source: WORKBOOK_SOURCE,
    stream: file.stream,
    path: file.path,
    sha256: file.sha256,
    version: 1,
    bytes: file.bytes,
    mtime_ms: file.mtimeMs,
    verdict: file.verdict,
    duplicate_of: file.duplicateOf,
    run_id: runId,
    read: file.read,
    written: file.written,
    quarantined: file.refused.length,
    target: file.targets[0] ?? null,
    error_code: file.errorCode,
    error_message: file.errorMessage,
  };
}

function streamRow(runId: string, stream: string, files: readonly JudgedFile[]) {
  const own = files.filter((file) => file.stream === stream);
  const sum = (pick: (file: JudgedFile) => number) =>
    own.reduce((total, file) => total + pick(file), 0);
  const key = { run_id: runId, source: WORKBOOK_SOURCE, stream };
  return {
    ...newStreamRow({ ...key, kind: "files", mode: "incremental" }),
    status: "complete" as const,
    pages: own.length,
    bytes: sum((file) => file.bytes),
    read: sum((file) => file.read),
    written: sum((file) => file.written),
    quarantined: sum((file) => file.refused.length),
    files_quarantined: own.filter((file) => file.verdict === "quarantined").length,
    files_duplicate: own.filter((file) => file.verdict === "duplicate").length,
    stop_reason: "end-of-folder",
    proven: 1,
  };
}
