import { duckdbQueries, quoteName, quoteText } from "./_duckdb_views.ts";
import { freeName, RECORD, viewName } from "./_view_parts.ts";
import { decideLoad, type HowLoaded, LOAD_MARK, type LoadedStream } from "./load_decision.ts";
import type { LiveStream } from "./live_streams.ts";

/** The statements that put a stream into its table. */
export interface StreamLoad extends HowLoaded {
  /** Statements, all in one transaction. */
  readonly sql: string;
}

const LOADS = 'target."_headwaters"."loads"';

/** Returns the query for {@linkcode LoadedStream}s; of a stream whose table is gone there is none. */
export const LOADED_STREAMS =
  `SELECT to_json({stream: stream, runs: list(run_id ORDER BY run_id), shape: any_value(shape)})
FROM ${LOADS} AS l WHERE EXISTS (SELECT 1 FROM duckdb_tables() AS t WHERE t.database_name = 'target'
  AND t.schema_name || '.' || t.table_name = l.stream) GROUP BY stream;`;

/** What a database needs once. */
const CREATE_LOADS = [
  `CREATE SCHEMA IF NOT EXISTS target."_headwaters"`,
  `CREATE TABLE IF NOT EXISTS ${LOADS} (stream VARCHAR, run_id VARCHAR, shape VARCHAR, loaded_at TIMESTAMPTZ,
  PRIMARY KEY (stream, run_id))`,
];

const MARK = quoteText(LOAD_MARK);

const OBJECTS =
  `(SELECT schema_name || '.' || table_name AS name, comment IS NOT DISTINCT FROM ${MARK} AS is_ours
  FROM duckdb_tables() WHERE database_name = 'target'
  UNION ALL SELECT schema_name || '.' || view_name, false FROM duckdb_views() WHERE database_name = 'target')`;

/** A table or view of a database. */
export interface FoundTable {
  /** Its schema and name. */
  readonly name: string;
  /** Whether a load made it. */
  readonly is_ours: boolean;
}

/** Returns the query for {@linkcode FoundTable}s; a last line names the engine, so that there always is one. */
export const FOUND_TABLES = `SELECT to_json({name: name, is_ours: is_ours}) FROM ${OBJECTS};
SELECT to_json({engine: version()});
`;

/** Returns whether a database knows of loads. */
export function hasLoads(found: readonly FoundTable[]): boolean {
  return found.some(({ name }) => name === "_headwaters.loads");
}

/** Finds the table or view that has the name of a stream, and that no load made. */
export function foreignTable(
  stream: LiveStream,
  found: readonly FoundTable[],
): FoundTable | undefined {
  // DuckDB takes names that differ by letter case for the same.
  const wanted = viewName(stream).toLowerCase();
  return found.find(({ name, is_ours }) => !is_ours && name.toLowerCase() === wanted);
}

/**
 * Decides how a stream gets into its table of a database that is attached as `target`, and returns the statements.
 *
 * Runs that came after all that were loaded are added, or merged by the primary key; anything else (a run that was
 * retracted, another snapshot, other columns) makes the table again. Each transaction proves its counts, and that nobody
 * has loaded meanwhile, before it ends.
 */
export function duckdbLoad(
  stream: LiveStream,
  lake: string,
  loaded: LoadedStream | undefined,
): StreamLoad {
  const name = viewName(stream);
  const table = tableOf(stream);
  const { part, fresh, known, shape } = decideLoad(stream, loaded);
  if (fresh.length === 0 && known !== undefined) {
    return { stream: name, how: "unchanged", rows: 0, sql: "" };
  }
  const { how, statements } = loadStatements(part, lake, known);
  const sql = [
    "BEGIN",
    ...CREATE_LOADS,
    prove(
      `NOT EXISTS (FROM ${OBJECTS} WHERE NOT is_ours AND lower(name) = lower(${quoteText(name)}))`,
      `${name}: no load made what has this name`,
    ),
    ...statements,
    ...fresh.map((run) =>
      `INSERT INTO ${LOADS} VALUES (${[name, run, shape].map(quoteText).join(", ")}, now())`
    ),
    "COMMIT",
    `SELECT to_json({stream: ${quoteText(name)}, table_rows: (SELECT count(*) FROM ${table})})`,
    // The next load in the same process has its own.
    "DROP TABLE fresh",
  ];
  return { stream: name, how, rows: part.rows, sql: `${sql.join(";\n")};\n` };
}

/**
 * Returns what puts the rows of a stream's files into its table, and proves it.
 *
 * @param known Runs that are in the table and stay; `undefined` makes it again.
 */
function loadStatements(
  part: LiveStream,
  lake: string,
  known: readonly string[] | undefined,
): Pick<StreamLoad, "how"> & { readonly statements: readonly string[] } {
  const [name, table] = [viewName(part), tableOf(part)];
  const { tagged, key, latestOf, untagged } = duckdbQueries(part, lake);
  const isKeyed = key.length > 0;
  const rows = isKeyed ? latestOf("fresh") : untagged("fresh");
  const keys = `(SELECT count(*) FROM (SELECT DISTINCT ${key.join(", ")} FROM fresh))`;
  const ofStream = `FROM ${LOADS} WHERE stream = ${quoteText(name)}`;
  const change = known === undefined
    ? [
      `DELETE ${ofStream}`,
      `CREATE OR REPLACE TEMP TABLE kept AS SELECT 0`,
      `CREATE OR REPLACE TABLE ${table} AS ${rows}`,
      `COMMENT ON TABLE ${table} IS ${MARK}`,
    ]
    : [
      prove(
        `(SELECT list(run_id ORDER BY run_id) ${ofStream}) IS NOT DISTINCT FROM ${listOf(known)}`,
        `${name}: somebody else has loaded meanwhile`,
      ),
      ...(isKeyed ? [deleteAgain(part, key)] : []),
      `CREATE OR REPLACE TEMP TABLE kept AS SELECT count(*) FROM ${table}`,
      `INSERT INTO ${table} BY NAME ${rows}`,
    ];
  return {
    how: known === undefined ? "replaced" : isKeyed ? "merged" : "added",
    statements: [
      `CREATE SCHEMA IF NOT EXISTS target.${quoteName(part.source)}`,
      `CREATE OR REPLACE TEMP TABLE fresh AS\n${tagged}`,
      prove(
        `(SELECT count(*) FROM fresh) = ${part.rows}`,
        `${name}: the files have other rows than their manifests say`,
      ),
      ...change,
      prove(
        `(SELECT count(*) FROM ${table}) = (FROM kept) + ${isKeyed ? keys : part.rows}`,
        `${name}: the table has other rows than were loaded`,
      ),
    ],
  };
}

/** Deletes what comes again. */
function deleteAgain(part: LiveStream, key: readonly string[]): string {
  // Of a column t that holds objects, t.id would be a field.
  const [now, old] = ["__new", "__old"].map((alias) => freeName(alias, part.schema ?? RECORD));
  const same = key.map((column) => `${now}.${column} IS NOT DISTINCT FROM ${old}.${column}`)
    .join(" AND ");
  return `DELETE FROM ${
    tableOf(part)
  } AS ${old} WHERE EXISTS (SELECT 1 FROM fresh AS ${now} WHERE ${same})`;
}

function tableOf({ source, stream }: LiveStream): string {
  return `target.${quoteName(source)}.${quoteName(stream)}`;
}

function prove(condition: string, message: string): string {
  return `SELECT error(${quoteText(message)}) WHERE NOT (${condition})`;
}

function listOf(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(", ")}]`;
}
