import { type Listing, listingCommand } from "./_listing.ts";

/** What it lists. */
export const FILES: Listing = {
  table: "files",
  columns:
    `run_id, source, stream, path, version, verdict, read, written, rejected, error_code, duplicate_of, target,
    sha256, error_message`,
  optional: [
    "sha256",
    "duplicate_of",
    "version",
    "target",
    "read",
    "run_id",
    "stream",
    "written",
  ],
  rejected: "verdict = 'rejected'",
  order: "run_id DESC, source, stream, path, version DESC",
  unknown:
    "The database was rebuilt: of runs before that only the files that were published are known.",
  meaning: "List the newest verdicts on files: published, rejected or duplicate, with the reason",
  run: "Only what this run decided",
  examples: {
    "headwaters audit files --limit 100": "the last 100",
    "headwaters audit files --rejected": "what was rejected, and why",
  },
};

/** `headwaters audit files` */
export const auditFiles = listingCommand(FILES);
