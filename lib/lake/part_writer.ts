import type { SyncFile } from "../files/mod.ts";
import type { ReaderOptions } from "./manifest.ts";

/** A format in which records become the parts of a lake; a new one is a file, and a line in `part_formats.ts` and in `part_format_names.ts`. */
export interface PartFormat {
  /** Ending of a part's name, with its dot; Spark chooses the codec by it. */
  readonly extension: string;
  /** How Spark and DuckDB (`read_<format>`) read the parts, which hold their types. */
  readonly reader: ReaderOptions;
  /** Whether a part is the records' own bytes, one a line, in gzip. @default false */
  readonly isAsSent?: true;
  /** Returns the schema of the parts, where it is another than that of the records. @default {the same} */
  readonly schemaOf?: (schema: unknown) => unknown;
  /**
   * Creates a part.
   *
   * @param path Where it goes.
   * @param schema Spark StructType of its rows.
   */
  open(path: string, schema: unknown): PartWriter;
  /**
   * Yields the records of a part, in bounded memory.
   *
   * @param columns Those of which the values are needed.
   */
  records(path: string, columns: readonly string[]): AsyncIterable<unknown>;
}

/** One part that is being written, in bounded memory. */
export interface PartWriter extends AsyncDisposable {
  /** Bytes in the file so far; may be behind by what is buffered. */
  readonly bytesOut: number;
  /** Appends whole records as JSON lines; the bytes may be reused once the promise is fulfilled. */
  write(lines: Uint8Array): Promise<void>;
  /**
   * Writes what is left and closes the part.
   *
   * @param sync Flushes the complete file to the device before it is closed, or keeps it.
   */
  finish(sync: SyncFile): Promise<{
    /** Size of the file. */
    readonly bytes: number;
    /** Of its bytes, lower-case hex. */
    readonly sha256: string;
  }>;
}
