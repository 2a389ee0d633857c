/** Flags that the commands of a pipeline share. */
export const CONFIG = {
  type: "string",
  short: "c",
  value: "FILE",
  meaning: "The pipeline's YAML file",
  default: "data/pipeline.yaml in this project, else pipeline.yaml",
} as const;

/** Whether the result is one JSON document. */
export const JSON_FLAG = { type: "boolean", meaning: "Print one JSON document" } as const;

/** Which part of a pipeline is read. */
export const SELECTION = {
  select: {
    type: "string",
    multiple: true,
    value: "NAME",
    meaning: "Read this SOURCE or SOURCE.STREAM and leave the others alone",
    default: "all of them",
  },
  exclude: {
    type: "string",
    multiple: true,
    value: "NAME",
    meaning: "Leave this SOURCE or SOURCE.STREAM alone",
  },
} as const;

/** What became of a flag, for those who still give it. */
export const GONE = {
  backfill: "pipeline backfill STREAM --from FROM --to TO",
} as const;

/** Whether the log is for a machine. */
export const LOG_JSON = {
  type: "boolean",
  meaning: "Write the log to standard error as JSON lines",
  default: "warnings, in short",
} as const;

/** Whether a change is only described; the command answers it, since only the audit database knows. */
export const DRY_RUN = {
  type: "boolean",
  meaning: "Say what it would do, and change nothing",
} as const;
