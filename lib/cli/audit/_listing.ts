import { dirname, join } from "node:path";
import type { Database, Row } from "../../db/mod.ts";
import { DatabaseError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { jsonDocument, paragraph } from "../../terminal/mod.ts";
import type { Access } from "../access.ts";
import { type AnyCommand, type CommandContext, defineCommand } from "../command.ts";
import { checkReadable, stateOf } from "../inputs.ts";
import { limitOf, pathFrom } from "../words.ts";
import { load } from "../load.ts";
import { showRows } from "./_show_rows.ts";

/** Where an audit database is looked for, in this order, if none is named. */
const DEFAULT_PATHS = ["audit.db", "data/audit.db"];
/** How many rows are listed. */
export const DEFAULT_LIMIT = 20;

/** Which audit database is read. */
export const AUDIT_FLAG = {
  type: "string",
  short: "a",
  value: "FILE",
  meaning: "The audit database; it is only read",
  default: DEFAULT_PATHS.join(", else "),
} as const;

/** Where the logs of the runs are. */
export const LOGS_FLAG = {
  type: "string",
  value: "FOLDER",
  meaning: "The pipeline's log folder, which has its receipts, too",
  default: "logs, next to the audit database",
} as const;

const REJECTED_FLAG = { type: "boolean", meaning: "Only those that were rejected" } as const;

/** Returns the log folder that a command line means. */
export function logFolderOf(
  { audit, logs }: { readonly audit: string | undefined; readonly logs: string | undefined },
  cwd: string,
): string {
  return logs === undefined ? join(dirname(databaseOf(audit, cwd)), "logs") : pathFrom(cwd, logs);
}

/** One listing of the audit database. */
export interface Listing {
  /** Its table; what its rows are called, in JSON as well. */
  readonly table: string;
  /** Its columns, in SQL. */
  readonly columns: string;
  /** Columns that a narrow terminal does without, the first of them first; JSON has them all. */
  readonly optional: readonly string[];
  /** The order of its rows, in SQL. */
  readonly order: string;
  /** Which of its rows `--rejected` selects, in SQL. @default {all are; there is no such flag} */
  readonly rejected?: string;
  /** What is said of runs of a rebuilt database, whose lake does not know it. */
  readonly unknown: string;
  /** Whether only the newest run is listed if none is named. @default false */
  readonly newestRun?: boolean;
  /** One sentence. */
  readonly meaning: string;
  /** What `--run` does. */
  readonly run: string;
  readonly examples: Readonly<Record<string, string>>;
}

/** What a listing selects. */
export interface Selection {
  readonly rows: readonly Row[];
  /** How many there are without the limit. */
  readonly total: number;
  /** What is not known of the runs that it is about, as their database was rebuilt. */
  readonly unknown?: string | undefined;
}

interface ListingFlags {
  readonly audit: string | undefined;
  readonly run: string | undefined;
  readonly limit: number | undefined;
  readonly rejected: boolean;
  readonly json: boolean;
}

/** Makes the command of a listing: it reads one database and nothing else. */
export function listingCommand(listing: Listing): AnyCommand {
  return defineCommand({
    spec: {
      name: "",
      meaning: listing.meaning,
      flags: {
        audit: AUDIT_FLAG,
        run: { type: "string", short: "r", value: "RUN", meaning: listing.run },
        limit: {
          type: "number",
          short: "n",
          meaning: "Maximum number of rows, the newest first",
          default: String(DEFAULT_LIMIT),
        },
        ...(listing.rejected === undefined ? {} : { rejected: REJECTED_FLAG }),
        json: { type: "boolean", meaning: "Print one JSON document" },
      },
      examples: listing.examples,
    },
    access({ flags }, cwd): Access {
      limitOf(flags.limit ?? DEFAULT_LIMIT);
      return auditAccess(flags.audit, cwd);
    },
    async run({ flags }, context) {
      const path = databaseOf(flags.audit, context.cwd);
      const selection = await readListing(listing, path, {
        ...flags,
        rejected: Boolean(flags.rejected),
      });
      if (flags.json) {
        context.write(jsonDocument({
          audit: path,
          total: selection.total,
          [listing.table]: selection.rows,
        }));
      } else show(listing, selection, context);
      return EXIT_CODES.complete;
    },
  });
}

async function readListing(
  listing: Listing,
  path: string,
  flags: ListingFlags,
): Promise<Selection> {
  using db = await openNamed(path);
  const newest = newestRun(db);
  if (flags.run !== undefined) checkRun(db, flags.run);
  const run = flags.run ?? (listing.newestRun ? newest : null);
  const limit = limitOf(flags.limit ?? DEFAULT_LIMIT);
  return select(db, listing, { run, limit, rejected: flags.rejected });
}

/** Returns the id of the newest run. */
export function newestRun(db: Database): string | null {
  return db.get<{ run_id: string | null }>("SELECT max(run_id) AS run_id FROM runs")?.run_id ??
    null;
}

/** Selects what a listing has of one run, or of all. */
export function select(
  db: Database,
  listing: Listing,
  { run, limit, rejected = false }: {
    readonly run: string | null;
    readonly limit: number;
    readonly rejected?: boolean;
  },
): Selection {
  const only = rejected && listing.rejected !== undefined ? ` AND ${listing.rejected}` : "";
  const from = `FROM ${listing.table} WHERE (:run IS NULL OR run_id = :run)${only}`;
  const rows = db.all(
    `SELECT ${listing.columns} ${from} ORDER BY ${listing.order} LIMIT :limit`,
    { run, limit },
  );
  const rebuilt = db.get(
    "SELECT 1 FROM runs WHERE status = 'unknown' AND (:run IS NULL OR run_id = :run) LIMIT 1",
    { run },
  );
  return {
    rows,
    total: db.get<{ n: number }>(`SELECT count(*) AS n ${from}`, { run })?.n ?? 0,
    unknown: rebuilt && listing.unknown,
  };
}

/** What reading an audit database takes. */
export function auditAccess(audit: string | undefined, cwd: string): Access {
  databaseOf(audit, cwd);
  return { databases: candidates(audit, cwd) };
}

/** Opens an audit database to read it. */
export async function openNamed(path: string): Promise<Database> {
  const { openAudit } = await load("audit/mod.ts");
  try {
    return openAudit(path, { readOnly: true });
  } catch (error) {
    const isOfFolder = error instanceof DatabaseError && error.code === "database-io";
    if (!isOfFolder || !hasWal(path)) throw error;
    throw new DatabaseError(
      "database-io",
      `Cannot read audit database "${path}": a part of it is still in "${path}-wal", and SQLite ` +
        "needs a folder that it may write to read that; copy both files to one",
      { cause: error, context: error.context },
    );
  }
}

function hasWal(path: string): boolean {
  try {
    return Deno.statSync(`${path}-wal`).size > 0;
  } catch {
    return false; // Then it is something else.
  }
}

/** Refuses a run that is not in the database. */
export function checkRun(db: Database, run: string): void {
  if (db.get("SELECT 1 AS one FROM runs WHERE run_id = ?", [run]) !== undefined) return;
  const newest = newestRun(db);
  const hint = newest === null ? "none is recorded yet" : `the newest is ${newest}`;
  throw new UsageError("usage", `Cannot show run "${run}": there is no such run; ${hint}`, {
    context: { run_id: run },
  });
}

/** Writes a listing as a table. */
export function show(
  { table: noun, optional }: Pick<Listing, "table" | "optional">,
  { rows, total, unknown }: Selection,
  context: CommandContext,
  more = "--limit shows more",
): void {
  if (rows.length === 0) context.tell(`No ${noun} are recorded.\n`);
  else showRows(rows, optional, context);
  if (rows.length < total) context.tell(`${rows.length} of ${total} ${noun}; ${more}\n`);
  if (unknown !== undefined) context.tell(paragraph(unknown, context.width));
}

/** Returns where the database may be. */
export function candidates(audit: string | undefined, cwd: string): string[] {
  return (audit === undefined ? DEFAULT_PATHS : [audit]).map((path) => pathFrom(cwd, path));
}

/** Returns the database that is named or found; the first that is there must be one that can be read. */
export function databaseOf(audit: string | undefined, cwd: string): string {
  const paths = candidates(audit, cwd);
  const found = paths.find((path) => stateOf(path) !== undefined);
  if (found !== undefined) {
    // SQLite would only say that it is unable to open it.
    checkReadable(found, found);
    return found;
  }
  const named = paths.map((path) => `"${path}"`).join(" or ");
  throw new UsageError(
    "usage",
    `Cannot read audit database ${named}: there is no such file; ` +
      `a pipeline run makes one, --audit names another`,
    { context: { audit: paths[0] } },
  );
}
