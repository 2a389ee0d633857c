import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "02.1",
  title: "Is this the file I know?",
  kind: "warm-up",
  minutes: 20,
  trains: "know a file by its content, and let a rejection end with the configuration that made it",
  forbidden: ["lib/files", "lib/audit", "lib/pipeline"],
  hints: [
    "Find two things first: the newest verdict on this path, and whether it still holds. If it does, and size and time are " +
    "the same, nothing has to be read.",
    "After that everything is a question about the content: is it the newest that this path has, or has published, did another path publish it, was it " +
    "rejected elsewhere by these very keys? Ask in this order; a rejected copy never makes a duplicate.",
    'const holds = (one: Known) => one.verdict === "published" || one.keys === keys; const last = known.findLast(({ path }) ' +
    "=> path === file.path). Then: unchanged by size and time, touched by the hash of last, if it holds, or of the newest published entry of the path, duplicate by a published entry of another " +
    "path, rejected by one with these keys, new-version if the path has a published entry.",
  ],
} as const satisfies ExerciseSpec;
