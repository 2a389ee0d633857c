import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "06.2",
  title: "Two days once more",
  kind: "core",
  minutes: 30,
  trains: "read a range again so that it is right afterwards, and nothing else has changed",
  forbidden: ["lib/lake", "lib/pipeline", "lib/audit"],
  hints: [
    "Write the range as a function of a row, once, and use it for the old rows and for the new ones.",
    "Read everything before you change anything. Which old rows are still true once you have the new ones?",
    "A Map of fresh rows by id, of those in the range; kept are the old ones that are neither in the range nor in the Map; " +
    "the result is { ...table, rows: [...kept, ...fresh.values()] }.",
  ],
} as const satisfies ExerciseSpec;
