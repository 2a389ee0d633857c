import type { Reject } from "../errors/mod.ts";
import type { FileEntry } from "../files/mod.ts";

/** A file made ready for the lake, waiting in staging. */
export interface PreparedFile {
  readonly read: number;
  readonly written: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Spark StructType of its rows. */
  readonly schema: unknown;
  /** Log lines per format, where it is a log. */
  readonly formats?: Readonly<Record<string, number>>;
}

/** Reads one file, writes it ready for Spark to `target` (absolute) and reports what it had to refuse. */
export type PrepareFile = (
  entry: FileEntry,
  target: string,
  found: { readonly sha256: string; readonly onReject: (reject: Reject) => void },
) => Promise<PreparedFile>;
