import { type Listing, listingCommand } from "./_listing.ts";

/** What it lists. */
export const RUNS: Listing = {
  table: "runs",
  columns: `run_id, pipeline, status, attempts, started_at, ended_at, exit_code, backfill,
    (SELECT max(retracted_at) FROM retractions AS r WHERE r.run_id = runs.run_id) AS retracted_at`,
  optional: ["backfill", "attempts", "ended_at", "pipeline", "retracted_at"],
  order: "run_id DESC",
  unknown:
    "How a run of status unknown ended is not known: the database was rebuilt from the lake.",
  meaning: "List the newest runs",
  run: "Only this run",
  examples: {
    "headwaters audit runs": "the last 20 of ./audit.db",
    "headwaters audit runs --audit data/audit.db --json": "of the pipeline of this project",
  },
};

/** `headwaters audit runs` */
export const auditRuns = listingCommand(RUNS);
