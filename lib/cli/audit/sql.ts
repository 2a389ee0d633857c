import type { Row, SqlValue } from "../../db/mod.ts";
import { DatabaseError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { watchMain } from "../../process/mod.ts";
import { jsonDocument } from "../../terminal/mod.ts";
import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags.ts";
import { limitOf } from "../words.ts";
import { AUDIT_FLAG, auditAccess, databaseOf, openNamed } from "./_listing.ts";
import { showRows } from "./_show_rows.ts";

const DEFAULT_LIMIT = 1000;
/** Most bytes of one value: a question must not fill the memory. */
const MOST_VALUE_MB = 16;
/** https://sqlite.org/rescode.html#toobig */
const TOO_BIG = 18;

/** `headwaters audit sql QUERY` */
export const auditSql = defineCommand({
  spec: {
    name: "",
    meaning: "Ask the audit database a question in SQL; nothing can be changed",
    words: { QUERY: "One SELECT; the tables and views are in REFERENCE.md" },
    flags: {
      audit: AUDIT_FLAG,
      limit: {
        type: "number",
        short: "n",
        meaning: "Maximum number of rows",
        default: String(DEFAULT_LIMIT),
      },
      json: JSON_FLAG,
    },
    examples: {
      'headwaters audit sql "select * from stream_health"': "how each stream is",
      'headwaters audit sql "select * from open_quarantine" --json': "what waits for somebody",
    },
  },
  access({ words, flags }, cwd) {
    queryOf(words);
    limitOf(flags.limit ?? DEFAULT_LIMIT);
    return auditAccess(flags.audit, cwd);
  },
  async run({ words, flags }, context) {
    const path = databaseOf(flags.audit, context.cwd);
    const limit = limitOf(flags.limit ?? DEFAULT_LIMIT);
    using db = await openNamed(path);
    db.limitLength(MOST_VALUE_MB * 1024 ** 2);
    // A question may have no end.
    using _watch = watchMain();
    // Inside another one it can be nothing but a SELECT; the line break ends a comment of its own.
    const found = ask(
      () => db.all(`SELECT * FROM (${queryOf(words)}${END}`, [limit + 1], { bigints: true }),
      words,
    );
    const rows = found.slice(0, limit).map(plainRow);
    if (flags.json) {
      context.write(jsonDocument({ audit: path, more: found.length > limit, rows }));
    } else if (rows.length === 0) context.tell("No rows.\n");
    else showRows(rows, [], context);
    if (!flags.json && found.length > limit) {
      context.tell(`${limit} rows, there are more; --limit shows them\n`);
    }
    return EXIT_CODES.complete;
  },
});

const END = "\n) LIMIT ?";

/** What SQLite has against a statement is said of what was typed, and not of what is around it. */
function ask<T>(run: () => T, words: readonly string[]): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TypeError) throw wrongQuery(words, "expected one SELECT", error);
    if (error instanceof DatabaseError && error.context["errcode"] === TOO_BIG) {
      throw wrongQuery(words, `a value has more than ${MOST_VALUE_MB} MB`, error);
    }
    if (!(error instanceof DatabaseError) || error.code !== "database-statement") throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw wrongQuery(words, reason.replaceAll(END, ""), error);
  }
}

function wrongQuery([query = ""]: readonly string[], state: string, cause?: Error): UsageError {
  const message = `Cannot run ${
    JSON.stringify(query)
  }: ${state}; tables and views are in REFERENCE.md`;
  return new UsageError("usage", message, { cause });
}

function queryOf([query = ""]: readonly string[]): string {
  const text = query.trim().replace(/;+$/, "");
  if (/^(select|with|values)\b/i.test(text)) return text;
  throw wrongQuery([query], "expected a SELECT, as the audit database is only read");
}

/** What JSON cannot say becomes a text: integers beyond 2^53, infinity, and bytes in hex. */
function plainRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: SqlValue): SqlValue {
  if (value instanceof Uint8Array) return value.toHex();
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
