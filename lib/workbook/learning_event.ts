/** Something that a learner did; a line of `progress.jsonl`. */
export type LearningEvent =
  & {
    /** ISO-8601 UTC. */
    readonly at: string;
    readonly exercise: string;
  }
  & LearningStep;

/** What was done. */
export type LearningStep =
  | { readonly did: "start" | "reset" | "skip" | "solution" }
  | { readonly did: "hint"; readonly step: number }
  | {
    readonly did: "check";
    readonly passed: boolean;
    /** Expectations that hold. */
    readonly held: number;
    /** The first mistake's id, or what was in the way. */
    readonly mistake?: string;
  };
