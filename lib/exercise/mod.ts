/**
 * Exercises: a stub to fill in, a check that names the misconception, hints, a solution with its reasoning.
 *
 * An exercise is a folder of `notebooks/exercises/NN/` with `exercise.ts` (what it is), `README.md` (the task), `stub.ts`,
 * `check.ts` (what must hold), `solution.ts` and `wrong/` (solutions that each make one known mistake). A learner's copy and
 * the learner's progress lie in the git-ignored `work/`.
 *
 * @module
 */
export { appendEvent } from "./append_event.ts";
export { loadCatalogue } from "./catalogue.ts";
export { checkFile, type CheckFileOptions } from "./check_file.ts";
export { checkProcess } from "./check_process.ts";
export type { CheckReport, CheckRunResult, Obstacle } from "./check_report.ts";
export type { Exercise, ExerciseKind, ExerciseSpec } from "./exercise.ts";
export type { Check, Expectation } from "./expectation.ts";
export { findExercise } from "./find_exercise.ts";
export { importChain, type ImportChainOptions } from "./import_chain.ts";
export { judge, judgeAll, type JudgeOptions } from "./judge.ts";
export { LEARN_COMMAND, learnCommand, type LearnOptions } from "./learn_command.ts";
export type { LearningEvent, LearningStep } from "./learning_event.ts";
export { type MistakeInfo, type Mistakes, mistakesOf, unexpected } from "./mistake.ts";
export { type EventLog, readEvents } from "./read_events.ts";
export type { Overview } from "./render_overview.ts";
export { renderReport, type RenderReportOptions } from "./render_report.ts";
export { runCheck } from "./run_check.ts";
export { currentExercise, type Standing, standingOf } from "./standing.ts";
export { workFile } from "./start_work.ts";
export { parseTypeProblems, type TypeProblem } from "./type_problems.ts";
export type { Verdict } from "./verdict.ts";
