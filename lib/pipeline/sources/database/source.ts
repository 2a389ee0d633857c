import { openTables, type Tables } from "../../../db/mod.ts";
import type { SourceType } from "../../source_type.ts";
import { databaseReader } from "./read.ts";
import { checkDatabase, databaseSchema, type DatabaseSource } from "./schema.ts";

/** Tables of a database. */
export const databaseSource: SourceType<DatabaseSource> = {
  type: "database",
  schema: databaseSchema,
  check: checkDatabase,
  needs: ({ database, ca }) => {
    if (database.engine === "sqlite") {
      // SQLite keeps two more files next to one that is in use.
      return { read: [database.path, `${database.path}-wal`, `${database.path}-shm`] };
    }
    const { host, port } = database;
    return {
      net: [`${host.includes(":") ? `[${host}]` : host}:${port}`],
      read: ca === undefined ? [] : [ca],
      hidesEnv: true,
    };
  },
  notes: ({ name: source, database, streams }) =>
    streams.flatMap(({ name, incremental }) => {
      const { lag } = incremental ?? {};
      const isZero = lag !== undefined && ("keys" in lag ? lag.keys === 0 : lag.ms === 0);
      if (!isZero || database.engine === "sqlite") return [];
      return `${source}.${name}: a row that is committed after a later one was read is missed; ` +
        "set incremental.lag to more than the longest transaction takes";
    }),
  streams: (source) =>
    source.streams.map(({ name, incremental, tolerance, max_shrink = source.max_shrink }) => ({
      source: source.name,
      stream: name,
      type: "database",
      mode: incremental === undefined ? "snapshot" : "incremental",
      unit: "pages",
      limits: {
        ...source.tolerance,
        ...tolerance,
        ...(max_shrink === undefined ? {} : { maxShrink: max_shrink }),
      },
      follows: incremental && `column "${incremental.column}"`,
    })),
  open: (source, ctx) => {
    const { database, password, ca, statement_timeout: statementTimeout } = source;
    let opened: Promise<Tables> | undefined;
    const open = () =>
      openTables(database, {
        password: password && (() => password.reveal()),
        ca: ca === undefined ? undefined : Deno.readTextFileSync(ca),
        statementTimeout,
      });
    return {
      open: (plan, record) => {
        const stream = source.streams.find(({ name }) => name === plan.stream);
        if (stream === undefined) throw new TypeError(`Cannot read "${plan.stream}": unknown`);
        return databaseReader(ctx, record, { source, stream, tables: () => opened ??= open() });
      },
      [Symbol.asyncDispose]: async () => {
        const tables = await opened?.catch(() => undefined);
        await tables?.[Symbol.asyncDispose]();
      },
    };
  },
};
