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
    "signal.aborted is asked before each item. tools.pause ends at once when the signal comes, by rejecting: that is no failure. The item itself is not cut: half of it cannot be saved.",
    'for (let at = tools.position; at < items.length; at++): if (signal.aborted) return 75; then, in a try whose catch returns 1, await tools.take(items[at] ?? "") and await tools.save(at + 1); then, unless it was the last one, await tools.pause(signal).catch(() => {}). After the loop, return 0.',
  ],
} as const satisfies ExerciseSpec;
