import type { Reject } from "../errors/mod.ts";
import type { FileEntry } from "../files/mod.ts";
import type { ReaderOptions } from "../publish/mod.ts";

/** A file made ready for the lake, waiting in staging. */
export interface PreparedFile {
  readonly read: number;
  readonly written: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Spark StructType of its rows. */
  readonly schema: unknown;
  /** How Spark's reader must be told to read it. */
  readonly reader: ReaderOptions;
}

/** Reads one file, writes it ready for Spark to `target` (absolute) and reports what it had to refuse. */
export type PrepareFile = (
  entry: FileEntry,
  target: string,
  found: { readonly sha256: string; readonly onReject: (reject: Reject) => void },
) => Promise<PreparedFile>;
