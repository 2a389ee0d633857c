import type { Database } from "../../db/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { FilesResult } from "../files/files_result.ts";
import type { Teller } from "../teller.ts";
import { recordIntake } from "./record_intake.ts";

interface Recording {
  readonly files: FilesResult;
  readonly runId: string;
  readonly now: string;
}

const TABLES = ["runs", "streams", "files", "rejects"] as const;

/** Step 1: phase 2's verdicts, in transactions. */
export function tellRecording(teller: Teller, db: Database, recording: Recording): void {
  const pragma = (name: string) => Object.values(db.get(`PRAGMA ${name}`) ?? {})[0];
  teller.step(
    "One connection, one file, and a commit that means it",
    "The audit database is one SQLite file. A commit returns when it is on the disk (synchronous FULL), readers do not wait for the writer " +
      "(WAL), and the schema has a version that only grows.",
  );
  teller.output(
    `journal_mode=${pragma("journal_mode")}  synchronous=${pragma("synchronous")} (FULL)  ` +
      `foreign_keys=${pragma("foreign_keys")}  user_version=${pragma("user_version")}`,
  );
  const { recorded } = recordIntake(db, recording.files, recording);
  const counts = countRows(db);
  teller.table(
    [{ title: "table" }, { title: "rows", align: "right" }, { title: "what they say" }],
    [
      ["runs", String(counts.runs), `run ${recording.runId}, complete`],
      ["streams", String(counts.streams), "events and weather: read = written + rejected"],
      ["files", String(counts.files), "each file's sha256, verdict and place in the lake"],
      ["rejects", String(counts.rejects), "each rejected line: code, line, byte offset"],
    ],
  );
  const rejected = recording.files.files.reduce((sum, file) => sum + file.rejects.length, 0);
  const balance = db.get<{ read: number; kept: number }>(
    "SELECT sum(read) AS read, sum(written + rejected + duplicates) AS kept FROM streams",
  );
  teller.prove(
    "the audit database holds every verdict of phase 2",
    recorded === recording.files.files.length && counts.files === recorded &&
      counts.rejects === rejected,
    `${recorded} files, ${rejected} rejected lines`,
  );
  teller.prove(
    "in the audit database, read = written + rejected",
    balance !== undefined && balance.read === balance.kept,
    `${formatCount(balance?.read ?? 0)} = ${formatCount(balance?.kept ?? 0)}`,
  );
}

/** Step 5: the same again. */
export function tellRepeat(teller: Teller, db: Database, recording: Recording): void {
  teller.step(
    "Idempotent by state: the second time nothing happens",
    "The same intake again, with a new run id. It asks the database for each path and its sha256 before it writes:",
  );
  const before = countRows(db);
  const { recorded, unchanged } = recordIntake(db, recording.files, recording);
  const after = countRows(db);
  teller.table(
    [{ title: "" }, ...TABLES.map((title) => ({ title, align: "right" as const }))],
    [
      ["before", ...TABLES.map((table) => String(before[table]))],
      ["after", ...TABLES.map((table) => String(after[table]))],
    ],
  );
  teller.judge(
    "If you are not sure whether the job ran, run it again: that is what makes a night quiet.",
  );
  teller.prove(
    "a second intake records nothing",
    recorded === 0 && TABLES.every((table) => before[table] === after[table]),
    `${unchanged} files unchanged, ${recorded} recorded`,
  );
}

function countRows(db: Database): Record<(typeof TABLES)[number], number> {
  const count = (table: string) =>
    db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  return {
    runs: count("runs"),
    streams: count("streams"),
    files: count("files"),
    rejects: count("rejects"),
  };
}
