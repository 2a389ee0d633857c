import { openAudit } from "../audit/mod.ts";
import {
  CREATE_LOADS,
  duckdbLoad,
  liveStreams,
  LOADED_STREAMS,
  type LoadedStream,
  type StreamLoad,
} from "../lake/mod.ts";
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
 * @throws {DatabaseError} `engine-failed`, `database-busy`.
 */
export async function loadLake(
  { audit, lake }: Places,
  file: string,
  { program, signal }: EngineOptions,
): Promise<LoadedTable[]> {
  using db = openAudit(audit, { readOnly: true });
  const run = (sql: string) =>
    runEngine(program, DUCKDB_ARGS, {
      input: `ATTACH '${file.replaceAll("'", "''")}' AS target;\n${sql}`,
      signal,
    });
  const loaded = await run(CREATE_LOADS + LOADED_STREAMS) as unknown as LoadedStream[];
  const tables: LoadedTable[] = [];
  for (const stream of liveStreams(db)) {
    const before = loaded.find((one) => one.stream === streamId(stream));
    const { sql, ...load } = duckdbLoad(stream, lake, before);
    const [answer] = sql === "" ? [] : await run(sql);
    tables.push({ ...load, table_rows: (answer?.["table_rows"] as number | undefined) ?? null });
  }
  return tables;
}
