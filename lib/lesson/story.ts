import type { Teller } from "./teller.ts";
import type { WorkFolders } from "./work_folders.ts";

/** Number of a phase. */
export type PhaseNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A command to type, and what one sees then. */
export type TryNext = readonly [command: string, meaning: string];

/**
 * One phase as a lesson: it does real work, tells of it, and proves what it claims.
 *
 * What it did is left in its work folder, where the next phase finds it.
 */
export interface Story {
  /** Which phase. */
  readonly phase: PhaseNumber;
  /** Name of its files, as in `phases/02_files.ts` and `notebooks/02_files.ipynb`. */
  readonly name: string;
  /** The area in one or two words. */
  readonly area: string;
  /** One line. */
  readonly title: string;
  /** How it hurts in production; paragraphs. */
  readonly problem: string;
  /** Failures to cause next. */
  readonly tryNext: readonly TryNext[];
  /**
   * Does the work of the phase and tells of it.
   *
   * @returns What the next phase must know; it is kept as JSON in the work folder.
   */
  tell(teller: Teller, work: WorkFolders): Promise<object>;
}
