/** Names of the formats of parts, as a configuration says them. */
export const PART_FORMAT_NAMES = ["jsonl.gz", "parquet"] as const;

/** Name of a format of parts. */
export type PartFormatName = (typeof PART_FORMAT_NAMES)[number];

/**
 * Formats that are made of many short-lived values, such as those of a row group: a run must begin so that they are
 * collected early, or it needs half as much memory again.
 */
export const WASTEFUL_FORMATS: ReadonlySet<PartFormatName> = new Set(["parquet"]);
