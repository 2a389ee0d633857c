/**
 * The pipeline: everything else put together into runs that can be stopped at any moment.
 *
 * {@linkcode openRun} begins one and has its steps; phases/06_pipeline.ts is the run that is composed of them.
 * {@linkcode launchRun} is the launcher around it: it gives a run, as a child process, the permissions that its
 * configuration needs and no others. A source of your own implements
 * {@linkcode Source}.
 *
 * @module
 */
export { type EngineRequest, launchEngine } from "./launch_engine.ts";
export { loadIntoPostgres } from "./load_postgres.ts";
export { isPostgres, refuseParts } from "./load_target.ts";
export { type LoadedRunOptions, type LoadStep } from "./launch_load.ts";
export { launchPostgres, postgresArgs, type PostgresRequest } from "./launch_postgres.ts";
export { type LoadedTable, loadLake } from "./load.ts";
export { type EngineOptions, type VerifiedStream, verifyLake } from "./verify.ts";
export type { Engine } from "./run_engine.ts";
export { type Accepted, acceptSnapshot } from "./accept.ts";

export { type ExamineOptions, examinePipeline, type Finding } from "./doctor.ts";
export { CONTRACT_MODES, type ContractMode } from "./contract.ts";
export { notifying, type NotifyOptions } from "./notify.ts";
export { describeSources, hasOwnCode } from "./describe_sources.ts";
export {
  type LaunchPlan,
  launchPlan,
  type LaunchPlanOptions,
  type Places,
  SANDBOX_TOKEN,
} from "./launch_plan.ts";
export {
  type ChangeRequest,
  launchAccept,
  launchReset,
  launchRetract,
  launchRun,
  type OpenPipeline,
  openPipeline,
  planRun,
  type RunRequest,
} from "./launcher.ts";
export { type BackfillRange, backfillSteps } from "./backfill_steps.ts";
export { launchBackfill } from "./launch_backfill.ts";
export { inputsOf, type PipelineInputs } from "./inputs_of.ts";
export { launchPreview, type PreviewRequest, probeSources } from "./launch_preview.ts";
export {
  type Proposal,
  type ProposalAbout,
  type ProposalTarget,
  type ProposedKeys,
  type ProposedQuestion,
  renderProposal,
} from "./proposal.ts";
export { proposeSources } from "./propose.ts";
export type { PipelineCaller } from "./pipeline_caller.ts";
export { JSON_SCHEMA_FILE } from "../config/mod.ts";
export { PROJECT_ROOT } from "../io/mod.ts";
export type {
  Json,
  ReadRequest,
  Source,
  SourceBatch,
  SourceDescription,
  SourceReject,
  SourceStream,
} from "./own_source.ts";
export { parseReplay } from "./replay_text.ts";
export { type Backfill, parseBackfill } from "./parse_backfill.ts";
export {
  configJsonSchema,
  configKeys,
  loadConfig,
  type LoadConfigOptions,
  type PipelineConfig,
} from "./pipeline_config.ts";
export type { Planned, Receipt, Touched } from "./receipt.ts";
export { renderPlan } from "./render_plan.ts";
export { type ResetOptions, resetStream, type ResetTo } from "./reset.ts";
export {
  type Retracted,
  type RetractedStream,
  type RetractOptions,
  retractRun,
} from "./retract.ts";

export { type Selection, selectStreams } from "./select_streams.ts";
export { launchStatus } from "./status.ts";
export { renderSummary, type RenderSummaryOptions } from "./render_summary.ts";
export type { ProgressEvent } from "./run_context.ts";
export {
  allOf,
  openRun,
  planStreams,
  type Run,
  type RunPipeline,
  type RunPipelineOptions,
} from "./open_run.ts";
export type { OpenStream, StreamSteps } from "./run_source.ts";
export type { PreviewOptions } from "./preview.ts";
export { printPreview } from "./print_preview.ts";
export { reportRun, type ReportRunOptions } from "./report_run.ts";
export { withFailureReport } from "./with_failure_report.ts";
export { type RunLog, type RunLogOptions, withRunLog } from "./with_run_log.ts";
export type { RejectedFile, RunSummary, RunTotals, StreamSummary } from "./run_summary.ts";
export type { LastRead, StreamStart } from "./standing.ts";
export type { Limits, ProgressUnit, SourceConfig, StreamPlan } from "./source_type.ts";
export type { ConfigKey, KeyPath, OverrideKey, Problem, ReadConfigOptions } from "../config/mod.ts";
export type { Style } from "../terminal/mod.ts";
export { TIME_FORMS, type TimeForm, type TimePattern } from "../grammar/mod.ts";
export type { runDeno, RunDenoOptions } from "../process/mod.ts";
