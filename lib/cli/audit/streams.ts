import { listingCommand } from "./_listing.ts";

/** `headwaters audit streams` */
export const auditStreams = listingCommand({
  table: "streams",
  columns:
    `run_id, source, stream, mode, phase, outcome, read, written, rejected, duplicates, unchanged,
    out_of_range, stop_reason, error_code`,
  optional: ["run_id", "phase", "mode", "out_of_range", "unchanged", "duplicates", "stop_reason"],
  order: "rowid",
  newestRun: true,
  meaning: "List the streams of one run: what each read, wrote and rejected",
  run: "Of this run; without it, of the newest",
  examples: { "headwaters audit streams": "what the newest run read and wrote" },
});
