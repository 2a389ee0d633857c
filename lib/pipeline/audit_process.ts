/**
 * Looks at an audit database and its lake for the launcher, which opens neither. It gets an {@linkcode AuditRequest} and
 * prints an {@linkcode AuditAnswer}.
 *
 * @module
 */
import {
  hasAudit,
  newestRunOf,
  openAudit,
  openWaits,
  recentRuns,
  type RunRow,
  type Wait,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import { checkLake, goneFiles } from "../lake/mod.ts";
import { answerWith } from "./ask_process.ts";
import { checkStreams } from "./check_streams.ts";
import { replayNote } from "./replay_rejects.ts";
import type { StreamPlan } from "./source_type.ts";
import { openEnds, type Standing, standingsOf } from "./standing.ts";

/** What is to be looked at. */
export interface AuditRequest {
  /** Path of the audit database; it may be missing. */
  readonly audit: string;
  /** What a run must find fitting. @default {nothing is checked} */
  readonly fit?: {
    readonly lake: string;
    readonly streams: readonly StreamPlan[];
    /** Whether their rejects are sent through again. @default false */
    readonly isReplay?: boolean;
    /** Name of the pipeline, of which what is open is said. @default {that is not said} */
    readonly pipeline?: string;
  };
  /** Whose newest run is wanted. @default {that of all pipelines} */
  readonly of?: Pick<RunRow, "pipeline" | "backfill">;
}

/** What was found. */
export interface AuditAnswer {
  /** By what a run would fail, one sentence each. */
  readonly faults: readonly string[];
  /** What is worth knowing before a run, one sentence each. */
  readonly notes: readonly string[];
  /** The newest run, if there is one that can be read. */
  readonly newest: RunRow | null;
  /** How far the streams are; `undefined` if nobody could look. */
  readonly standings?: readonly Standing[];
  /** What servers want no request before. */
  readonly waits: readonly Wait[];
}

async function look({ audit, fit, of }: AuditRequest): Promise<AuditAnswer> {
  try {
    using db = databaseAt(audit);
    const found = fit === undefined
      ? { faults: [], notes: [] }
      : await compare(db, { ...fit, audit });
    const waits = openWaits(db, Date.now());
    return { ...found, waits, newest: (of ? newestRunOf(db, of) : recentRuns(db, 1)[0]) ?? null };
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "database-older")) throw error;
    const note = "the audit database is of an older version, which a run brings up to date";
    return { faults: [], notes: [note], newest: null, waits: [] };
  }
}

/** Without one, a run would begin with an empty one. */
function databaseAt(path: string): Database {
  return hasAudit(path) ? openAudit(path, { readOnly: true }) : openAudit(":memory:");
}

async function compare(
  db: Database,
  { streams, isReplay = false, pipeline, ...paths }: NonNullable<AuditRequest["fit"]> & {
    readonly audit: string;
  },
): Promise<Pick<AuditAnswer, "faults" | "notes" | "standings">> {
  const { isLost } = checkLake(db, paths);
  checkStreams(db, streams);
  const gone = goneFiles(db, paths.lake);
  const notes = pipeline === undefined ? [] : openEnds(db, pipeline, Date.now());
  const standings = standingsOf(db, streams);
  for (const name of isReplay ? streams : []) {
    notes.push(await replayNote({ db, lake: paths.lake }, name));
  }
  if (!isLost && gone.length === 0) return { faults: [], notes, standings };
  const found = isLost
    ? `nothing that was published is in "${paths.lake}"`
    : `published files missing from "${paths.lake}", or of another size: ${gone.length}, first "${
      gone[0]
    }"`;
  return { faults: [`${found}: a run would fail with lake-damaged`], notes, standings };
}

if (import.meta.main) await answerWith(look);
