/** Names of the formats of parts, as a configuration says them. */
export const PART_FORMAT_NAMES = ["jsonl.gz", "parquet"] as const;

/** Name of a format of parts. */
export type PartFormatName = (typeof PART_FORMAT_NAMES)[number];

/** Those that are text, which a server parses itself; known without what writes them. */
export const TEXT_FORMAT_NAMES: readonly PartFormatName[] = ["jsonl.gz"];
