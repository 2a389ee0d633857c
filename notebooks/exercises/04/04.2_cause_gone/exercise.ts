import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "04.2",
  title: "The cause is gone",
  kind: "core",
  minutes: 25,
  trains:
    "add what a layer knows to an error and keep what the layer below said, down to the bottom",
  forbidden: ["lib/errors", "lib/logging"],
  hints: [
    "Each catch has one sentence to add: what was tried, with what. What was thrown goes along as it is, in one place that every tool knows.",
    "new Error(message, { cause: error }) keeps the object with its own fields and causes. A cause may be anything: a text, undefined, an AggregateError with several, or an error that is its own cause.",
    'A recursive function over (error, seen): of what is no Error push String(error) and return; return if seen has it; add it, and push its message; then the items of an AggregateError, then "cause" in error.',
  ],
} as const satisfies ExerciseSpec;
