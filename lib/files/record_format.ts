import { DataError } from "../errors/mod.ts";

const FORMAT = /\.(csv|tsv|tab|jsonl|ndjson)(\.gz)?$/i;

/** What the name of a file says about its records. */
export interface RecordFormat {
  /** The byte between fields; `undefined` for JSON lines, which have neither header nor quotes. */
  readonly delimiter: number | undefined;
  /** Whether it is compressed. */
  readonly gzip: boolean;
  /** Without compression, as `.csv`. */
  readonly extension: string;
}

/**
 * Reads the format off a file's name.
 *
 * @throws {DataError} `file-type` for a name that says none.
 */
export function recordFormat(path: string, verb: string): RecordFormat {
  const match = FORMAT.exec(path);
  const kind = match?.[1]?.toLowerCase();
  if (kind === undefined) {
    throw new DataError(
      "file-type",
      `Cannot ${verb} "${path}": its name must end with .csv, .tsv, .tab, .jsonl or .ndjson, with or without .gz`,
      { context: { path } },
    );
  }
  const json = kind === "jsonl" || kind === "ndjson";
  return {
    delimiter: json ? undefined : kind === "csv" ? 0x2c : 0x09,
    gzip: match?.[2] !== undefined,
    extension: `.${kind}`,
  };
}
