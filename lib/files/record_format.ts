import { DataError } from "../errors/mod.ts";

const FORMAT = /\.(csv|tsv|tab|json|jsonl|ndjson)(?:\.(gz|zst|zstd))?$/i;

/** How a file of records may be compressed. */
export type Compression = "gzip" | "zstd" | undefined;

/** What the name of a file says about its records. */
export interface FileFormat {
  /** The byte between fields; `undefined` for JSON, which has neither header nor quotes. */
  readonly delimiter: number | undefined;
  /** How JSON records are in it; `undefined` for delimited rows. */
  readonly json: "lines" | "document" | undefined;
  /** How it is compressed; `undefined` if it is not. */
  readonly compression: Compression;
  /** Without compression, as `.csv`. */
  readonly extension: string;
}

/** Reads the format off a file's name; `undefined` for a name that says none. */
export function fileFormat(path: string): FileFormat | undefined {
  const match = FORMAT.exec(path);
  const kind = match?.[1]?.toLowerCase();
  if (kind === undefined) return undefined;
  const packing = match?.[2]?.toLowerCase();
  const json = kind === "json" ? "document" : /json/.test(kind) ? "lines" : undefined;
  return {
    delimiter: json !== undefined ? undefined : kind === "csv" ? 0x2c : 0x09,
    json,
    compression: packing === undefined ? undefined : packing === "gz" ? "gzip" : "zstd",
    extension: `.${kind}`,
  };
}

/** Returns the ending that the prepared file gets: rows become CSV, records JSON lines. */
export function preparedExtension(path: string): ".csv.gz" | ".jsonl.gz" {
  return fileFormat(path)?.json === undefined ? ".csv.gz" : ".jsonl.gz";
}

/**
 * Reads the format of a file that is split or merged off its name.
 *
 * @throws {DataError} `file-type` for a name that says none, or a JSON document, which is one value.
 */
export function recordFormat(path: string, verb: string): FileFormat {
  const format = fileFormat(path);
  if (format !== undefined && format.json !== "document") return format;
  const wanted = format === undefined
    ? "its name must end with .csv, .tsv, .tab, .jsonl or .ndjson, with or without .gz or .zst"
    : "a JSON document is one value; standardize it first, which makes JSON lines of it";
  throw new DataError("file-type", `Cannot ${verb} "${path}": ${wanted}`, { context: { path } });
}
