import type { Migration } from "../db/mod.ts";

/** Logs that have grown. */
export const MIGRATION_12: Migration = {
  version: 12,
  name: "grown logs",
  sql: `
  ALTER TABLE files ADD COLUMN grew_from TEXT; -- content of the published log that this one begins with, which readers see in this one from then on; null for others
`,
};
