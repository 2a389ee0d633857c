import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "06.1",
  title: "The right order",
  kind: "core",
  minutes: 30,
  trains: "publish files so that readers never see half, wherever the process dies",
  forbidden: ["lib/lake", "lib/pipeline", "lib/audit"],
  hints: [
    "There are four kinds of steps. For each pair of neighbors ask: killed right here, what does a reader see, and what does " +
    "the next run know?",
    "Moving cannot be undone, and it cannot be seen who moved a file. So what must be written down before the first move, and " +
    "what may be said only after the last one?",
    "promise, then each file that is still staged: move, then name, then done. recover() does the same for every batch in " +
    "promised(), from the moves on; isStaged() tells which of them happened before.",
  ],
} as const satisfies ExerciseSpec;
