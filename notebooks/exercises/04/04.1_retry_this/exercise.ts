import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "04.1",
  title: "Retry this?",
  kind: "warm-up",
  minutes: 20,
  trains:
    "decide about a failure by facts: whose fault it is, whether it passes, and what a second try would cost",
  forbidden: ["lib/errors"],
  hints: [
    "Whose fault is it? A bad record is not helped by asking again, and a dead server is not helped by quarantine. Answer that first, and time, attempts and method last.",
    "The fact is in the field transient, not in the text of the code: the same status may or may not pass. And a wait that is longer than you are willing to wait is no reason to try sooner.",
    "configuration -> stop; record -> reject; then for request and storage: if it does not pass, is not repeatable or has no attempt left, stop; if wait > maxWait, suspend; else retry.",
  ],
} as const satisfies ExerciseSpec;
