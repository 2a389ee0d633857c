import { basename, join } from "node:path";
import type { PostgresSession } from "../db/mod.ts";
import { DatabaseError } from "../errors/mod.ts";
import { gunzip } from "../files/mod.ts";
import { storageError } from "../io/mod.ts";
import type { SparkType, StructType } from "../schema/mod.ts";
import { quoteName, quoteText } from "./_duckdb_views.ts";
import { freeName, partitionOf, RECORD, viewName } from "./_view_parts.ts";
import type { FileSet, LiveFile, LiveStream } from "./live_streams.ts";

/** A column of a table, and its type. */
export type Column = readonly [name: string, type: string];

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  long: "bigint",
  integer: "integer",
  double: "double precision",
  boolean: "boolean",
  timestamp: "timestamptz",
  date: "date",
};
/** Bytes that no JSON text has: a line of JSON is one field of one column, whatever is in it. */
const LINES = `FORMAT csv, DELIMITER e'\\x02', QUOTE e'\\x01'`;

/** Returns the columns of a stream's table; objects and lists are `jsonb`. */
export function columnsOf(stream: LiveStream): Column[] {
  const columns = (stream.schema ?? RECORD).fields
    .map(({ name, type }): Column => [name, typeOf(type)]);
  const partition = partitionOf(stream);
  if (partition !== undefined) columns.push([partition, partition === "dt" ? "date" : "text"]);
  return columns;
}

/** Returns the two columns that order rows by their publication. */
export function orderOf({ schema = RECORD }: LiveStream): readonly [part: string, row: string] {
  return [freeName("__part", schema), freeName("__row", schema)];
}

/**
 * Copies the rows of a stream's files into a temporary table `fresh`. The server parses them: what is sent is the bytes of
 * the files, decompressed.
 */
export async function copyFresh(
  session: PostgresSession,
  stream: LiveStream,
  lake: string,
): Promise<void> {
  const columns = [...columnsOf(stream), ...orderColumns(stream)];
  await session.run(`CREATE TEMP TABLE fresh (${definitionOf(columns)}) ON COMMIT DROP`);
  for (const set of stream.sets) {
    const { reader, schema } = set;
    const [, row] = orderOf(stream);
    const own = reader.format === "csv" ? schema.fields.map(({ name }) => name) : ["record"];
    const type = reader.format === "csv" ? "text" : "json";
    const number = own.includes(row) ? freeName(row, schema) : row;
    await session.run(
      `CREATE TEMP TABLE incoming (${definitionOf(own.map((name): Column => [name, type]))}, ${
        quoteName(number)
      } bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP`,
    );
    const form = reader.format === "csv" ? "FORMAT csv, HEADER" : LINES;
    const copy = `COPY incoming (${own.map(quoteName).join(", ")}) FROM STDIN WITH (${form})`;
    for (const file of set.files) {
      try {
        await session.copy(copy, contentOf(lake, file));
        await session.run(insertFrom(stream, set, { file, number }));
      } catch (error) {
        throw unfitValue(error, stream, file) ?? error;
      }
      await session.run("TRUNCATE incoming");
    }
    await session.run("DROP TABLE incoming");
  }
}

/** Returns what the server says of a value that it cannot hold, with the file that has it; it names no row itself. */
function unfitValue(
  error: unknown,
  stream: LiveStream,
  { path }: LiveFile,
): DatabaseError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code, message } = error;
  if (typeof code !== "string" || !/^22...$/.test(code)) return undefined;
  const detail = code === "22P05" ? " (PostgreSQL has no text with a NUL)" : "";
  const state =
    `a record of "${path}" has a value that PostgreSQL cannot hold: ${message}${detail}`;
  return new DatabaseError(
    "database-constraint",
    `Cannot load ${
      viewName(stream)
    }: ${state}; load into duckdb:FILE, or retract the run and reject such records`,
    { context: { sqlstate: code }, cause: error },
  );
}

function orderColumns(stream: LiveStream): Column[] {
  const [part, row] = orderOf(stream);
  return [[part, 'text COLLATE "C"'], [row, "bigint"]];
}

/** Returns columns as a table or a list of columns is defined by them. */
export function definitionOf(columns: readonly Column[]): string {
  return columns.map(([name, type]) => `${quoteName(name)} ${type}`).join(", ");
}

async function* contentOf(lake: string, { path }: LiveFile): AsyncGenerator<Uint8Array> {
  const absolute = join(lake, path);
  let file: Deno.FsFile;
  try {
    file = await Deno.open(absolute);
  } catch (error) {
    throw storageError("read", absolute, error);
  }
  yield* gunzip(file.readable, { source: absolute });
}

/** Returns the statement that moves one file's rows on, each value in the column's type. */
function insertFrom(
  stream: LiveStream,
  { reader, schema: own }: FileSet,
  { file, number }: { readonly file: LiveFile; readonly number: string },
): string {
  const names = [...columnsOf(stream), ...orderColumns(stream)].map(([name]) => quoteName(name));
  const partition = partitionOf(stream) === undefined
    ? []
    : [quoteText(/\/(?:dt|snapshot)=([^/]+)\//.exec(file.path)?.[1] ?? "")];
  const fields = (stream.schema ?? RECORD).fields.map(({ name, type }) => ({
    name,
    type: typeOf(type),
  }));
  const isCsv = reader.format === "csv";
  const values = stream.schema === undefined
    ? [recordOf(isCsv ? own : undefined)]
    : fields.map(({ name, type }) => isCsv ? fieldOf(own, name, type) : `r.${quoteName(name)}`);
  const more = isCsv || stream.schema === undefined
    ? ""
    : `, json_to_record(i.record) AS r(${
      definitionOf(fields.map(({ name, type }) => [name, type]))
    })`;
  const order = [quoteText(basename(file.path)), `i.${quoteName(number)}`];
  return `INSERT INTO fresh (${names.join(", ")}) SELECT ${
    [...values, ...partition, ...order].join(", ")
  } FROM incoming AS i${more}`;
}

/** The whole record as its text. */
function recordOf(own: StructType | undefined): string {
  if (own === undefined) return "i.record::text";
  const columns = own.fields.map(({ name }) => `i.${quoteName(name)}`).join(", ");
  return `(SELECT row_to_json(x.*)::text FROM (SELECT ${columns}) AS x)`;
}

/** A column of a CSV file: nothing is NULL, nothing in quotes is an empty text. */
function fieldOf(own: StructType, name: string, type: string): string {
  if (!own.fields.some((field) => field.name === name)) return "NULL";
  const value = `i.${quoteName(name)}`;
  return type === "jsonb" ? `to_jsonb(${value})` : `${value}::${type}`;
}

function typeOf(type: SparkType): string {
  if (typeof type !== "string") return "jsonb";
  // Such as decimal(10,2).
  return TYPES[type] ?? type.replace("decimal", "numeric");
}
