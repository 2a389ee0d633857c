import { JSON_LINES_GZIP } from "./json_lines_parts.ts";
import type { ReaderOptions } from "./manifest.ts";
import { PARQUET } from "./parquet_parts.ts";
import type { PartFormatName } from "./part_format_names.ts";
import type { PartFormat } from "./part_writer.ts";

/** All formats of parts, by their names. */
export const PART_FORMATS: Readonly<Record<PartFormatName, PartFormat>> = {
  "jsonl.gz": JSON_LINES_GZIP,
  parquet: PARQUET,
};

/** Returns the format of parts that are read so; `undefined` if none is, as of files that stay CSV. */
export function partFormatOf({ format }: ReaderOptions): PartFormat | undefined {
  return Object.values(PART_FORMATS).find(({ reader }) => reader.format === format);
}

/** The format of parts if nothing else is said. */
export const PART_FORMAT: PartFormat = JSON_LINES_GZIP;
