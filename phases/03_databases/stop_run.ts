import { openDatabase } from "../../lib/db/mod.ts";
import { DatabaseError } from "../../lib/errors/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import { AUDIT, readVerdicts, takeFilesIn } from "../02_files/take_in.ts";

/** Its files are in their places by then, and the database does not know it yet. */
const IN_PLACE = "publish-confirm:before-commit";

/** What the database holds after a stop. */
export interface Stop {
  /** Where it was. */
  readonly where: string;
  readonly files: number;
  readonly rejects: number;
  /** Files of which the database says that they are in their places. */
  readonly confirmed: number;
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

/** Inserts a batch whose last row repeats the first, in one transaction; returns its error, and the rows that are there. */
export function insertBrokenBatch(
  work: WorkFolders,
): { readonly error: string; readonly rows: number | undefined } {
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
  return { error, rows: db.get<{ n: number }>("SELECT count(*) AS n FROM pages")?.n };
}

/**
 * Stops the intake just before and just after it commits the file with ragged rows, and once more when that file is in its
 * place; then lets it finish.
 */
export async function stopAtCommit(work: WorkFolders): Promise<Stop[]> {
  const stops: Stop[] = [];
  const note = (where: string) => stops.push({ where, ...rowsIn(work) });
  await stopAt(work, POINTS.before, RAGGED);
  note("stopped just before the commit");
  // The next run goes on where that one stopped: the ragged file is its first.
  await stopAt(work, POINTS.after, 1);
  note("stopped just after the commit");
  await stopAt(work, IN_PLACE, 1);
  note("stopped with the file in its place");
  await takeFilesIn(work, 3);
  note("run to the end");
  return stops;
}

async function stopAt(work: WorkFolders, point: string, nth: number): Promise<void> {
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
    return;
  }
  throw new Error(`Cannot stop at "${point}": the run did not come there`);
}

function rowsIn(work: WorkFolders): Omit<Stop, "where"> {
  const { files, rejects } = readVerdicts(work, 3);
  return { files: files.length, rejects: rejects.length, confirmed: confirmedIn(work) };
}

/** Counts the files of the lake of which the database says that they are in their places. */
function confirmedIn(work: WorkFolders): number {
  using db = openDatabase(work.path(3, AUDIT), { readOnly: true });
  return db.get<{ n: number }>(
    "SELECT count(*) AS n FROM publications WHERE kind = 'file' AND status = 'published'",
  )?.n ?? 0;
}
