import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "03.1",
  title: "All or nothing",
  kind: "core",
  minutes: 30,
  trains: "put a transaction around what belongs together, also inside another one",
  forbidden: ["lib/db", "lib/audit"],
  hints: [
    "Three moments decide: what begins it, what ends it when all went well, and what ends it when something did not. Write " +
    "the third one first, and let the error go on from there.",
    "BEGIN fails inside a transaction, and ROLLBACK ends all of it. SQL has a word for a place that one can go back to, and " +
    "it works without a transaction around it as well.",
    'db.run("SAVEPOINT part"); then try { ...; db.run("RELEASE part") } catch (error) { db.run("ROLLBACK TO part"); ' +
    'db.run("RELEASE part"); throw error; }. Outside of a transaction the RELEASE is the commit.',
  ],
} as const satisfies ExerciseSpec;
