/**
 * Verifies or loads a lake by an engine: a process that may read the audit database and start one program.
 *
 * @module
 */
import type { ServerOptions } from "../db/mod.ts";
import { EXIT_CODES } from "../errors/mod.ts";
import { writeOut } from "../io/mod.ts";
import { listenForStop } from "../process/mod.ts";
import {
  countOf,
  formatCount,
  jsonDocument,
  parseFlags,
  reportFailure,
  table,
  wantsJson,
} from "../terminal/mod.ts";
import { type LoadedTable, loadLake } from "./load.ts";
import { loadIntoPostgres } from "./load_postgres.ts";
import { isPostgres, postgresTarget } from "./load_target.ts";
import { Secret } from "../secrets/mod.ts";
import { checkVerified, type VerifiedStream, verifyLake } from "./verify.ts";

const SPEC = {
  name: "engine_process.ts",
  meaning: "An engine at a lake, started by the launcher",
  flags: {
    audit: { type: "string", meaning: "The audit database", required: true },
    lake: { type: "string", meaning: "The lake", required: true },
    engine: { type: "string", meaning: "duckdb or spark" },
    program: { type: "string", meaning: "Its program" },
    to: {
      type: "string",
      meaning: "DuckDB database, or address of a server, to load into instead of verifying",
    },
    "password-env": { type: "string", meaning: "Variable with the server's password" },
    ca: { type: "string", meaning: "Certificate of the authority that signed the server's" },
    json: { type: "boolean", meaning: "Print one JSON document" },
  },
} as const;

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const { flags } = parseFlags(args, SPEC);
    const { program = "", to, json } = flags;
    const engine = flags.engine === "spark" ? "spark" : "duckdb";
    if (to !== undefined) {
      const tables = isPostgres(to)
        ? await loadIntoPostgres(flags, postgresTarget(to), { ...serverOptions(flags), signal })
        : await loadLake(flags, to, { program, signal });
      writeOut(json ? jsonDocument({ to, tables }) : renderTables(tables));
      return EXIT_CODES.complete;
    }
    const streams = await verifyLake(flags, engine, { program, signal });
    const agrees = streams.every((stream) => stream.agrees);
    if (json) {
      writeOut(jsonDocument({ engine, agrees, streams }));
      return agrees ? EXIT_CODES.complete : EXIT_CODES.failed;
    }
    writeOut(renderStreams(streams));
    checkVerified(streams);
    writeOut(`${engine} finds what the manifests say: ${countOf(streams.length, "stream")}\n`);
    return EXIT_CODES.complete;
  } catch (error) {
    return reportFailure(error, { cwd: Deno.cwd(), json: wantsJson(args), met: placeIn(args) });
  }
}

/** Returns what the process works on: the database to load into, which is named without a password, or the lake. */
function placeIn(args: readonly string[]): Record<string, string> {
  const valueOf = (flag: string) => args.find((arg) => arg.startsWith(flag))?.slice(flag.length);
  const to = valueOf("--to=");
  if (to === undefined) return { lake: valueOf("--lake=") ?? "" };
  return isPostgres(to) ? { url: to } : { path: to };
}

function serverOptions(
  { ca, "password-env": name }: {
    readonly ca: string | undefined;
    readonly "password-env": string | undefined;
  },
): ServerOptions {
  // Registered, so that no message repeats it.
  const secret = name === undefined ? undefined : new Secret(Deno.env.get(name) ?? "", name);
  return {
    ca: ca === undefined ? undefined : Deno.readTextFileSync(ca),
    password: secret && (() => secret.reveal()),
  };
}

function renderStreams(streams: readonly VerifiedStream[]): string {
  return table(
    [
      { title: "stream", cutMiddle: true },
      { title: "rows", align: "right" },
      { title: "found", align: "right" },
      { title: "partitions", align: "right" },
      { title: "corrupt", align: "right" },
      { title: "records", align: "right" },
    ],
    streams.map(({ stream, rows, found_rows, found_partitions, corrupt, records }) => [
      stream,
      formatCount(rows),
      formatCount(found_rows),
      formatCount(found_partitions),
      formatCount(corrupt),
      records === null ? "" : formatCount(records),
    ]),
  );
}

function renderTables(tables: readonly LoadedTable[]): string {
  return table(
    [
      { title: "table" },
      { title: "" },
      { title: "rows read", align: "right" },
      { title: "rows in it", align: "right" },
    ],
    tables.map(({ stream, how, rows, table_rows }) => [
      stream,
      how,
      formatCount(rows),
      table_rows === null ? "as before" : formatCount(table_rows),
    ]),
  );
}

if (import.meta.main) {
  using stop = listenForStop({ untilEof: true, next: "run it again" });
  Deno.exit(await main(Deno.args, stop.signal));
}
