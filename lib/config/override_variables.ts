/** Environment variables that override the file, and that the command line overrides, by the key that they set. */
export const OVERRIDE_VARIABLES = {
  lake: "HEADWATERS_LAKE",
  audit: "HEADWATERS_AUDIT",
  log_dir: "HEADWATERS_LOG_DIR",
} as const satisfies Readonly<Record<OverrideKey, string>>;

/** Keys that can be set from outside the file. */
export type OverrideKey = "lake" | "audit" | "log_dir";

/** The same as a list. */
export const OVERRIDE_KEYS = Object.keys(OVERRIDE_VARIABLES) as readonly OverrideKey[];
