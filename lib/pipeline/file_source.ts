import type { FilesCheckpoint } from "../audit/mod.ts";
import { ConfigError, type Reject } from "../errors/mod.ts";
import type { CountedFinding, FileEntry, SyncFile } from "../files/mod.ts";
import type { CheckTally } from "../quality/mod.ts";
import type { ReaderOptions } from "../lake/mod.ts";
import type { StructType } from "../schema/mod.ts";
import type { PartSizes } from "./_file_parts.ts";
import { streamId } from "./source_type.ts";
import type { StreamRecord } from "./stream_record.ts";

/** A file made ready for the lake, waiting in staging. */
export interface PreparedFile {
  readonly read: number;
  readonly written: number;
  readonly bytes: number;
  /** Before compression. */
  readonly contentBytes: number;
  readonly sha256: string;
  /** Where the first time of its events ends in the text, at the earliest. @default none is known */
  readonly firstTimeEnd?: number | undefined;
  /** What its checks found. @default [] */
  readonly checks?: readonly CheckTally[];
  /** What was repaired or accepted. @default [] */
  readonly findings?: readonly CountedFinding[];
  /** Spark StructType of its rows. */
  readonly schema: unknown;
  /** How it is read. */
  readonly reader: ReaderOptions;
}

/** Reads one file, writes it ready for Spark to `target` (absolute) and reports what it had to reject. */
export type PrepareFile = (
  entry: FileEntry,
  target: string,
  found: {
    readonly sha256: string;
    /** Schema of the stream's files so far; `undefined` before the first one. */
    readonly schema: unknown;
    /** How the stream's files so far are read; `undefined` before the first one. */
    readonly reader: ReaderOptions | undefined;
    readonly onReject: (reject: Reject) => void;
    /** Flushes the complete file, or keeps it. */
    readonly sync: SyncFile;
  },
) => Promise<PreparedFile>;

/** A folder of files, and how each becomes data. */
export interface FileSource {
  /** The folder, absolute. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether the files in zip archives are taken in, each by itself. @default false */
  readonly archives?: boolean;
  /** Age from which a file counts as whole, in ms. */
  readonly minAge: number;
  /** Name of the file that says that another one is whole. @default none */
  readonly announcedBy?: string | undefined;
  /** What becomes of a published file with other content. @default "append" */
  readonly onChange?: "append" | "replace" | "reject";
  /** What becomes of a content that readers see already. @default "skip" */
  readonly onDuplicate?: "skip" | "publish";
  /** Unpacks a file that is known by its text, however it is packed. @default it is known by its bytes */
  readonly textOf?: (entry: FileEntry) => AsyncIterable<Uint8Array>;
  /** Sizes of files in the lake. @default as they come */
  readonly parts?: PartSizes | undefined;
  /** Columns that the configuration says the stream has. @default {those of its first file} */
  readonly columns?: readonly string[] | undefined;
  /** Everything that decides whether a file is accepted; a rejection holds for the same content and the same keys. */
  readonly acceptance: unknown;
  /** Returns the ending of a prepared file's name. */
  readonly extensionOf: (path: string) => string;
  readonly prepare: PrepareFile;
}

/** One stream has one set of columns, for readers bind them by position. */
export function checkColumns(
  { row }: StreamRecord,
  columns: readonly string[] | undefined,
  form: FilesCheckpoint | undefined,
): void {
  // JSON records bring their names along.
  const isRows = (form?.reader as ReaderOptions | undefined)?.["format"] !== "json";
  if (columns === undefined || form === undefined || !isRows) return;
  const known = (form.schema as StructType).fields.map(({ name }) => name);
  const isSame = known.length === columns.length && columns.every((name) => known.includes(name));
  if (isSame) return;
  throw new ConfigError(
    "stream-changed",
    `Cannot read ${streamId(row)}: its published files have the columns ${known.join(", ")}, ` +
      `and expect.columns now says ${
        columns.join(", ")
      }; set them back, give the stream a new name, ` +
      "or retract what is published",
    { context: { source: row.source, stream: row.stream } },
  );
}

/** Returns how a stream's files are read with one more: all of them must be readable in one way. */
export function nextForm(
  { reader, schema }: PreparedFile,
  before: FilesCheckpoint | undefined,
  { onChange }: FileSource,
): FilesCheckpoint {
  const known = before?.reader as ReaderOptions | undefined;
  const multiLine = [known, reader].some((one) => one?.["multiLine"] === "true");
  const form = { reader: multiLine ? { ...reader, multiLine: "true" } : reader, schema };
  return formWith({ type: "files", ...form }, onChange);
}

/** Returns how a stream's files are read, with what its manifests say of them. */
export function formWith(
  form: FilesCheckpoint,
  onChange: FileSource["onChange"] = "append",
): FilesCheckpoint {
  return { ...form, replaces: onChange === "replace", notes: onChange !== "append" };
}
