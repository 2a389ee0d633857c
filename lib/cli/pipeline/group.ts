import type { CommandGroup } from "../command.ts";
import { pipelineAccept } from "./accept.ts";
import { pipelineBackfill } from "./backfill.ts";
import { pipelineInit } from "./init.ts";
import { pipelineLoad } from "./load.ts";
import { pipelineDrill } from "./drill.ts";
import { pipelineDoctor } from "./doctor.ts";
import { pipelinePlan } from "./plan.ts";
import { pipelinePreview } from "./preview.ts";
import { pipelineReplay } from "./replay.ts";
import { pipelineReport } from "./report.ts";
import { pipelineReset } from "./reset.ts";
import { pipelineRetract } from "./retract.ts";
import { pipelineRun } from "./run.ts";
import { pipelineStatus } from "./status.ts";
import { pipelineVerify } from "./verify.ts";

/** Commands of `headwaters pipeline`: a new one is a file and a line. */
export const PIPELINE: CommandGroup = {
  meaning: "Pull from APIs, take files and logs in, and publish a Spark-ready lake",
  note:
    "In the project `deno task pipeline` is short for it, and runs without a command; -c FILE names your own pipeline.",
  configured: true,
  commands: {
    init: pipelineInit,
    run: pipelineRun,
    plan: pipelinePlan,
    doctor: pipelineDoctor,
    preview: pipelinePreview,
    status: pipelineStatus,
    backfill: pipelineBackfill,
    replay: pipelineReplay,
    report: pipelineReport,
    accept: pipelineAccept,
    retract: pipelineRetract,
    reset: pipelineReset,
    verify: pipelineVerify,
    load: pipelineLoad,
    drill: pipelineDrill,
  },
};
