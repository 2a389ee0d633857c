import type { DotPath } from "../grammar/mod.ts";
import type { SparkType, StructType } from "../schema/mod.ts";
import type { FileSet, LiveStream } from "./live_streams.ts";
import { freeName, partitionOf, pathIn, RECORD, viewName } from "./_view_parts.ts";

/** Returns the statements that create the views of a lake in DuckDB. */
export function duckdbViews(streams: readonly LiveStream[], lake: string): string {
  return [
    "-- Views over exactly the files that the manifests of this lake name. Each run replaces this file: do not edit it.",
    '-- duckdb -init <lake>/_views/duckdb.sql, or .read it; then: FROM "source.stream"',
    "",
    ...streams.flatMap((stream) => duckdbStreamViews(stream, lake)),
  ].join("\n");
}

function duckdbStreamViews(stream: LiveStream, lake: string): string[] {
  const { all, tagged, key, latestOf } = duckdbQueries(stream, lake);
  const name = viewName(stream);
  const create = (view: string, query: string) =>
    `CREATE OR REPLACE VIEW ${quoteName(view)} AS\n${query};\n`;
  if (key.length === 0) return [create(name, all)];
  return [create(name, latestOf(`(\n${tagged}\n)`)), create(`${name}.all`, all)];
}

/** How DuckDB reads a stream. */
export interface DuckdbQueries {
  /** Every row of its files. */
  readonly all: string;
  /** The same, with two columns that order them by their publication. */
  readonly tagged: string;
  /** What says which record is which; empty if nothing in the schema does. */
  readonly key: readonly string[];
  /** Returns the query for the latest version of each record, out of a relation of tagged rows. */
  latestOf(relation: string): string;
  /** Returns the query for all rows, out of a relation of tagged rows. */
  untagged(relation: string): string;
}

/** Returns the queries for one stream. */
export function duckdbQueries(stream: LiveStream, lake: string): DuckdbQueries {
  const { plain: all, query: tagged, part, row } = selectAll(stream, lake);
  const key = keyOf(stream) ?? [];
  const untagged = (relation: string) =>
    `SELECT * EXCLUDE (${quoteName(part)}, ${quoteName(row)}) FROM ${relation}`;
  return {
    all,
    tagged,
    key,
    untagged,
    latestOf: (relation) =>
      [
        untagged(relation),
        `QUALIFY row_number() OVER (PARTITION BY ${key.join(", ")}`,
        `  ORDER BY ${quoteName(part)} DESC, ${quoteName(row)} DESC) = 1`,
      ].join("\n"),
  };
}

function selectAll(stream: LiveStream, lake: string) {
  const schema = stream.schema ?? RECORD;
  const part = freeName("__part", schema);
  const row = freeName("__row", schema);
  const selects = (more: string) =>
    stream.sets.map((set) => selectSet(stream, set, { lake, schema, part, more })).join(
      "\nUNION ALL BY NAME\n",
    );
  const columns = schema.fields.map(({ name, type }) =>
    `CAST(NULL AS ${typeOf(type)}) AS ${quoteName(name)}`
  );
  const partition = partitionOf(stream);
  if (partition !== undefined) {
    columns.push(`CAST(NULL AS ${PARTITION_TYPES[partition]}) AS ${partition}`);
  }
  const none = (more: readonly string[]) =>
    `SELECT ${[...columns, ...more].join(", ")} WHERE false`;
  return {
    part,
    row,
    /** In order of publication; a part's name grows with the time of its run. */
    query: stream.sets.length === 0
      ? none([`'' AS ${quoteName(part)}`, `0 AS ${quoteName(row)}`])
      : selects(
        `, parse_filename(${quoteName(part)}) AS ${quoteName(part)}, row_number() OVER () AS ${
          quoteName(row)
        }`,
      ),
    plain: stream.sets.length === 0 ? none([]) : selects(""),
  };
}

const PARTITION_TYPES = { dt: "DATE", snapshot: "VARCHAR" } as const;

function selectSet(
  stream: LiveStream,
  set: FileSet,
  about: {
    readonly lake: string;
    readonly schema: StructType;
    readonly part: string;
    readonly more: string;
  },
): string {
  const { lake, schema, part, more } = about;
  const columns = columnsOf(stream, set, schema);
  const partition = partitionOf(stream);
  // DuckDB itself would take any folder above the lake for a partition too, if its name is like one.
  if (partition !== undefined) {
    const value = `split_part(parse_dirpath(${quoteName(part)}), '=', -1)`;
    columns.push(`CAST(${value} AS ${PARTITION_TYPES[partition]}) AS ${partition}`);
  }
  return `SELECT ${columns.join(", ")}${more} FROM ${readSet(stream, set, { lake, part })}`;
}

/** Returns the columns of a set of files, in the types of the view. */
function columnsOf(
  stream: LiveStream,
  { reader, schema: own, hasTexts }: FileSet,
  schema: StructType,
): string[] {
  if (reader.format === "json") return schema.fields.map(({ name }) => quoteName(name));
  if (stream.schema === undefined && !hasTexts) {
    const fields = own.fields.map(({ name }) => `${quoteName(name)} := ${quoteName(name)}`);
    return [`to_json(struct_pack(${fields.join(", ")})) AS record`];
  }
  return schema.fields.flatMap(({ name, type }) => {
    const field = own.fields.find((field) => field.name === name);
    if (field === undefined) return [];
    const [from, to] = [typeOf(field.type), typeOf(type)];
    if (from === to) return [quoteName(name)];
    const column = quoteName(name);
    if (typeof field.type === "string") return [`CAST(${column} AS ${to}) AS ${column}`];
    return typeof type === "string"
      ? [`CAST(to_json(${column}) AS VARCHAR) AS ${column}`]
      : [`from_json(to_json(${column}), ${quoteText(JSON.stringify(shapeOf(type)))}) AS ${column}`];
  });
}

function readSet(
  stream: LiveStream,
  { reader, schema, files }: FileSet,
  { lake, part }: { readonly lake: string; readonly part: string },
): string {
  const list = files.map(({ path }) => `  ${quoteText(pathIn(lake, path))}`).join(",\n");
  const options = [`filename = ${quoteText(part)}`, "hive_partitioning = false"];
  const typesOf = ({ fields }: StructType) =>
    `columns = {${
      fields.map(({ name, type }) => `${quoteText(name)}: ${quoteText(typeOf(type))}`).join(", ")
    }}`;
  if (reader.format === "csv") {
    options.push(
      "compression = 'gzip'",
      typesOf(schema),
      "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'",
      // As Spark: nothing is NULL, nothing in quotes is an empty text.
      "allow_quoted_nulls = false",
    );
    return `read_csv([\n${list}\n], ${options.join(", ")})`;
  }
  // Any other format has its types in its files.
  if (reader.format !== "json") {
    const read = `read_${reader.format.replaceAll(/\W/g, "_")}`;
    return `${read}([\n${list}\n], ${options.join(", ")})`;
  }
  options.push("compression = 'gzip'", "format = 'newline_delimited'");
  if (stream.schema === undefined) {
    options.push("records = false", `columns = {'record': 'JSON'}`);
  } else options.push("records = true", typesOf(stream.schema));
  return `read_json([\n${list}\n], ${options.join(", ")})`;
}

/** Returns what says which record is which; `undefined` if nothing in the schema does. */
export function keyOf({ primaryKey, schema }: LiveStream): string[] | undefined {
  if (schema === undefined || primaryKey.length === 0) return undefined;
  const keys = primaryKey.map((path) => valueAt(schema, path));
  return keys.includes(undefined) ? undefined : keys as string[];
}

function valueAt(schema: StructType, [first = "", ...rest]: DotPath): string | undefined {
  let type = schema.fields.find(({ name }) => name === first)?.type;
  let text = quoteName(first);
  for (const key of rest) {
    if (typeof type !== "object") return undefined;
    if (type.type === "array") {
      const index = Number(key);
      text += `[${index < 0 ? index : index + 1}]`;
      type = type.elementType;
    } else {
      text += `[${quoteText(key)}]`;
      type = type.type === "map"
        ? type.valueType
        : type.fields.find(({ name }) => name === key)?.type;
    }
  }
  return type === undefined ? undefined : text;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  long: "BIGINT",
  integer: "INTEGER",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMPTZ",
  date: "DATE",
};

/** Returns DuckDB's name of a Spark type. */
function typeOf(type: SparkType): string {
  if (typeof type === "string") return TYPES[type] ?? type.toUpperCase();
  switch (type.type) {
    case "struct":
      return `STRUCT(${
        type.fields.map((field) => `${quoteName(field.name)} ${typeOf(field.type)}`).join(", ")
      })`;
    case "array":
      return `${typeOf(type.elementType)}[]`;
    case "map":
      return `MAP(VARCHAR, ${typeOf(type.valueType)})`;
  }
}

/** Returns a type as `from_json` takes it, which fills in what is missing. */
function shapeOf(type: SparkType): unknown {
  if (typeof type === "string" || type.type === "map") return typeOf(type);
  if (type.type === "array") return [shapeOf(type.elementType)];
  return Object.fromEntries(type.fields.map((field) => [field.name, shapeOf(field.type)]));
}

/** Quotes an identifier of SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text of SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
