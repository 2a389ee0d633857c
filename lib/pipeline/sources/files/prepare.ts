import { ConfigError, DataError } from "../../../errors/mod.ts";
import { type FileEntry, fileFormat, prepareFile } from "../../../files/mod.ts";
import type { ReaderOptions } from "../../../lake/mod.ts";
import { PrivacyFilter, type PrivacyRules, RecordChecks } from "../../../quality/mod.ts";
import {
  csvSchema,
  diffSchemas,
  mergeSchemas,
  SchemaInference,
  type StructType,
} from "../../../schema/mod.ts";
import type { PrepareFile } from "../../file_source.ts";
import { withheldFindings } from "../../withheld.ts";
import { uncovered } from "../../private_schema.ts";
import type { RunContext } from "../../run_context.ts";
import { dialectOf } from "./_dialect_schema.ts";
import { failBy, inspectBy } from "../_file_checks.ts";
import type { FilesSource } from "./schema.ts";

// Spark's own defaults would take the header for a row, "" for an escaped quote apart, an empty text for NULL,
// and cut rows at a line end inside quotes. No file holds a NUL, so that nothing else is taken for NULL.
const CSV = { format: "csv", header: "true", escape: '"', nullValue: "\0" } as const;
const JSON_LINES = { format: "json" } as const;

/** Returns the step that validates a file and writes it in the one form that the lake holds. */
export function prepareDataFile(
  source: FilesSource,
  ctx: RunContext,
  rules: PrivacyRules | undefined,
): PrepareFile {
  const { expect, dialect, on_finding, allow_empty } = source;
  const { tolerance: { records: allowed = ctx.config.tolerance.records } = {} } = source;
  return async (entry, target, { schema, reader, onReject, sync }) => {
    const isJson = fileFormat(entry.path)?.json !== undefined;
    const privacy = rules && new PrivacyFilter(rules);
    checkForm(entry.path, { isJson, reader });
    if (!isJson) refuseDropped(source, schema, rules);
    const inference = new SchemaInference();
    const about = { isText: !isJson, now: ctx.now(), privacy: rules };
    const checks = new RecordChecks(source.checks ?? [], about);
    const result = await prepareFile(entry, target, {
      columns: isJson ? expect.columns : columnsOf(schema) ?? expect.columns,
      minSize: expect.min_size,
      maxSize: expect.max_size,
      dialect: dialectOf(dialect),
      verdicts: { ...on_finding, ...(allow_empty ? { "file-empty": "accept" } : {}) },
      onRecord: (value, bytes) => inference.add(value, bytes),
      onReject,
      privacy,
      inspect: source.checks && inspectBy(checks),
      sync,
      signal: ctx.signal,
    });
    failBy(checks, { entry, read: result.rowsRead, allowed });
    if (isJson) refuseUncovered(entry, { inference, schema, rules, dropped: privacy?.dropped });
    return {
      checks: checks.tallies,
      read: result.rowsRead,
      written: result.rowsWritten,
      bytes: result.bytesOut,
      contentBytes: result.contentBytes,
      sha256: result.sha256,
      findings: withheldFindings(result.findings, rules),
      ...(isJson ? { schema: jsonSchema(inference, schema), reader: JSON_LINES } : {
        schema: csvSchema(result.columns),
        reader: { ...CSV, multiLine: String(result.multiline) },
      }),
    };
  };
}

/** Returns the columns of rows that are written. */
export function keptColumns(
  columns: readonly string[] | undefined,
  { drop = [] }: PrivacyRules = {},
): readonly string[] | undefined {
  const dropped = new Set(drop.map((path) => path.join(".")));
  return columns?.filter((name) => !dropped.has(name));
}

/** Readers bind the columns of rows by position: none can go while files that have it are published. */
function refuseDropped(
  { name: source, stream }: FilesSource,
  schema: unknown,
  rules: PrivacyRules | undefined,
): void {
  const known = columnsOf(schema);
  const kept = keptColumns(known, rules);
  const dropped = known?.find((name) => !kept?.includes(name));
  if (dropped === undefined) return;
  throw new ConfigError(
    "stream-changed",
    `Cannot read ${source}.${stream}: privacy drops "${dropped}", which its published files have; ` +
      "mask or hash it, give the stream a new name, or retract what is published",
    { context: { source, stream } },
  );
}

/** A new column may hold what privacy names if that is gone. */
function refuseUncovered(
  { path }: FileEntry,
  about: {
    readonly inference: SchemaInference;
    readonly schema: unknown;
    readonly rules: PrivacyRules | undefined;
    readonly dropped: ReadonlySet<string> | undefined;
  },
): void {
  const read = about.inference.toStructType();
  const known = about.schema as StructType | undefined;
  if (known === undefined || read.fields.length === 0) return;
  const changes = diffSchemas(known, mergeSchemas([read, known]));
  const contract = { changes, known, read, next: undefined, dropped: about.dropped };
  const [fault] = uncovered(contract, about.rules);
  if (fault === undefined) return;
  throw new DataError("file-columns-missing", `Cannot take in "${path}": ${fault}`);
}

/** The files of one stream are read in one way: rows and JSON records are never mixed. */
function checkForm(
  path: string,
  about: { readonly isJson: boolean; readonly reader: ReaderOptions | undefined },
): void {
  const form = about.isJson ? "json" : "csv";
  const known = about.reader?.["format"] ?? form;
  if (known === form) return;
  const [found, expected] = about.isJson ? ["JSON records", "rows"] : ["rows", "JSON records"];
  throw new DataError(
    "file-type",
    `Cannot prepare "${path}": it holds ${found}, the files of its stream so far hold ${expected}; ` +
      "give it a source of its own by include and exclude",
    { context: { path } },
  );
}

/** Returns a schema that the records of this file and of those before fit into. */
function jsonSchema(inference: SchemaInference, known: unknown): StructType {
  const found = inference.toStructType();
  return known === undefined ? found : mergeSchemas([found, known as StructType]);
}

/** Returns the names of a stream's columns; `undefined` if nothing is published yet. */
export function columnsOf(schema: unknown): readonly string[] | undefined {
  return (schema as StructType | undefined)?.fields.map(({ name }) => name);
}
