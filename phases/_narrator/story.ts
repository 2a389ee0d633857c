import type { Narrator } from "./narrator.ts";
import type { WorkFolders } from "./work_folders.ts";

/** Number of a phase. */
export type PhaseNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A command to type, and the reason to. */
export type TryNext = readonly [command: string, meaning: string];

/**
 * One phase as a lesson: it does real work, narrates it, and proves what it claims.
 *
 * The result is left in the phase's work folder, where the next phase finds it.
 */
export interface Story {
  readonly phase: PhaseNumber;
  /** Name of its files, as in `phases/02_files.ts` and `notebooks/02_files.ipynb`. */
  readonly name: string;
  /** The area in one or two words. */
  readonly area: string;
  /** One line. */
  readonly title: string;
  /** How it hurts in production; paragraphs. */
  readonly pain: string;
  /** Loads the story of the phase before this one. @default {none: it builds on nothing} */
  readonly before?: () => Promise<Story>;
  /** Failures to cause next. */
  readonly tryNext: readonly TryNext[];
  /** Commands of the toolkit for the reader's own input. */
  readonly ownData: readonly [TryNext, TryNext, TryNext];
  /**
   * Does the work of the phase and narrates it.
   *
   * @returns The result that later phases read; it is kept as JSON in the work folder.
   */
  narrate(narrator: Narrator, work: WorkFolders): Promise<object>;
}
