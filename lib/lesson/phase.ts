import type { Story } from "./story.ts";

/** A phase: its lesson, and where the tools are that its command line had before. */
export interface Phase {
  /** The lesson. */
  readonly story: Story;
  /** What the task's permissions allow, said openly in the help. */
  readonly permissions: string;
  /** The commands that took over from words of this task: `split` is now `files split`. @default {} */
  readonly moved?: Readonly<Record<string, string>>;
  /** The command that takes any other word: `phase5 access.log` is now `logs parse`. @default none */
  readonly movedWords?: string;
}
