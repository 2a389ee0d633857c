import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "01.4",
  title: "The API that lies about its pages",
  kind: "production fault",
  minutes: 45,
  trains:
    "prove that a stream is complete, stop one that loops, and say honestly when it is neither",
  forbidden: ["lib/api", "lib/pipeline"],
  network: true,
  hints: [
    "Believe what you received, not what you asked for: how many rows came decides where the next page begins. And no page " +
    "size says anything about the end; what else in the answer does?",
    "Keep two memories: the ids that were written (a repeated row is a duplicate), and an identity of every page read so far " +
    "(a repeated page is a loop, at whatever distance). Look at the page first: a looping page's rows must not be counted.",
    "Per page: no items -> end, complete only if no total was declared or read has reached it. const identity = JSON.stringify " +
    'of the ids; seen.has(identity) -> { complete: false, reason: "loop" }. Else for each row write it or count a ' +
    'duplicate; offset += items.length; read >= total -> "total-reached".',
  ],
} as const satisfies ExerciseSpec;
