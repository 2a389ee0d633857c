import type { Style } from "../terminal/mod.ts";
import { appendEvent } from "./append_event.ts";
import type { checkFile } from "./check_file.ts";
import type { Exercise } from "./exercise.ts";
import type { LearningEvent, LearningStep } from "./learning_event.ts";

/** Where `learn` writes; both return the exit code of a command that only prints. */
export interface LearnOutput {
  readonly write: (text: string) => number;
  readonly complain: (text: string) => number;
}

/** What every command of `learn` works with. */
export interface LearnContext extends LearnOutput {
  readonly root: string;
  readonly work: string;
  readonly catalogue: readonly Exercise[];
  /** What the learner did before this command. */
  readonly events: readonly LearningEvent[];
  readonly style: Style;
  readonly width: number;
  readonly patience: number;
  readonly check: typeof checkFile;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/** Adds a step to the progress file. */
export async function record(
  { id }: Exercise,
  { work, now }: LearnContext,
  step: LearningStep,
): Promise<void> {
  await appendEvent(work, { at: new Date(now()).toISOString(), exercise: id, ...step });
}
