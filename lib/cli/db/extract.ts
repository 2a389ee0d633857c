import {
  hostAndPort,
  parseTableAddress,
  TABLE_ADDRESS,
  type TableAddress,
} from "../../db/table_address.ts";
import { DatabaseError, EXIT_CODES, UsageError } from "../../errors/mod.ts";
import { parseDuration } from "../../grammar/mod.ts";
import { isSqlite } from "../../process/mod.ts";
import {
  countOf,
  escapeLine,
  formatBytes,
  formatCount,
  jsonDocument,
  Progress,
  table,
} from "../../terminal/mod.ts";
import type { Access } from "../access.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { DRY_RUN, JSON_FLAG } from "../flags.ts";
import { refuseServerFlags, SERVER_FLAGS } from "../server_flags.ts";
import { valueOf } from "../variable_flag.ts";
import { checkReadable } from "../inputs.ts";
import { fillWhole } from "../outputs.ts";
import { pathFrom } from "../words.ts";
import type { Extract } from "./extract_table.ts";
import { load } from "../load.ts";

const DEFAULT_TIMEOUT = "1m";
/** Shorter work shows nothing. */
const SHOWN_AFTER_MS = 1000;

/** `headwaters db extract --from DATABASE --table TABLE --out FOLDER` */
export const dbExtract = defineCommand({
  spec: {
    name: "",
    meaning:
      "Write a table of SQLite or PostgreSQL as JSON lines, all or nothing, and say if it is of one moment",
    flags: {
      from: {
        type: "string",
        value: "DATABASE",
        meaning: `${TABLE_ADDRESS}; it is only read`,
        required: true,
      },
      table: {
        type: "string",
        short: "t",
        value: "TABLE",
        meaning: "The table, such as sales.orders",
        required: true,
      },
      key: {
        type: "string",
        short: "k",
        multiple: true,
        value: "COLUMN",
        meaning:
          "Column to read by, best one with an index; each column of a composite key, in order",
        default: "the primary key",
      },
      out: {
        type: "string",
        short: "o",
        value: "FOLDER",
        meaning:
          "Where part-00000.jsonl.gz and so on go: a new folder, which gets all of them or is not made",
        required: true,
      },
      ...SERVER_FLAGS,
      "statement-timeout": {
        type: "string",
        value: "DURATION",
        meaning: "Longest time for one statement on the server",
        default: DEFAULT_TIMEOUT,
      },
      "dry-run": DRY_RUN,
      json: JSON_FLAG,
    },
    examples: {
      "headwaters db extract --from sqlite:shop.db --table orders --out orders":
        "by its primary key",
      "headwaters db extract --from postgres://etl@db.example.com/shop --password-env SHOP_PW --table orders --key id --out orders":
        "over TLS",
    },
  },
  access({ flags }, cwd, env): Access {
    timeoutOf(flags["statement-timeout"]);
    const address = addressOf(flags.from, cwd);
    const folders = [pathFrom(cwd, flags.out)];
    if (address.engine === "sqlite") {
      checkReadable(address.path, address.path);
      checkSqlite(flags.from, address.path);
      refuseServerFlags(flags);
      return { databases: [address.path], folders, youngMiB: 2 };
    }
    const { ca, "password-env": password } = flags;
    if (ca !== undefined) checkReadable(ca, pathFrom(cwd, ca));
    if (password !== undefined) valueOf("password-env", password, (name) => env[name]);
    return {
      read: ca === undefined ? [] : [pathFrom(cwd, ca)],
      folders,
      net: [hostAndPort(address)],
      env: password === undefined ? [] : [password],
      hidesEnv: true,
      youngMiB: 2,
    };
  },
  async run({ flags }, context) {
    const { openTables } = await load("db/mod.ts");
    const { extractTable } = await load("cli/db/extract_table.ts");
    const { cwd, signal, write } = context;
    const address = addressOf(flags.from, cwd);
    const out = pathFrom(cwd, flags.out);
    const { ca, "password-env": password } = flags;
    const secret = password === undefined ? undefined : await secretFrom(password);
    await using tables = await openTables(address, {
      password: secret,
      ca: ca === undefined ? undefined : Deno.readTextFileSync(pathFrom(cwd, ca)),
      statementTimeout: timeoutOf(flags["statement-timeout"]),
    });
    using progress = rowProgress(context);
    const extract = await fillWhole(
      out,
      (folder) =>
        extractTable(tables, folder, {
          table: flags.table,
          key: flags.key,
          signal,
          onPage: progress.add,
        }).catch(asNamed),
      { inputs: address.engine === "sqlite" ? [address.path] : [] },
    );
    progress[Symbol.dispose]();
    write(flags.json ? jsonDocument(asJson(out, extract)) : report(out, extract, context));
    return EXIT_CODES.complete;
  },
});

/** A table or column that is not there was named on the command line. */
function asNamed(error: unknown): never {
  const isNamed = error instanceof DatabaseError && error.code === "database-statement" &&
    error.context["table"] !== undefined;
  if (!isNamed) throw error;
  const flag = error.context["key"] === undefined ? "--table" : "--key";
  throw new UsageError("usage", error.message, { cause: error, context: { flag } });
}

function addressOf(from: string, cwd: string): TableAddress {
  try {
    const address = parseTableAddress(from);
    if (address.engine === "postgres") return address;
    return { ...address, path: pathFrom(cwd, address.path) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const next = cause.message.includes("password") ? "; use --password-env instead" : "";
    throw new UsageError("usage", `Cannot use flag "--from": ${cause.message}${next}`, {
      context: { flag: "--from" },
    });
  }
}

/** Another file was named by a slip, and nothing of a damaged database helps then. */
function checkSqlite(from: string, path: string): void {
  // A database without a table may be empty.
  if (isSqlite(path) || Deno.statSync(path).size === 0) return;
  throw new UsageError(
    "usage",
    `Cannot use flag "--from": found "${from}", expected an SQLite database; it begins with other bytes than one does`,
    { context: { flag: "--from" } },
  );
}

function timeoutOf(text = DEFAULT_TIMEOUT): number {
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  const expected = 'expected a duration above zero such as "30s" or "5m"';
  throw new UsageError(
    "usage",
    `Cannot use flag "--statement-timeout": found "${text}", ${expected}`,
    { context: { flag: "--statement-timeout" } },
  );
}

async function secretFrom(name: string): Promise<() => string> {
  const { Secret } = await load("secrets/mod.ts");
  // Registered, so that no message repeats it.
  const secret = new Secret(valueOf("password-env", name), name);
  return () => secret.reveal();
}

function rowProgress({ tell, width }: CommandContext) {
  const live = Deno.stderr.isTerminal();
  const progress = new Progress({ write: tell, live, width });
  const started = performance.now();
  let all = 0;
  let size = 0;
  return {
    add(rows: number, bytes: number): void {
      all += rows;
      size += bytes;
      if (!live || performance.now() - started < SHOWN_AFTER_MS) return;
      progress.update("rows", `reading  ${formatCount(all)} rows  ${formatBytes(size)}`);
    },
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

function asJson(folder: string, { oneSnapshot, counted, ...extract }: Extract): object {
  return { folder, ...extract, one_snapshot: oneSnapshot, counted: counted ?? null };
}

function report(folder: string, extract: Extract, { style, width }: CommandContext): string {
  const columns = [
    { title: "part" },
    { title: "rows", align: "right" },
    { title: "on disk", align: "right" },
  ] as const;
  const rows = extract.parts.map(({ name, rows, bytes }) => [
    name,
    formatCount(rows),
    formatBytes(bytes),
  ]);
  const moment = !extract.oneSnapshot
    ? "each row is as it was when it was read; rows with keys beyond the last one at the start are left out"
    : extract.counted === undefined
    ? "all of one moment; counting them took too long"
    : "all of one moment, and as many as the database counts then";
  return `${table(columns, rows, { heading: style.dim, width })}` +
    `${countOf(extract.rows, "row")} of ${escapeLine(extract.table)} in ${
      escapeLine(folder)
    }: ${moment}\n`;
}
