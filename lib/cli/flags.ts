/** Whether the result is one JSON document. */
export const JSON_FLAG = { type: "boolean", meaning: "Print one JSON document" } as const;

/** Whether a file may be replaced. */
export const FORCE = { type: "boolean", meaning: "Replace a file that exists" } as const;

/** Whether nothing is done; the launcher answers it by itself. */
export const DRY_RUN = {
  type: "boolean",
  meaning:
    "Say what would be read and written, and write nothing; what is in the inputs is not looked at",
} as const;
