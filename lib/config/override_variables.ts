/** Environment variables that stand above the file and below the command line, by the key that they set. */
export const OVERRIDE_VARIABLES = {
  lake: "HEADWATERS_LAKE",
  audit: "HEADWATERS_AUDIT",
  logs: "HEADWATERS_LOGS",
} as const;

/** Keys that can be set from outside the file. */
export type OverrideKey = keyof typeof OVERRIDE_VARIABLES;
