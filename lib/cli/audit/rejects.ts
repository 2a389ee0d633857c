import { type Listing, listingCommand } from "./_listing.ts";

/** What it lists. */
export const REJECTS: Listing = {
  table: "rejects",
  columns: "run_id, source, stream, code, origin, page, line, byte_offset, bytes, message",
  optional: ["run_id", "bytes", "byte_offset", "page", "stream"],
  order: "reject_id DESC",
  meaning: "List the newest rejected records and lines, with their places",
  run: "Only those of this run",
  examples: { "headwaters audit rejects --run 01KAQ6Y5T8Z3V9X2M4N7P0R1S2": "why a run rejected" },
};

/** `headwaters audit rejects` */
export const auditRejects = listingCommand(REJECTS);
