import type { Mistakes } from "./mistake.ts";

/** One thing that a solution must do. */
export interface Expectation<Subject> {
  /** A sentence without its end: "loses nothing when the process dies between two saves". */
  readonly name: string;
  /** The beginning of the task's line that it tries, as in the README; a table's cells have " | " between them. */
  readonly task: string;
  /** Tries the learner's module; throws a `Mistake` where it does not hold. */
  test(subject: Subject): void | Promise<void>;
}

/** What `check.ts` exports as `check`. */
export interface Check<Subject> {
  /** The functions that the learner's file must export. */
  readonly exports: readonly Extract<keyof Subject, string>[];
  readonly mistakes: Mistakes;
  /** In the order in which a learner meets them. */
  readonly expectations: readonly Expectation<Subject>[];
}
