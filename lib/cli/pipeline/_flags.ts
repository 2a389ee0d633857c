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

/** A range to read again. */
export const BACKFILL = {
  type: "string",
  value: "STREAM=RANGE",
  meaning:
    "Read a range of one stream again, such as usgs.events=2018-02-01..2018-02-03; its watermark stays",
} as const;

/** Whether a change is only described; the command answers it, since only the audit database knows. */
export const DRY_RUN = {
  type: "boolean",
  meaning: "Say what it would do, and change nothing",
} as const;
