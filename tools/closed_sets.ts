/**
 * Closed sets, names and looks that any area may import from their own file: configurations and words are checked by
 * them; what listens for signals, before all else is loaded; and what a thread needs that is to begin at once.
 */
export const CLOSED_SETS: readonly string[] = [
  "lib/db/may_write.ts",
  "lib/db/table_address.ts",
  "lib/files/bounded_name.ts",
  "lib/files/file_entry.ts",
  "lib/files/partition_path.ts",
  "lib/files/record_format.ts",
  "lib/files/standard_name.ts",
  "lib/files/zip_archive.ts",
  "lib/lake/part_format_names.ts",
  "lib/log_parser/date_order.ts",
  "lib/log_parser/log_levels.ts",
  "lib/logging/latency_sketch.ts",
  "lib/process/stop_requests.ts",
  "lib/sandbox/parse_fault.ts",
  "lib/sandbox/sandbox_routes.ts",
];
