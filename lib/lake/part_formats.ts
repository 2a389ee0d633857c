import { JSON_LINES_GZIP } from "./json_lines_parts.ts";
import { PARQUET } from "./parquet_parts.ts";
import type { PartFormatName } from "./part_format_names.ts";
import type { PartFormat } from "./part_writer.ts";

/** All formats of parts, by their names. */
export const PART_FORMATS: Readonly<Record<PartFormatName, PartFormat>> = {
  "jsonl.gz": JSON_LINES_GZIP,
  parquet: PARQUET,
};

/** The format of parts if nothing else is said. */
export const PART_FORMAT: PartFormat = JSON_LINES_GZIP;
