import { openAudit } from "../audit/mod.ts";
import { DatabaseError, SuspendedError, UsageError } from "../errors/mod.ts";
import {
  duckdbLoad,
  foreignTable,
  FOUND_TABLES,
  type FoundTable,
  hasLoads,
  type LiveStream,
  liveStreams,
  LOADED_STREAMS,
  type LoadedStream,
  type StreamLoad,
} from "../lake/mod.ts";
import { PATIENCE, POLL } from "./_lock.ts";
import { type FailedLoad, throwFailed } from "./failed_loads.ts";
import type { Places } from "./launch_plan.ts";
import { runEngine } from "./run_engine.ts";
import { streamId } from "./source_type.ts";
import { DUCKDB_ARGS, type EngineOptions } from "./verify.ts";

/** What became of the table of one stream. */
export interface LoadedTable extends Omit<StreamLoad, "sql"> {
  /** Rows in the table, as the database counts them; `null` if nothing was to be done. */
  readonly table_rows: number | null;
}

/**
 * Loads what is published into a DuckDB database: a table a stream, named as the stream, in a schema named as its source.
 * Each stream is one transaction, so that after a stop the same call goes on.
 *
 * @param file The database, absolute; made if it is missing.
 * @throws {UsageError} If it has a table of such a name that no load made; then nothing is changed.
 * @throws {DatabaseError} `engine-failed`.
 * @throws {SuspendedError} `suspended-locked` if another process holds the file.
 */
export async function loadLake(
  { audit, lake }: Places,
  file: string,
  { program, signal }: EngineOptions,
): Promise<LoadedTable[]> {
  using db = openAudit(audit, { readOnly: true });
  return await loadStreams(liveStreams(db), lake, {
    file,
    program,
    run: (sql) =>
      untilFree(file, () =>
        runEngine(program, DUCKDB_ARGS, {
          input: `ATTACH '${file.replaceAll("'", "''")}' AS target;\n${sql}`,
          signal,
        })),
  });
}

/**
 * Waits for another process that holds the database, as a run waits for another run; what is refused at its `ATTACH` has
 * changed nothing.
 *
 * @throws {SuspendedError} `suspended-locked` if it still holds it after that.
 */
async function untilFree<T>(file: string, work: () => Promise<T>): Promise<T> {
  const latest = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== "database-busy") throw error;
      if (performance.now() >= latest) throw heldError(file, error);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
}

function heldError(file: string, cause: unknown): SuspendedError {
  const state = "another process holds it; load again once that has ended";
  return new SuspendedError("suspended-locked", `Cannot load into "${file}": ${state}`, { cause });
}

/** The database that streams are loaded into. */
export interface LoadTarget {
  /** Its file. */
  readonly file: string;
  /** The engine's program. */
  readonly program: string;
  /** Runs statements in the engine, with the database as `target`, and returns the lines of JSON that it printed. */
  readonly run: (sql: string) => Promise<readonly Record<string, unknown>[]>;
}

/** Loads streams; see {@linkcode loadLake}. Errors are thrown after the others are loaded. */
export async function loadStreams(
  streams: readonly LiveStream[],
  lake: string,
  { file, program, run }: LoadTarget,
): Promise<LoadedTable[]> {
  const ask = async (sql: string) => {
    const lines = await run(sql);
    const last = lines.at(-1);
    if (last !== undefined) return { lines: lines.slice(0, -1), last };
    throw new DatabaseError(
      "engine-failed",
      `Cannot go on with "${program}": it did not answer; --program names DuckDB's binary`,
      { context: { program } },
    );
  };
  const found = (await ask(FOUND_TABLES)).lines as unknown as FoundTable[];
  for (const stream of streams) refuseForeign(stream, found, file);
  const loaded = (hasLoads(found) ? await run(LOADED_STREAMS) : []) as unknown as LoadedStream[];
  const tables: LoadedTable[] = [];
  const failed: FailedLoad[] = [];
  for (const stream of streams) {
    const before = loaded.find((one) => one.stream === streamId(stream));
    try {
      const { sql, ...load } = duckdbLoad(stream, lake, before);
      const rows = sql === "" ? null : (await ask(sql)).last["table_rows"] as number;
      tables.push({ ...load, table_rows: rows });
    } catch (error) {
      // What the engine cannot read in one stream keeps no other from its table.
      if (!(error instanceof DatabaseError)) throw error;
      failed.push({ stream: streamId(stream), error });
    }
  }
  throwFailed(failed, tables);
  return tables;
}

function refuseForeign(stream: LiveStream, found: readonly FoundTable[], file: string): void {
  const foreign = foreignTable(stream, found);
  if (foreign === undefined) return;
  throw new UsageError(
    "usage",
    `Cannot load ${
      streamId(stream)
    } into "${file}": it has a table "${foreign.name}" that no load ` +
      "made; rename or drop that, or load into another file",
  );
}
