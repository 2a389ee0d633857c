import type { Exercise } from "./exercise.ts";
import type { TypeProblem } from "./type_problems.ts";
import type { Verdict } from "./verdict.ts";

/** Why nothing was tried. */
export type Obstacle =
  /** The file imports what the exercise asks to write; the files from the learner's to the forbidden one. */
  | { readonly kind: "forbidden"; readonly chain: readonly string[] }
  | { readonly kind: "types"; readonly problems: readonly TypeProblem[] }
  /** The file lacks functions that the task names. */
  | { readonly kind: "missing"; readonly names: readonly string[] }
  | { readonly kind: "unloadable"; readonly error: string };

/** What a check found. */
export interface CheckReport extends Omit<CheckRunResult, "ended"> {
  readonly exercise: Exercise;
  /** The absolute path of the learner's file. */
  readonly file: string;
  /** Whether everything holds. */
  readonly passed: boolean;
}

/** Messages of a check's process until its end. */
export interface CheckRunResult {
  /** How each expectation fared, as far as the check came. */
  readonly verdicts: readonly Verdict[];
  /** Promises that failed and that nobody awaited. */
  readonly strays: readonly string[];
  /** What the learner's code printed. */
  readonly printed: readonly string[];
  /** Why nothing was tried, if so. */
  readonly obstacle?: Obstacle;
  /** Whether it came to its end by itself. */
  readonly ended: boolean;
}
