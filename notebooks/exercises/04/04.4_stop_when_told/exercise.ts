import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "04.4",
  title: "Stop when asked",
  kind: "core",
  minutes: 30,
  trains:
    "end in the middle without losing or doubling anything: finish the item, save the place, say 75",
  forbidden: ["lib/process"],
  hints: [
    "There are three moments at which a stop may come: before an item, in the middle of one, and while waiting. Only one of them has something to finish.",
    "signal.aborted is asked before each item. A wait must end at once: it is a race between a timer and the signal. The item itself is not cut: half of it cannot be saved.",
    "for each item: if (signal.aborted) return 75; await work(item); await save(position); await sleep(ms, signal).catch(() => {}) ... and at the end 0.",
  ],
} as const satisfies ExerciseSpec;
