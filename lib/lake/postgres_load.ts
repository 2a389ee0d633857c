import type { PostgresSession } from "../db/mod.ts";
import { DatabaseError, UsageError } from "../errors/mod.ts";
import { keyOf, quoteName, quoteText } from "./_duckdb_views.ts";
import { columnsOf, copyFresh, definitionOf, orderOf } from "./_postgres_rows.ts";
import { viewName } from "./_view_parts.ts";
import { decideLoad, type HowLoaded, LOAD_MARK, type LoadedStream } from "./load_decision.ts";
import type { LiveStream } from "./live_streams.ts";
import type { ReaderOptions } from "./manifest.ts";
import { partFormatOf } from "./part_formats.ts";

const LOADS = '"_headwaters"."loads"';
/** The server would cut a longer one off, and may then take two for the same. */
const NAME_BYTES = 63;

/**
 * Refuses a stream that cannot get into a table, before anything is changed.
 *
 * @throws {UsageError} If a table has its name that no load made.
 */
export async function checkPostgresTable(
  session: PostgresSession,
  stream: LiveStream,
): Promise<void> {
  const name = viewName(stream);
  if (await tableState(session, stream) !== "foreign") return;
  throw new UsageError(
    "usage",
    `Cannot load ${name}: there is a table "${name}" that no load made; rename or drop that, or load into another database`,
  );
}

/** Columns that every table has already (PostgreSQL, System Columns). */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  ...["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"],
]);

/**
 * Makes sure that a stream's names and columns can be those of a schema, a table and its columns in PostgreSQL, and that
 * the server can read its files.
 *
 * @throws {DatabaseError} If the server has no such names, or a file is no text; that is for this stream alone.
 */
export function checkPostgresStream(stream: LiveStream): void {
  const columns = columnsOf(stream).map(([column]) => column);
  const names = [stream.source, stream.stream, ...columns];
  const long = names.find((one) => new TextEncoder().encode(one).length > NAME_BYTES);
  const system = columns.find((column) => SYSTEM_COLUMNS.has(column));
  const unread = stream.sets.map(({ reader }) => reader).find((reader) => !isText(reader));
  const state = long !== undefined
    ? `the name "${long}" has more than the ${NAME_BYTES} bytes that PostgreSQL keeps`
    : system !== undefined
    ? `PostgreSQL has a column "${system}" of its own in every table`
    : stream.source.startsWith("pg_")
    ? `PostgreSQL keeps names that begin with "pg_", such as "${stream.source}", for itself`
    : unread !== undefined
    ? `PostgreSQL cannot read files of the format ${unread.format}, and those that are published stay when part_format is changed; ` +
      "give the stream another name then"
    : undefined;
  if (state === undefined) return;
  throw new DatabaseError(
    "database-statement",
    `Cannot load ${viewName(stream)}: ${state}; load into duckdb:FILE`,
  );
}

/** The server parses text itself: rows of CSV, or records as they were sent. */
function isText(reader: ReaderOptions): boolean {
  return reader.format === "csv" || partFormatOf(reader)?.isAsSent === true;
}

/** Whether there is a table of a stream's name, and whether a load made it. */
async function tableState(
  session: PostgresSession,
  { source, stream }: LiveStream,
): Promise<"none" | "ours" | "foreign"> {
  const [row] = await session.run(
    `SELECT c.relkind = 'r' AND obj_description(c.oid, 'pg_class') IS NOT DISTINCT FROM $3
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2`,
    [source, stream, LOAD_MARK],
  );
  return row === undefined ? "none" : row[0] === "t" ? "ours" : "foreign";
}

/**
 * Loads a stream into its table, in one transaction: its new files are copied into a temporary table, and the server does
 * the rest. Loads wait for each other, so that what is decided stays true; see {@linkcode decideLoad}.
 *
 * @returns How, and how many rows are in the table; `null` if nothing was to be done.
 */
export async function postgresLoad(
  session: PostgresSession,
  stream: LiveStream,
  lake: string,
): Promise<HowLoaded & { readonly table_rows: number | null }> {
  const name = viewName(stream);
  checkPostgresStream(stream);
  await session.run("BEGIN");
  await session.run("SELECT pg_advisory_xact_lock(hashtext('headwaters pipeline load'))");
  // Somebody may have made it after the first look.
  await checkPostgresTable(session, stream);
  await makeLoads(session);
  const loaded = await loadedStream(session, stream);
  const { part, fresh, known, shape } = decideLoad(stream, loaded);
  if (fresh.length === 0 && known !== undefined) {
    await session.run("ROLLBACK");
    return { stream: name, how: "unchanged", rows: 0, table_rows: null };
  }
  await copyFresh(session, part, lake);
  await prove(session, "SELECT count(*) FROM fresh", part.rows, `the files of ${name} have`);
  if (known === undefined) await makeTable(session, stream, loaded?.shape === shape);
  const { isKeyed, table_rows } = await moveRows(session, part);
  for (const run of fresh) {
    await session.run(`INSERT INTO ${LOADS} VALUES ($1, $2, $3, now())`, [name, run, shape]);
  }
  await session.run("COMMIT");
  const how = known === undefined ? "replaced" : isKeyed ? "merged" : "added";
  return { stream: name, how, rows: part.rows, table_rows };
}

/** Empties a table, so that views and rights stay; one with other columns is made again. */
async function makeTable(
  session: PostgresSession,
  stream: LiveStream,
  hasColumns: boolean,
): Promise<void> {
  const table = tableOf(stream);
  await session.run(`DELETE FROM ${LOADS} WHERE stream = $1`, [viewName(stream)]);
  if (hasColumns) {
    await session.run(`DELETE FROM ${table}`);
    return;
  }
  await makeSchema(session, stream.source);
  await session.run(`DROP TABLE IF EXISTS ${table}`);
  await session.run(`CREATE TABLE ${table} (${definitionOf(columnsOf(stream))})`);
  await session.run(`COMMENT ON TABLE ${table} IS ${quoteText(LOAD_MARK)}`);
}

/** Moves rows from `fresh` into the table, the latest of each key in place of what was there, and proves their number. */
async function moveRows(
  session: PostgresSession,
  part: LiveStream,
): Promise<{ readonly isKeyed: boolean; readonly table_rows: number }> {
  const table = tableOf(part);
  const names = columnsOf(part).map(([column]) => quoteName(column)).join(", ");
  const isKeyed = keyOf(part) !== undefined;
  const key = keySql(part);
  const count = async (sql: string) => Number((await session.run(sql))[0]?.[0]);
  if (isKeyed) {
    await session.run(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM fresh)`);
  }
  const kept = await count(`SELECT count(*) FROM ${table}`);
  const more = isKeyed ? await count(`SELECT count(DISTINCT ${key}) FROM fresh`) : part.rows;
  const order = orderOf(part).map((column) => `${quoteName(column)} DESC`).join(", ");
  const latest = isKeyed ? `DISTINCT ON (${key}) ` : "";
  const inOrder = isKeyed ? ` ORDER BY ${key}, ${order}` : "";
  await session.run(
    `INSERT INTO ${table} (${names}) SELECT ${latest}${names} FROM fresh${inOrder}`,
  );
  const table_rows = kept + more;
  await prove(session, `SELECT count(*) FROM ${table}`, table_rows, `${viewName(part)} has`);
  return { isKeyed, table_rows };
}

/** One value for the whole key, which NULLs are part of, and which the server can hash. */
function keySql({ primaryKey }: LiveStream): string {
  const parts = primaryKey.map(([first = "", ...rest]) => {
    const steps = rest.map(quoteText).join(", ");
    return steps === "" ? quoteName(first) : `${quoteName(first)} #> ARRAY[${steps}]`;
  });
  return `jsonb_build_array(${parts.join(", ")})`;
}

async function prove(
  session: PostgresSession,
  sql: string,
  wanted: number,
  who: string,
): Promise<void> {
  const found = Number((await session.run(sql))[0]?.[0]);
  if (found === wanted) return;
  const state = `${who} ${found} rows, expected ${wanted}; nothing of it was loaded`;
  throw new DatabaseError("lake-differs", `Cannot load: ${state}`);
}

/** What exists is not made again: that alone would need the right to. */
async function makeLoads(session: PostgresSession): Promise<void> {
  await makeSchema(session, "_headwaters");
  const [row] = await session.run("SELECT to_regclass($1)", [LOADS]);
  if (row?.[0]) return;
  await session.run(
    `CREATE TABLE ${LOADS} (stream text, run_id text, shape text, loaded_at timestamptz, PRIMARY KEY (stream, run_id))`,
  );
}

async function makeSchema(session: PostgresSession, name: string): Promise<void> {
  const found = await session.run("SELECT 1 FROM pg_namespace WHERE nspname = $1", [name]);
  if (found.length === 0) await session.run(`CREATE SCHEMA ${quoteName(name)}`);
}

async function loadedStream(
  session: PostgresSession,
  stream: LiveStream,
): Promise<LoadedStream | undefined> {
  if (await tableState(session, stream) === "none") return undefined;
  const name = viewName(stream);
  const rows = await session.run(
    `SELECT run_id, shape FROM ${LOADS} WHERE stream = $1 ORDER BY run_id COLLATE "C"`,
    [name],
  );
  const [[, shape] = []] = rows;
  return shape ? { stream: name, runs: rows.map(([run]) => String(run)), shape } : undefined;
}

function tableOf({ source, stream }: LiveStream): string {
  return `${quoteName(source)}.${quoteName(stream)}`;
}
