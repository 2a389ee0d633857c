import { insertRun, openAudit } from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import { DatabaseError } from "../../errors/mod.ts";
import type { FilesResult } from "../files/files_result.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { recordFile } from "./record_intake.ts";

/** Step 2: all or nothing, whether a statement fails or the process dies. */
export function tellRollback(teller: Teller, work: WorkFolders, { files }: FilesResult): void {
  teller.step(
    "A transaction: all of it, or none",
    "First a batch whose last row repeats the first; then a file and its rejected lines, with the process stopped at each side of the commit:",
  );
  const file = files.find((one) => one.rejects.length > 0);
  if (file === undefined) throw new TypeError("Cannot show a rollback: no file has rejected lines");
  let stopAt = "";
  using db = openAudit(work.path(3, "rollback.db"), {
    crashPoint: (name) => {
      if (name === stopAt) throw new Error(`stopped at ${name}`);
    },
  });
  insertRun(db, { run_id: "r1", pipeline: "workbook", config_identity: "", started_at: "" });
  const rows: string[][] = [];
  const attempt = (what: string, act: () => void) => {
    const error = outcomeOf(act);
    const state = rowsIn(db);
    rows.push([what, error, state]);
    return { error, state };
  };
  const batch = attempt("a batch of 4 files, the last a repeat", () => {
    db.transaction("batch", () => {
      for (const path of ["a", "b", "c", "a"]) recordInside(db, path);
    });
  });
  stopAt = "file:before-commit";
  const before = attempt("stopped just before the commit", () => recordFile(db, file, "r1"));
  stopAt = "file:after-commit";
  const after = attempt("stopped just after the commit", () => recordFile(db, file, "r1"));
  stopAt = "";
  teller.table(
    [{ title: "what happened" }, { title: "error" }, { title: "in the database then" }],
    rows,
  );
  teller.judge(
    "There is no moment at which a file is recorded without its rejected lines, so nothing needs to be repaired by hand after a crash.",
  );
  teller.prove(
    "a failing batch leaves nothing behind",
    batch.state === "files: 0, rejects: 0" && batch.error === "database-constraint",
    "3 good rows went with the bad one",
  );
  teller.prove(
    "a stop before the commit keeps nothing, one after it keeps all",
    before.state === batch.state && after.state === `files: 1, rejects: ${file.rejects.length}`,
    after.state,
  );
}

function recordInside(db: Database, path: string): void {
  db.run(
    `INSERT INTO files (source, stream, path, sha256, version, bytes, mtime_ms, verdict, run_id, read, written, rejected)
     VALUES ('workbook', 'batch', ?, '', 1, 0, 0, 'published', 'r1', 0, 0, 0)`,
    [path],
  );
}

function outcomeOf(act: () => void): string {
  try {
    act();
    return "none";
  } catch (error) {
    if (error instanceof DatabaseError) return error.code;
    return error instanceof Error ? error.message : String(error);
  }
}

function rowsIn(db: Database): string {
  const count = (table: string) => db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n;
  return `files: ${count("files")}, rejects: ${count("rejects")}`;
}
