/**
 * What teaching needs: exercises that check themselves, and the helpers that notebooks import.
 *
 * An exercise is a folder of `notebooks/exercises/NN/` with `exercise.ts` (what it is), `README.md` (the task), `stub.ts`,
 * `check.ts` (what must hold), `solution.ts` and `wrong.ts` (known mistakes, each as a change to the solution). A
 * learner's copy and progress are in the git-ignored `work/`.
 *
 * A notebook's first cell calls {@linkcode startNotebook}. The last expression of a cell is displayed by itself;
 * {@linkcode show} displays from the middle of one.
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
export { Mistake, type MistakeInfo, type Mistakes, mistakesOf, unexpected } from "./mistake.ts";
export { type EventLog, readEvents } from "./read_events.ts";
export type { Overview } from "./render_overview.ts";
export { type BookChapter, renderBook } from "./render_book.ts";
export { renderReport, type RenderReportOptions } from "./render_report.ts";
export { runCheck } from "./run_check.ts";
export { applyPatch, type Patch, type WrongSolution } from "./patch.ts";
export { currentExercise, type Standing, standingOf } from "./standing.ts";
export { workFile } from "./start_work.ts";
export { parseTypeProblems, type TypeProblem } from "./type_problems.ts";
export type { Verdict } from "./verdict.ts";

export { barChart, type ChartOptions } from "./bar_chart.ts";
export { check } from "./check.ts";
export { compare, type Prediction } from "./compare.ts";
export { dataTable, type DataTableOptions } from "./data_table.ts";
export { Displayable, type MediaBundle, mediaBundle } from "./displayable.ts";
export { type ChartPoint, lineChart, type LineChartOptions } from "./line_chart.ts";
export { show } from "./show.ts";
export { type NotebookPlace, startNotebook, type StartNotebookOptions } from "./start_notebook.ts";
