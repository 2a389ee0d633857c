import { type Listing, listingCommand } from "./_listing.ts";

/** What it lists. */
export const REJECTS: Listing = {
  table: "rejects",
  columns: `run_id, source, stream, code, origin, page, line, byte_offset, bytes,
    CASE WHEN reject_id IN (SELECT reject_id FROM open_rejects) THEN 'yes' ELSE 'replayed' END AS open, message`,
  optional: ["run_id", "bytes", "byte_offset", "page", "open", "stream"],
  order: "reject_id DESC",
  unknown:
    "The database was rebuilt: rejects of runs before that are in the quarantine of the lake alone.",
  meaning:
    "List the newest rejected records and lines, with their places, and whether a replay has brought them in",
  run: "Only those of this run",
  examples: { "headwaters audit rejects --run 01KAQ6Y5T8Z3V9X2M4N7P0R1S2": "why a run rejected" },
};

/** `headwaters audit rejects` */
export const auditRejects = listingCommand(REJECTS);
