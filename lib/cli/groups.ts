import type { CommandGroup } from "./command.ts";
import { apiFetch } from "./api/fetch.ts";
import { auditFiles } from "./audit/files.ts";
import { auditRejects } from "./audit/rejects.ts";
import { auditRuns } from "./audit/runs.ts";
import { auditShow } from "./audit/show.ts";
import { auditRebuild } from "./audit/rebuild.ts";
import { auditSql } from "./audit/sql.ts";
import { auditStreams } from "./audit/streams.ts";
import { auditTrace } from "./audit/trace.ts";
import { dbExtract } from "./db/extract.ts";
import { errorsExplain } from "./errors/explain.ts";
import { errorsList } from "./errors/list.ts";
import { filesInventory } from "./files/inventory.ts";
import { filesInspect } from "./files/inspect.ts";
import { filesMerge } from "./files/merge.ts";
import { filesSplit } from "./files/split.ts";
import { filesStandardize } from "./files/standardize.ts";
import { filesValidate } from "./files/validate.ts";
import { logsParse } from "./logs/parse.ts";
import { pipelineAccept } from "./pipeline/accept.ts";
import { pipelinePlan } from "./pipeline/plan.ts";
import { pipelineReset } from "./pipeline/reset.ts";
import { pipelineRetract } from "./pipeline/retract.ts";
import { pipelineRun } from "./pipeline/run.ts";
import { pipelineStatus } from "./pipeline/status.ts";

/** Every command by its group: a new one is a file and a line. */
export const GROUPS: Readonly<Record<string, CommandGroup>> = {
  pipeline: {
    meaning: "Pull from APIs, take files and logs in, and publish a Spark-ready lake",
    note:
      "In the project `deno task pipeline` is short for it, and runs without a command; -c FILE names your own pipeline.",
    commands: {
      run: pipelineRun,
      plan: pipelinePlan,
      status: pipelineStatus,
      accept: pipelineAccept,
      retract: pipelineRetract,
      reset: pipelineReset,
    },
  },
  files: {
    meaning: "List, check, standardize, split and merge files, all or nothing",
    commands: {
      inventory: filesInventory,
      inspect: filesInspect,
      validate: filesValidate,
      standardize: filesStandardize,
      split: filesSplit,
      merge: filesMerge,
    },
  },
  api: {
    meaning: "Read listings from HTTP APIs, and say whether they are complete",
    commands: { fetch: apiFetch },
  },
  db: {
    meaning: "Read tables of SQLite and PostgreSQL",
    commands: { extract: dbExtract },
  },
  logs: {
    meaning: "Parse logs of many formats into one schema",
    commands: { parse: logsParse },
  },
  audit: {
    meaning: "List runs, streams, files and rejects from the audit database",
    commands: {
      runs: auditRuns,
      show: auditShow,
      streams: auditStreams,
      files: auditFiles,
      rejects: auditRejects,
      trace: auditTrace,
      sql: auditSql,
      rebuild: auditRebuild,
    },
  },
  errors: {
    meaning: "Explain error and reject codes",
    commands: { list: errorsList, explain: errorsExplain },
  },
};
