import type { LearningEvent } from "./learning_event.ts";

/** How far a learner is with one exercise. */
export interface Standing {
  readonly state: "open" | "started" | "done" | "skipped";
  /** Hints shown since the start or the last reset. */
  readonly hints: number;
  readonly checks: number;
  /** The most expectations that held in one check. */
  readonly best: number;
  /** Whether the solution was shown before the check passed. */
  readonly peeked: boolean;
}

const OPEN: Standing = { state: "open", hints: 0, checks: 0, best: 0, peeked: false };

/** Tells from the events how far a learner is with an exercise; what was done stays done. */
export function standingOf(id: string, events: readonly LearningEvent[]): Standing {
  return events.filter(({ exercise }) => exercise === id).reduce(after, OPEN);
}

/** Returns the id of the exercise that a learner worked on last and has not finished. */
export function currentExercise(events: readonly LearningEvent[]): string | undefined {
  return events.findLast(({ exercise }) => standingOf(exercise, events).state === "started")
    ?.exercise;
}

function after(standing: Standing, event: LearningEvent): Standing {
  const { state, checks, best } = standing;
  const working = state === "done" ? "done" : "started";
  switch (event.did) {
    case "start":
      return { ...standing, state: working };
    case "reset":
      return { ...standing, state: working, hints: 0 };
    case "skip":
      return { ...standing, state: state === "done" ? "done" : "skipped" };
    case "solution":
      return { ...standing, peeked: standing.peeked || state !== "done" };
    case "hint":
      return { ...standing, hints: Math.max(standing.hints, event.step) };
    case "check":
      return {
        ...standing,
        state: event.passed ? "done" : working,
        checks: checks + 1,
        best: Math.max(best, event.held),
      };
  }
}
