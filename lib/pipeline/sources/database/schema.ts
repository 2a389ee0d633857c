import { isAbsolute, join } from "node:path";
import { z } from "zod";
import {
  choice,
  duration,
  identifier,
  inputPath,
  isMapping,
  itemsOf,
  type KeyPath,
  list,
  mapping,
  maxShrink,
  plain,
  recordTolerance,
  report,
  type ReportProblem,
  reportRepeats,
  type SchemaContext,
  secret,
  sourceName,
  sourceTolerance,
  text,
  variant,
  whole,
} from "../../../config/mod.ts";
import { checkRules, rulesSchema } from "../_rules_schema.ts";
import { parseTableAddress, TABLE_ADDRESS } from "../../../db/table_address.ts";

/** Keys of a database. */
export function databaseSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("database", "Tables of SQLite or PostgreSQL, which are only read."),
    database: address(context).describe(
      "`sqlite:FILE`, or `postgres://USER@HOST:PORT/DATABASE`, with `?sslmode=` disable, require or verify-full (the default " +
        "beyond this machine).",
    ),
    password: secret(context).exactOptional().describe("Password of the user."),
    ca: inputPath(context).exactOptional().meta({
      fallback: "what the runtime trusts",
      description: "Certificate (PEM) of the authority that signed the server's.",
    }),
    statement_timeout: duration(1).prefault("1m")
      .describe("Longest time for one statement on the server."),
    retry: mapping({
      limit: whole(0).default(5).describe("Attempts after the first."),
      max_wait: duration(1).prefault("30s").describe("Longest wait between two attempts."),
    }).prefault({}).describe(
      "How a page is asked for again if the database is busy or unreachable.",
    ),
    streams: z.array(tableSchema(context), { error: "a list of streams" })
      .min(1, { error: "at least one stream" }).describe("The tables to read."),
    tolerance: sourceTolerance(),
    max_shrink: maxShrink().exactOptional().meta({ fallback: "as at the top" }),
  }, { renamed: { retries: "retry: { limit }" } });
}

/** One table. */
function tableSchema(context: SchemaContext) {
  return mapping({
    name: identifier().describe("Name of the stream, unique within its source."),
    table: plain("the name of a table").exactOptional().meta({
      fallback: "the name of the stream",
      description: "The table, such as `sales.orders`.",
    }),
    key: list("a column").exactOptional().meta({
      fallback: "the primary key",
      description: "Columns to read a snapshot by, best those of an index.",
    }),
    incremental: mapping({
      column: plain("a column").describe(
        "Column that only grows: when a row was changed, or its number; best one with an index.",
      ),
      lag: lag().prefault(0).describe(
        "How far before the watermark to read again, for rows that are committed late: a duration, or a number of keys.",
      ),
    }).exactOptional().describe(
      "Reads only what is new since the last run; without it a run reads a snapshot.",
    ),
    deletes: choice(["ignore", "detect"]).default("ignore").describe(
      "Whether a second stream, `<name>_keys`, reads the primary keys of all rows after each incremental read: a row whose key " +
        "is not in it was deleted.",
    ),
    tolerance: recordTolerance().exactOptional()
      .describe("How much of this stream may be rejected."),
    max_shrink: maxShrink().exactOptional().meta({ fallback: "as at the source" }),
    ...rulesSchema(context),
  });
}

function address(context: SchemaContext) {
  return text(context, TABLE_ADDRESS).transform((value, issues) => {
    try {
      const found = parseTableAddress(value);
      const isRelative = found.engine === "sqlite" && !isAbsolute(found.path);
      return isRelative ? { ...found, path: join(context.root, found.path) } : found;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const isPassword = error.message.includes("password");
      report(issues, isPassword ? "no password in it, but the key password" : wantedIn(error));
      return z.NEVER;
    }
  }).meta({ form: "address" });
}

/** Of `found no user, expected FORM`, the wanted form comes first: what was found as a whole is said before it. */
function wantedIn({ message }: Error): string {
  const [, state, wanted = message] = /^(?:(.*), )?expected (.*)$/s.exec(message) ?? [];
  return state === undefined ? wanted : `${wanted} (${state})`;
}

/** A number of keys, or ms. */
function lag() {
  return z.union([
    whole(0).transform((keys) => ({ keys })),
    duration(0).transform((ms) => ({ ms })),
  ], { error: 'a duration such as "10m", or a whole number of keys' }).meta({
    form: "duration or number",
  });
}

/** A database. */
export type DatabaseSource = z.output<ReturnType<typeof databaseSchema>>;

/** One table of a {@linkcode DatabaseSource}. */
export type DatabaseStream = DatabaseSource["streams"][number];

/** Reports what no single key can show. */
export function checkDatabase(
  source: Record<string, unknown>,
  path: KeyPath,
  report: ReportProblem,
): void {
  const streams = itemsOf(source, "streams");
  reportRepeats(streams, "stream", [...path, "streams"], report);
  for (const [index, stream] of streams.entries()) {
    const { name, key, incremental, deletes } = stream;
    const at = [...path, "streams", index];
    checkRules(stream, at, report);
    if (Array.isArray(key) && new Set(key).size < key.length) {
      report([...at, "key"], "expected each column once");
    }
    if (key !== undefined && incremental !== undefined) {
      report([...at, "key"], "expected none next to incremental, whose column it is");
    }
    // Its columns of times are texts.
    const { lag } = isMapping(incremental) ? incremental : {};
    const isSqlite = String(source["database"]).startsWith("sqlite:");
    if (isSqlite && typeof lag === "string" && /[1-9]/.test(lag)) {
      report(
        [...at, "incremental", "lag"],
        `found ${
          JSON.stringify(lag)
        }, expected a number of keys, or none of a text: SQLite has no times to take it from`,
      );
    }
    if (deletes !== "detect") continue;
    if (incremental === undefined) {
      report([...at, "deletes"], "expected incremental next to it; a snapshot has no deleted rows");
    }
    if (streams.some((other) => other["name"] === keysOf(`${name}`))) {
      report([...at, "deletes"], `found another stream "${keysOf(`${name}`)}", expected none`);
    }
  }
}

/** Name of the stream with the keys of another one. */
export function keysOf(stream: string): string {
  return `${stream}_keys`;
}
