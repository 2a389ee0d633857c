import type { AnyPhaseTool } from "./phase_tool.ts";
import type { Story } from "./story.ts";

/** A phase: a lesson, and the same work as tools for the user's own input. */
export interface Phase {
  /** The lesson. */
  readonly story: Story;
  /** Tools by the word that is typed. */
  readonly tools: Readonly<Record<string, AnyPhaseTool>>;
  /** Tool that takes a command line which names none, such as `deno task phase5 access.log`. @default none */
  readonly defaultTool?: string;
  /** What the task's permissions allow, said openly in the help. */
  readonly permissions: string;
}
