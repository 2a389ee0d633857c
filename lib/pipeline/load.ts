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
import { askEngine, type EngineAnswer } from "./run_engine.ts";
import { streamId } from "./source_type.ts";
import { DUCKDB_ARGS, type EngineOptions } from "./verify.ts";

/** What became of the table of one stream. */
export interface LoadedTable extends Omit<StreamLoad, "sql"> {
  /** Rows in the table, as the database counts them; `null` if nothing was to be done. */
  readonly table_rows: number | null;
}

/**
 * Loads what is published into a DuckDB database: a table a stream, named as the stream, in a schema named as its source.
 * Each stream is one transaction, whose counts are proven before it ends, so that after a stop the same call goes on.
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
        askEngine(program, DUCKDB_ARGS, {
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
async function untilFree(file: string, work: () => Promise<EngineAnswer>): Promise<EngineAnswer> {
  const latest = performance.now() + PATIENCE;
  for (;;) {
    const answer = await work();
    if (answer.error?.code !== "database-busy") return answer;
    if (performance.now() >= latest) throw heldError(file, answer.error);
    await new Promise((resolve) => setTimeout(resolve, POLL));
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
  /** Runs statements in the engine, with the database as `target`, up to the first that fails. */
  readonly run: (sql: string) => Promise<EngineAnswer>;
}

/** Loads streams; see {@linkcode loadLake}. Errors are thrown after the others are loaded. */
export async function loadStreams(
  streams: readonly LiveStream[],
  lake: string,
  target: LoadTarget,
): Promise<LoadedTable[]> {
  const ask = async (sql: string) => {
    const { lines, error } = await target.run(sql);
    if (error !== undefined) throw error;
    return lines;
  };
  const [engine, ...found] = (await ask(FOUND_TABLES)).toReversed();
  if (engine === undefined) throw silent(target);
  const known = found as unknown as FoundTable[];
  for (const stream of streams) refuseForeign(stream, known, target.file);
  const loaded = (hasLoads(known) ? await ask(LOADED_STREAMS) : []) as unknown as LoadedStream[];
  const loads: StreamLoad[] = [];
  const failed: FailedLoad[] = [];
  for (const stream of streams) {
    const before = loaded.find((one) => one.stream === streamId(stream));
    try {
      loads.push(duckdbLoad(stream, lake, before));
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      failed.push({ stream: streamId(stream), error });
    }
  }
  const rows = await runLoads(loads.filter(({ sql }) => sql !== ""), failed, target);
  const tables = loads.filter(({ sql, stream }) => sql === "" || rows.has(stream))
    .map(({ sql: _, ...load }) => ({ ...load, table_rows: rows.get(load.stream) ?? null }));
  throwFailed(failed, tables);
  return tables;
}

/**
 * Runs loads in one start of the program, which would cost more than a small table. What ends it is the fault of the first
 * that has not printed its rows, and is undone; those after it begin in another start.
 *
 * @param failed Takes those.
 * @returns Rows in the table of each of the others.
 */
async function runLoads(
  loads: readonly StreamLoad[],
  failed: FailedLoad[],
  target: LoadTarget,
): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  for (let left = loads; left.length > 0;) {
    const { lines, error } = await target.run(left.map(({ sql }) => sql).join(""));
    for (const line of lines) rows.set(String(line["stream"]), Number(line["table_rows"]));
    const [first, ...others] = left.filter(({ stream }) => !rows.has(stream));
    if (first !== undefined) failed.push({ stream: first.stream, error: error ?? silent(target) });
    else if (error !== undefined) throw error;
    left = others;
  }
  return rows;
}

function silent({ program }: LoadTarget): DatabaseError {
  return new DatabaseError(
    "engine-failed",
    `Cannot go on with "${program}": it did not answer; --program names DuckDB's binary`,
    { context: { program } },
  );
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
