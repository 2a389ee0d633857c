import { type Listing, listingCommand } from "./_listing.ts";

/** What it lists. */
export const STREAMS: Listing = {
  table: "streams",
  columns:
    `run_id, source, stream, mode, phase, outcome, read, written, rejected, duplicates, unchanged,
    out_of_range, watermark_from, watermark_to, stop_reason, error_code, error_message`,
  optional: [
    "error_message",
    "watermark_from",
    "watermark_to",
    "run_id",
    "phase",
    "mode",
    "out_of_range",
    "unchanged",
    "duplicates",
    "stop_reason",
  ],
  order: "rowid",
  newestRun: true,
  unknown: "The database was rebuilt: streams of a run that published nothing are not known.",
  meaning: "List the streams of one run: what each read, wrote and rejected; the newest, or --run",
  run: "Of this run; without it, of the newest",
  examples: { "headwaters audit streams": "what the newest run read and wrote" },
};

/** `headwaters audit streams` */
export const auditStreams = listingCommand(STREAMS);
