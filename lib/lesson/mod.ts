/**
 * The lessons: seven phases that do real work, tell of it, and prove what they claim.
 *
 * {@linkcode tellStory} gives every {@linkcode Story} the same form; {@linkcode runPhase} is the command line of a
 * story; {@linkcode WorkFolders} is the chain in which each phase finds what the one before
 * it left.
 *
 * @module
 */
export * from "./phase.ts";
export * from "./run_phase.ts";
export * from "./stories.ts";
export * from "./story.ts";
export * from "./tell_story.ts";
export * from "./teller.ts";
export * from "./work_folders.ts";
export * from "./wrap_text.ts";
export * from "./apis/apis_story.ts";
export * from "./apis/fetch_records.ts";
export * from "./apis/fetch_report.ts";
export * from "./databases/databases_story.ts";
export * from "./databases/record_intake.ts";
export * from "./failures/drill.ts";
export * from "./failures/failures_story.ts";
export * from "./files/files_result.ts";
export * from "./files/files_story.ts";
export * from "./files/judge_file.ts";
export * from "./foundations/apply_intake.ts";
export * from "./foundations/decide_intake.ts";
export * from "./foundations/foundations_story.ts";
export * from "./foundations/judge_measurement.ts";
export * from "./foundations/measure_machine.ts";
export * from "./foundations/project_config.ts";
export * from "./foundations/read_arrows.ts";
export * from "./foundations/read_pins.ts";
export * from "./foundations/tangled_intake.ts";
export * from "./logs/logs_story.ts";
export * from "./pipeline/pipeline_story.ts";
export * from "./pipeline/trace_record.ts";
