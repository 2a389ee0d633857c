import { hostAndPort, openTables, type Tables } from "../../../db/mod.ts";
import { attempt } from "../../../io/mod.ts";
import { databaseFiles, sideFiles } from "../../../process/mod.ts";
import { formatCount } from "../../../terminal/mod.ts";
import type { OwnPlan, SourceType } from "../../source_type.ts";
import { REMEMBERED_READS } from "./memory.ts";
import { databaseReader } from "./read.ts";
import { rulesOf } from "../_rules_schema.ts";
import {
  checkDatabase,
  databaseSchema,
  type DatabaseSource,
  type DatabaseStream,
  keysOf,
} from "./schema.ts";
import { proposeDatabase } from "./propose.ts";

/** Tables of a database. */
export const databaseSource: SourceType<DatabaseSource> = {
  type: "database",
  proposes: "database",
  propose: proposeDatabase,
  schema: databaseSchema,
  check: checkDatabase,
  needs: ({ database, ca }) => {
    if (database.engine === "sqlite") {
      return { read: databaseFiles(database.path), keeps: sideFiles(database.path) };
    }
    return {
      net: [hostAndPort(database)],
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
  readKey: "database",
  unit: "pages",
  streams: (source) =>
    source.streams.flatMap((
      {
        name,
        incremental,
        deletes,
        tolerance,
        checks,
        privacy,
        contract,
        max_shrink = source.max_shrink,
      },
    ) => {
      const plan: OwnPlan = {
        stream: name,
        mode: incremental === undefined ? "snapshot" : "incremental",
        limits: {
          ...source.tolerance,
          ...tolerance,
          ...(max_shrink === undefined ? {} : { maxShrink: max_shrink }),
        },
        ...rulesOf({ checks, privacy, contract }),
        follows: incremental && `column "${incremental.column}"`,
        remembersReads: incremental && REMEMBERED_READS,
        asksFrom: incremental &&
          ((watermark: string | null) => askedInWords(incremental, watermark)),
      };
      if (deletes === "ignore") return plan;
      // After the rows: a key that came in between belongs to a row that the next run reads.
      const keys = {
        stream: keysOf(name),
        mode: "snapshot",
        follows: undefined,
        checks: [],
      } as const;
      return [plan, { ...plan, ...keys }];
    }),
  open: (source, ctx) => {
    const { database, password, ca, statement_timeout: statementTimeout } = source;
    let opened: Promise<Tables> | undefined;
    const open = () =>
      openTables(database, {
        password: password && (() => password.reveal()),
        ca: ca && attempt("read", ca, () => Deno.readTextFileSync(ca)),
        statementTimeout,
      });
    return {
      open: (plan, record) => {
        const ofKeys = source.streams.find(({ name, deletes }) =>
          deletes === "detect" && keysOf(name) === plan.stream
        );
        const stream = ofKeys ?? source.streams.find(({ name }) => name === plan.stream);
        if (stream === undefined) throw new TypeError(`Cannot read "${plan.stream}": unknown`);
        return databaseReader(ctx, record, {
          source,
          stream: ofKeys === undefined ? stream : keyStream(stream),
          keysOnly: ofKeys !== undefined,
          tables: () => opened ??= open(),
        });
      },
      [Symbol.asyncDispose]: async () => {
        const tables = await opened?.catch(() => undefined);
        await tables?.[Symbol.asyncDispose]();
      },
    };
  },
};

function askedInWords(
  { column, lag }: NonNullable<DatabaseStream["incremental"]>,
  watermark: string | null,
): string {
  if (watermark === null) return "all rows";
  const [less, unit] = "keys" in lag ? [lag.keys, ""] : [lag.ms, " ms"];
  const before = less === 0 ? "" : `, and ${formatCount(less)}${unit} before it`;
  return `rows with "${column}" from ${watermark} on${before}`;
}

/** A snapshot of the table of an incremental stream. */
function keyStream({ name, table = name, ...stream }: DatabaseStream): DatabaseStream {
  const { incremental: _, ...rest } = stream;
  return { ...rest, name: keysOf(name), table };
}
