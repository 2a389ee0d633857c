/**
 * Exercises: a stub to fill in, a check that names the misconception, hints, a solution with its reasoning.
 *
 * An exercise is a folder of `notebooks/exercises/NN/` with `exercise.ts` (what it is), `README.md` (the task), `stub.ts`,
 * `check.ts` (what must hold), `solution.ts` and `wrong/` (solutions that each make one known mistake). A learner's copy and
 * the learner's progress lie in the git-ignored `work/`.
 *
 * @module
 */
export * from "./append_event.ts";
export * from "./catalogue.ts";
export * from "./check_file.ts";
export * from "./check_process.ts";
export * from "./check_report.ts";
export * from "./exercise.ts";
export * from "./expectation.ts";
export * from "./find_exercise.ts";
export * from "./import_chain.ts";
export * from "./judge.ts";
export * from "./learn_command.ts";
export * from "./learning_event.ts";
export * from "./mistake.ts";
export * from "./read_events.ts";
export * from "./render_overview.ts";
export * from "./render_report.ts";
export * from "./run_check.ts";
export * from "./standing.ts";
export * from "./start_work.ts";
export * from "./type_problems.ts";
export * from "./verdict.ts";
