import { openDatabase } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import { AUDIT, readVerdicts, takeFilesIn } from "../02_files/take_in.ts";

/** Its files are in their places by then, and the database does not know it yet. */
const IN_PLACE = "publish-confirm:before-commit";

/** Something that went wrong, and the rows that are there after it. */
export interface Setback {
  readonly what: string;
  readonly error: string;
  readonly rows: string;
}

/** Around the commit with which the pipeline records a file, its rejected lines and what it is about to publish. */
const POINTS = {
  before: "publish-intent:before-commit",
  after: "publish-intent:after-commit",
} as const;

/** Position in the sample folder, by its published and rejected files, of the one with ragged rows. */
const RAGGED = 6;

/** Stops where a power cut would hurt most; nothing of the run goes on after it. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Inserts a batch whose last row repeats the first, in one transaction. */
export function insertBrokenBatch(work: WorkFolders): Setback {
  using db = openDatabase(work.path(3, "batch.db"));
  db.exec("CREATE TABLE pages (token TEXT PRIMARY KEY) STRICT");
  let error = "none";
  try {
    db.transaction("batch", () => {
      for (const token of ["a", "b", "c", "a"]) db.run("INSERT INTO pages VALUES (?)", [token]);
    });
  } catch (cause) {
    if (!(cause instanceof DatabaseError)) throw cause;
    error = cause.code;
  }
  const count = db.get<{ n: number }>("SELECT count(*) AS n FROM pages")?.n;
  return { what: "4 rows, the last a repeat", error, rows: `pages: ${count}` };
}

/**
 * Stops the intake just before and just after it commits the file with ragged rows, and once more when that file is in its
 * place; then lets it finish.
 */
export async function stopAtCommit(work: WorkFolders): Promise<Setback[]> {
  const setbacks: Setback[] = [];
  const note = (what: string, error: string) => setbacks.push({ what, error, rows: rowsIn(work) });
  const { before, after } = POINTS;
  note("stopped just before the commit", await stopAt(work, before, RAGGED));
  // The next run goes on where that one stopped: the ragged file is its first.
  note("stopped just after the commit", await stopAt(work, after, 1));
  note("stopped with the file in its place", await stopAt(work, IN_PLACE, 1));
  await takeFilesIn(work, 3);
  note("run to the end", "none");
  return setbacks;
}

async function stopAt(work: WorkFolders, point: string, nth: number): Promise<string> {
  let passed = 0;
  try {
    await takeFilesIn(work, 3, {
      observe: (step) => {
        if (step.kind === "point" && step.name === point) passed++;
        if (passed >= nth) throw new Stopped(point);
      },
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return "stopped";
  }
  throw new Error(`Cannot stop at "${point}": the run did not come there`);
}

function rowsIn(work: WorkFolders): string {
  const { files, rejects } = readVerdicts(work, 3);
  return `files: ${files.length}, rejects: ${rejects.length}, confirmed: ${confirmedIn(work)}`;
}

/** Counts the files of the lake of which the database says that they are in their places. */
function confirmedIn(work: WorkFolders): number {
  using db = openDatabase(work.path(3, AUDIT), { readOnly: true });
  return db.get<{ n: number }>(
    "SELECT count(*) AS n FROM publications WHERE kind = 'file' AND status = 'published'",
  )?.n ?? 0;
}
