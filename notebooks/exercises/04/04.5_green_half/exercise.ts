import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "04.5",
  title: "Green with half the data",
  kind: "production fault",
  minutes: 35,
  trains: "make an outcome out of evidence instead of the absence of exceptions",
  forbidden: ["lib/errors", "lib/pipeline"],
  hints: [
    '"No error" is no evidence. For each stream ask: does it add up? Was the declared total reached? How large a share was rejected, of its own records?',
    "The gravest outcome of all streams is the outcome of the run, and gravity is not the size of the exit code. No stream at all is not a success either.",
    "outcomeOf(stream): failed if it has an error or does not balance; suspended; partial if short of its total, over its tolerance, or empty where rows were expected; else complete. Then find the first of [failed, suspended, partial, complete] that occurs.",
  ],
} as const satisfies ExerciseSpec;
