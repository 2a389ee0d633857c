import { openAudit } from "../audit/mod.ts";
import {
  type PostgresAddress,
  type SessionOptions,
  toPostgresError,
  withSession,
} from "../db/mod.ts";
import { checkPostgresTable, liveStreams, postgresLoad } from "../lake/mod.ts";
import { type FailedLoad, throwFailed } from "./failed_loads.ts";
import { streamId } from "./source_type.ts";
import type { Places } from "./launch_plan.ts";
import type { LoadedTable } from "./load.ts";

/**
 * Loads what is published into a PostgreSQL database: a table a stream, named as the stream, in a schema named as its
 * source. Each stream is one transaction of the server, so that after a stop the same call goes on. Errors are
 * thrown after the others are loaded.
 *
 * @throws {UsageError} If a stream cannot get into a table; then nothing is changed.
 * @throws {DatabaseError} What the server refuses, and `lake-differs` if rows are missing or too many.
 */
export async function loadIntoPostgres(
  { audit, lake }: Places,
  address: PostgresAddress,
  options: SessionOptions,
): Promise<LoadedTable[]> {
  using db = openAudit(audit, { readOnly: true });
  const streams = liveStreams(db);
  const { database, host, port } = address;
  const errorOf = (error: unknown, what: string) => {
    options.signal?.throwIfAborted();
    return toPostgresError(error, `load ${what} into "${database}" on ${host}:${port}`);
  };
  try {
    return await withSession(address, options, async (session) => {
      // As verify reads times, whatever the server's own zone is.
      await session.run("SET TimeZone = 'UTC'");
      for (const stream of streams) await checkPostgresTable(session, stream);
      const tables: LoadedTable[] = [];
      const failed: FailedLoad[] = [];
      for (const stream of streams) {
        try {
          tables.push(await postgresLoad(session, stream, lake));
        } catch (error) {
          // What does not fit in one stream keeps no other from its table.
          const name = streamId(stream);
          failed.push({ stream: name, error: errorOf(error, name) });
          await session.run("ROLLBACK").catch(() => {});
        }
      }
      throwFailed(failed, tables);
      return tables;
    });
  } catch (error) {
    throw errorOf(error, "the streams");
  }
}
