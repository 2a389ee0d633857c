/**
 * The pipeline: everything else put together into runs that can be stopped at any moment.
 *
 * {@linkcode runPipeline} is one run. {@linkcode launchRun} is the launcher around it: it gives a run, as a child
 * process, the permissions that its configuration needs and no others. A source of your own implements
 * {@linkcode Source}.
 *
 * @module
 */
export * from "./accept.ts";
export * from "./config_identity.ts";
export * from "./describe_sources.ts";
export * from "./launch_plan.ts";
export * from "./launcher.ts";
export * from "./project_root.ts";
export * from "./own_source.ts";
export * from "./parse_backfill.ts";
export * from "./pipeline_config.ts";
export * from "./render_plan.ts";
export * from "./render_status.ts";
export * from "./render_summary.ts";
export * from "./run_context.ts";
export * from "./run_pipeline.ts";
export * from "./run_summary.ts";
export * from "./sandbox_process.ts";
export * from "./source_type.ts";
export * from "./sources/mod.ts";
export * from "./verdict.ts";
