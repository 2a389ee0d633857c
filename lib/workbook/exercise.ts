/** What an exercise asks of its learner. */
export const EXERCISE_KINDS = ["warm-up", "core", "production fault"] as const;

/** One of {@linkcode EXERCISE_KINDS}. */
export type ExerciseKind = typeof EXERCISE_KINDS[number];

/** What `exercise.ts` says about its folder. */
export interface ExerciseSpec {
  /** Phase and number: `01.2`. */
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** What it asks. */
  readonly kind: ExerciseKind;
  /** How long it takes. */
  readonly minutes: number;
  /** What one can do afterwards, in half a sentence. */
  readonly trains: string;
  /** What holds the answer and must not be imported: areas (`lib/api`) and packages (`@std/streams`). */
  readonly forbidden: readonly string[];
  /** Whether the check serves HTTP on 127.0.0.1, so that the learner's code may fetch from it. @default false */
  readonly network?: boolean;
  /** From a push in the right direction to nearly the code. */
  readonly hints: readonly [string, string, string];
}

/** An exercise and where it lies. */
export interface Exercise extends ExerciseSpec {
  /** The absolute path of its folder. */
  readonly folder: string;
  /** The name of the learner's file, without its ending. */
  readonly slug: string;
}
