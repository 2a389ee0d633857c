import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "01.5",
  title: "The total that lies",
  kind: "production fault",
  minutes: 20,
  trains:
    "weigh a declared total against what the pages say, and call nothing complete by a count alone",
  forbidden: ["lib/api", "lib/pipeline"],
  hints: [
    "Two questions, one after the other: does the server say that there is more? And only if it does not: does anything " +
    "that came contradict the end?",
    "A total speaks of things, and rows are not things: the same one may come twice. What do the pages hold that tells " +
    "two of them apart?",
    'If the last page names a next one the answer is "more", whatever the total is. Else put all totals into one Set and ' +
    "all ids into another: no total is no contradiction, one total has to be the number of ids, two contradict each other.",
  ],
} as const satisfies ExerciseSpec;
