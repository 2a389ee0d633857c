import {
  endRun,
  type FileRow,
  insertFile,
  insertRejects,
  insertRun,
  knownFiles,
  newStreamRow,
  saveStream,
  type StreamRow,
} from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import { type ContentDecision, decideContent } from "../../files/mod.ts";
import type { FilesResult, JudgedFile } from "../files/files_result.ts";

/** Name of the source in the audit database. */
export const WORKBOOK_SOURCE = "workbook";

/** What one intake wrote. */
export interface IntakeCounts {
  /** Files recorded. */
  readonly recorded: number;
  /** Files whose content has its verdict already. */
  readonly unchanged: number;
}

/** Options of {@linkcode recordIntake}. */
export interface RecordIntakeOptions {
  /** Id of the run that decided. */
  readonly runId: string;
  /** ISO time. */
  readonly now: string;
}

/**
 * Records what phase 2 decided, one transaction a file. What is new is decided as the pipeline decides it, by the audit
 * database and not by the caller's memory, so that running it twice records nothing twice.
 */
export function recordIntake(
  db: Database,
  { files }: FilesResult,
  { runId, now }: RecordIntakeOptions,
): IntakeCounts {
  if (files.every((file) => decide(db, file, runId).kind === "touched")) {
    return { recorded: 0, unchanged: files.length };
  }
  db.transaction("run", () => {
    insertRun(db, { run_id: runId, pipeline: "workbook", config_identity: "", started_at: now });
  });
  const recorded = files.flatMap((file) => recordFile(db, file, runId) ?? []);
  db.transaction("run-end", () => {
    for (const stream of new Set(files.map((file) => file.stream))) {
      const all = files.filter((file) => file.stream === stream).length;
      const own = recorded.filter((file) => file.stream === stream);
      saveStream(db, streamRow({ run_id: runId, source: WORKBOOK_SOURCE, stream }, own, all));
    }
    endRun(db, { run_id: runId, status: "complete", ended_at: now, exit_code: 0 });
  });
  return { recorded: recorded.length, unchanged: files.length - recorded.length };
}

/**
 * Records one file and its rejected lines: both or neither.
 *
 * @returns What was recorded; `undefined` if the content has its verdict already.
 */
export function recordFile(db: Database, file: JudgedFile, runId: string): JudgedFile | undefined {
  return db.transaction("file", () => {
    const decision = decide(db, file, runId);
    if (decision.kind === "touched") return undefined;
    const recorded = decision.kind === "duplicate" ? asDuplicate(file, decision.of.path) : file;
    insertFile(db, fileRow(recorded, { runId, version: decision.version }));
    insertRejects(
      db,
      { run_id: runId, source: WORKBOOK_SOURCE, stream: file.stream },
      recorded.rejects.map(({ code, message, line, byteOffset, raw }) => ({
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
    return recorded;
  });
}

function decide(db: Database, file: JudgedFile, runId: string): ContentDecision {
  const { stream, path, sha256, bytes: size, acceptance } = file;
  const known = knownFiles(db, { run_id: runId, source: WORKBOOK_SOURCE, stream });
  return decideContent(path, { sha256, size }, { known, acceptance });
}

/** Another path holds the content already, so nothing of this one counts. */
function asDuplicate(file: JudgedFile, duplicateOf: string): JudgedFile {
  const nothing = { read: 0, written: 0, rejects: [], targets: [] };
  return { ...file, ...nothing, verdict: "duplicate", duplicateOf };
}

function fileRow(
  file: JudgedFile,
  { runId, version }: { readonly runId: string; readonly version: number },
): FileRow {
  return {
    source: WORKBOOK_SOURCE,
    stream: file.stream,
    path: file.path,
    sha256: file.sha256,
    version,
    bytes: file.bytes,
    mtime_ms: file.mtimeMs,
    inode: file.inode,
    acceptance: file.acceptance,
    verdict: file.verdict,
    duplicate_of: file.duplicateOf,
    run_id: runId,
    read: file.read,
    written: file.written,
    rejected: file.rejects.length,
    target: file.targets[0] ?? null,
    error_code: file.errorCode,
    error_message: file.errorMessage,
  };
}

function streamRow(
  key: { readonly run_id: string; readonly source: string; readonly stream: string },
  files: readonly JudgedFile[],
  all: number,
): StreamRow {
  const sum = (pick: (file: JudgedFile) => number) =>
    files.reduce((total, file) => total + pick(file), 0);
  const count = (verdict: JudgedFile["verdict"]) => sum((file) => Number(file.verdict === verdict));
  return {
    ...newStreamRow({ ...key, type: "files", mode: "incremental" }),
    phase: "ended",
    bytes: sum((file) => file.bytes),
    read: sum((file) => file.read),
    written: sum((file) => file.written),
    rejected: sum((file) => file.rejects.length),
    files_published: count("published"),
    files_rejected: count("rejected"),
    files_duplicate: count("duplicate"),
    files_unchanged: all - files.length,
    stop_reason: "end-of-folder",
    verdict: {
      outcome: "complete",
      evidence: ["end-of-folder"],
      contradictions: [],
      complete: true,
      followed: true,
      reasons: [],
    },
  };
}
