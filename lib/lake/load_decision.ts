import { createHash } from "node:crypto";
import { DatabaseError } from "../errors/mod.ts";
import { viewName } from "./_view_parts.ts";
import { liveRuns, type LiveStream, ofRuns } from "./live_streams.ts";

/** Where the standard has the tables that describe a database. */
const OWN_SCHEMA = "information_schema";

/** What only a table has that a load made: one that somebody drops and makes again has lost it. */
export const LOAD_MARK = "Made by headwaters pipeline load, which replaces it: do not write to it";

/** What a database says of the streams that were loaded into it, one line of JSON each. */
export interface LoadedStream {
  /** Name of the stream. */
  readonly stream: string;
  /** Runs whose rows are in its table, in their order. */
  readonly runs: readonly string[];
  /** What its columns were. */
  readonly shape: string;
}

/** How a stream gets into its table. */
export interface HowLoaded {
  /** Name of the stream. */
  readonly stream: string;
  /** `merged`: rows of new runs took the place of those with the same key. */
  readonly how: "unchanged" | "replaced" | "added" | "merged";
  /** Rows of the files that it reads. */
  readonly rows: number;
}

/** What of a stream is to be loaded. */
export interface LoadDecision {
  /** The stream with the files that are read. */
  readonly part: LiveStream;
  /** Runs whose files these are; none if there is nothing to do. */
  readonly fresh: readonly string[];
  /** Runs that are in the table and stay; `undefined` makes it again. */
  readonly known: readonly string[] | undefined;
  /** What its columns are. */
  readonly shape: string;
}

/**
 * Decides what of a stream is to be loaded.
 *
 * Runs that came after all that were loaded are added, or merged by the primary key; anything else (a run that was
 * retracted, another snapshot, other columns) makes the table again.
 *
 * @throws {DatabaseError} If every database has a schema of the source's name already; that is for this stream alone.
 */
export function decideLoad(stream: LiveStream, loaded: LoadedStream | undefined): LoadDecision {
  if (stream.source === OWN_SCHEMA) {
    const state =
      `databases have a schema "${OWN_SCHEMA}" of their own; give the source another name`;
    throw new DatabaseError("database-statement", `Cannot load ${viewName(stream)}: ${state}`);
  }
  const runs = liveRuns(stream);
  const shape = shapeOf(stream);
  const known = loaded?.shape === shape ? loaded.runs : undefined;
  const last = known?.at(-1) ?? "";
  const fresh = runs.filter((run) => !known?.includes(run));
  const isKept = known !== undefined && known.every((run) => runs.includes(run)) &&
    fresh.every((run) => run > last);
  if (!isKept) return { part: stream, fresh: runs, known: undefined, shape };
  return { part: ofRuns(stream, (run) => fresh.includes(run)), fresh, known, shape };
}

/** Columns, key, mode and what was replaced: rows of another shape do not go into the same table. */
function shapeOf({ schema, primaryKey, mode, replaced = [] }: LiveStream): string {
  const fields = schema?.fields.map(({ name, type }) => [name, type]) ?? null;
  return createHash("sha256").update(JSON.stringify([fields, primaryKey, mode, replaced])).digest(
    "hex",
  )
    .slice(0, 16);
}
