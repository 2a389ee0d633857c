import { JSON_LINES_GZIP } from "./json_lines_parts.ts";
import type { PartFormat } from "./part_writer.ts";

/** All formats of parts, by their names. */
export const PART_FORMATS = {
  "jsonl.gz": JSON_LINES_GZIP,
} as const satisfies Record<string, PartFormat>;

/** The format that records are published in. */
export const PART_FORMAT: PartFormat = PART_FORMATS["jsonl.gz"];
