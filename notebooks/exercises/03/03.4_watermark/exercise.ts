import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "03.4",
  title: "A watermark that skips",
  kind: "production fault",
  minutes: 35,
  trains: "read what is new, losing nothing at the edge and bringing nothing twice",
  forbidden: ["lib/db", "lib/pipeline"],
  hints: [
    "There are two edges: how far back you ask, and what of the answer you have given already. If you ask for too much, the " +
    "second one mends it; if you ask for too little, nothing does.",
    "Ask from watermark - LAG. What you have to remember is what the next call will see again: the rows of this answer that " +
    "are not older than the new watermark - LAG, as they are.",
    "const next = Math.max(watermark, ...those changed that are <= now); seen = found.filter((row) => row.changed >= next - LAG)" +
    ".map((row) => JSON.stringify(row)). The next call drops the rows whose text is in seen.",
  ],
} as const satisfies ExerciseSpec;
