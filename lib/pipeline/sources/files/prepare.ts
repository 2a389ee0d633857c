import { DataError } from "../../../errors/mod.ts";
import { fileFormat, prepareFile } from "../../../files/mod.ts";
import type { ReaderOptions } from "../../../lake/mod.ts";
import { RecordChecks } from "../../../quality/mod.ts";
import { csvSchema, mergeSchemas, SchemaInference, type StructType } from "../../../schema/mod.ts";
import type { PrepareFile } from "../../file_source.ts";
import type { RunContext } from "../../run_context.ts";
import { dialectOf } from "./_dialect_schema.ts";
import { failBy, inspectBy } from "../_file_checks.ts";
import type { FilesSource } from "./schema.ts";

// Spark's own defaults would take the header for a row, "" for an escaped quote apart, an empty text for NULL,
// and cut rows at a line end inside quotes. No file holds a NUL, so that nothing else is taken for NULL.
const CSV = { format: "csv", header: "true", escape: '"', nullValue: "\0" } as const;
const JSON_LINES = { format: "json" } as const;

/** Returns the step that validates a file and writes it in the one form that the lake holds. */
export function prepareDataFile(source: FilesSource, ctx: RunContext): PrepareFile {
  const { expect, dialect, on_finding, allow_empty } = source;
  const { tolerance: { records: allowed = ctx.config.tolerance.records } = {} } = source;
  return async (entry, target, { schema, reader, onReject, sync }) => {
    const isJson = fileFormat(entry.path)?.json !== undefined;
    checkForm(entry.path, { isJson, reader });
    const inference = new SchemaInference();
    const checks = new RecordChecks(source.checks ?? [], { isText: !isJson, now: ctx.now() });
    const result = await prepareFile(entry, target, {
      columns: isJson ? expect.columns : columnsOf(schema) ?? expect.columns,
      minSize: expect.min_size,
      maxSize: expect.max_size,
      dialect: dialectOf(dialect),
      verdicts: { ...on_finding, ...(allow_empty ? { "file-empty": "accept" } : {}) },
      onRecord: (value, bytes) => inference.add(value, bytes),
      onReject,
      inspect: source.checks && inspectBy(checks),
      sync,
      signal: ctx.signal,
    });
    failBy(checks, { entry, read: result.rowsRead, allowed });
    return {
      checks: checks.tallies,
      read: result.rowsRead,
      written: result.rowsWritten,
      bytes: result.bytesOut,
      contentBytes: result.contentBytes,
      sha256: result.sha256,
      findings: result.findings,
      ...(isJson ? { schema: jsonSchema(inference, schema), reader: JSON_LINES } : {
        schema: csvSchema(result.columns),
        reader: { ...CSV, multiLine: String(result.multiline) },
      }),
    };
  };
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
