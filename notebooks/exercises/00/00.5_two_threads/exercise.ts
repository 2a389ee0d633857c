import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "00.5",
  title: "One thread or two",
  kind: "core",
  minutes: 30,
  trains:
    "overlap what waits on one thread, give what computes to a second one, and bound what is held",
  forbidden: ["lib/api", "lib/pipeline", "phases"],
  hints: [
    "Two kinds of work, two tools. What waits for the network needs no thread: start several and await them. What computes " +
    "stops everything else on its thread, so it goes to the worker. One worker is enough: it is never idle.",
    "Not all at once: a few lanes, each of which takes the next part when it has finished one, from the fetch to the digest. " +
    "Then what is held is the number of lanes. Write results by index, so that it does not matter which comes first.",
    "let next = 0; let failed = false; async function lane() { while (!failed && next < names.length) { const index = next++; " +
    'try { results[index] = await worker.digest(await tools.fetchPart(names[index] ?? "")); } catch (error) { failed = true; throw error; } } } ' +
    "then try { await Promise.all(lanes) } finally { worker.close() }, and none of it if there are no names.",
  ],
} as const satisfies ExerciseSpec;
