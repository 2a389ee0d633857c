import { foldName } from "../grammar/mod.ts";
import type { StreamName } from "../audit/mod.ts";
import type { StructType } from "../schema/mod.ts";
import type { LiveStream } from "./live_streams.ts";

/** The one column of a stream that no schema can describe: each record as its text. */
export const RECORD: StructType = {
  type: "struct",
  fields: [{ name: "record", type: "string", nullable: false, metadata: {} }],
};

/** The same, of parts whose records are texts themselves; records may have a field of that name, too. */
export const RECORD_TEXTS: StructType = {
  ...RECORD,
  fields: RECORD.fields.map((field) => ({ ...field, metadata: { whole_record: true } })),
};

/** Whether a schema is that of {@linkcode RECORD_TEXTS}. */
export function isRecordTexts({ fields }: StructType): boolean {
  return fields.some(({ metadata }) => metadata["whole_record"] === true);
}

/** Returns the name of a stream's view: as people write the stream, and no view of another. */
export function viewName({ source, stream }: StreamName): string {
  return `${source}.${stream}`;
}

/** Returns the partition column of a stream; `undefined` if its records have a column of that name. */
export function partitionOf({ mode, schema }: LiveStream): "dt" | "snapshot" | undefined {
  const name = mode === "snapshot" ? "snapshot" : "dt";
  return hasName(schema ?? RECORD, name) ? undefined : name;
}

/** Returns a name that no column has. */
export function freeName(name: string, schema: StructType): string {
  return hasName(schema, name) ? freeName(`${name}_`, schema) : name;
}

/** Returns the path of a file of a lake, as both engines write it. */
export function pathIn(lake: string, path: string): string {
  return `${lake.replaceAll(/[/\\]+$/g, "")}/${path}`;
}

function hasName({ fields }: StructType, wanted: string): boolean {
  return fields.some(({ name }) => foldName(name) === wanted);
}
