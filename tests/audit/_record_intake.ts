import {
  endRun,
  insertFile,
  insertRejects,
  insertRun,
  newStreamRow,
  saveStream,
} from "../../lib/audit/mod.ts";
import type { Database } from "../../lib/db/mod.ts";
import type { RejectCode } from "../../lib/errors/mod.ts";

/** A published file of a run that a test makes up. */
export interface IntakeFile {
  readonly stream: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly read: number;
  readonly written: number;
  readonly rejects: readonly {
    readonly code: RejectCode;
    readonly message: string;
    readonly line: number;
    readonly byteOffset: number;
  }[];
}

/** Writes a complete run with its files straight into an audit database, so that there is something to list. */
export function recordIntake(
  db: Database,
  { files }: { readonly date: string; readonly files: readonly IntakeFile[] },
  { runId: run_id, now }: { readonly runId: string; readonly now: string },
): void {
  const source = "workbook";
  db.transaction("intake", () => {
    insertRun(db, { run_id, pipeline: source, config_identity: "", started_at: now });
    for (const { stream, path, sha256, bytes, read, written, rejects } of files) {
      insertFile(db, {
        ...{ run_id, source, stream, path, sha256, bytes, read, written },
        ...{ version: 1, mtime_ms: 0, inode: null, acceptance: "", verdict: "published" },
        ...{
          duplicate_of: null,
          duplicate_of_sha256: null,
          supersedes_path: null,
          supersedes_version: null,
          grew_from: null,
          target: null,
        },
        ...{ error_code: null, error_message: null },
        rejected: rejects.length,
      });
      const key = { run_id, source, stream };
      insertRejects(
        db,
        key,
        rejects.map(({ code, message, line, byteOffset }) => ({
          ...{ code, message, bytes: 1 },
          place: { source: path, line, byteOffset },
        })),
      );
      saveStream(db, {
        ...newStreamRow({ ...key, type: "files", mode: "incremental" }),
        ...{ phase: "ended", bytes, read, written, rejected: rejects.length, files_published: 1 },
        ...{ stop_reason: "end-of-folder" },
      });
    }
    endRun(db, { run_id, status: "complete", ended_at: now, exit_code: 0 });
  });
}
