import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "06.5",
  title: "An API that nobody has described",
  kind: "production fault",
  minutes: 45,
  trains:
    "read a listing of unknown form to its end, and say by what one knows that it was the end",
  forbidden: ["lib/api", "lib/pipeline", "lib/cli"],
  hints: [
    "Make the answer plain first: a function from an unknown value to { records, next, total }. All the rest is one loop.",
    "There are four ways to leave the loop: no next cursor, a cursor that was there before, an error, and never. Which of them " +
    "may be complete, and what else must hold?",
    "Look at [answer, ...Object.values(answer).filter(isObject)] for the keys. Keep a Map of records by id and a Set of cursors; try " +
    "ask(cursor), and in the catch return { records, complete: false, why, next: cursor }.",
  ],
} as const satisfies ExerciseSpec;
