/**
 * The pipeline: everything else put together into runs that can be stopped at any moment.
 *
 * {@linkcode runPipeline} is one run. {@linkcode pipelineCommand} is the launcher around it: it gives a run, as a child
 * process, the permissions that its configuration needs and no others.
 *
 * @module
 */
export * from "./launch.ts";
export * from "./launch_plan.ts";
export * from "./parse_backfill.ts";
export * from "./pipeline_command.ts";
export * from "./render_plan.ts";
export * from "./render_status.ts";
export * from "./render_summary.ts";
export * from "./run_context.ts";
export * from "./run_pipeline.ts";
export * from "./run_summary.ts";
