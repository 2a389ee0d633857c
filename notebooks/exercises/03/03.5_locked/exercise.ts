import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "03.5",
  title: "Database is locked",
  kind: "production fault",
  minutes: 35,
  trains: "take the write lock first, and do the whole transaction again when it is busy",
  forbidden: ["lib/db", "lib/audit"],
  hints: [
    "What was read inside a transaction is only worth something inside it. So what is the smallest thing that can be tried again?",
    "One attempt is a function: begin, work, commit, and in its catch a rollback if db.inTransaction. The loop around it knows about " +
    "busy and about waiting, and waits when the attempt is over.",
    "for (let n = 0;; n++) { try { return attempt() } catch (error) { if (!isBusy(error) || n >= 5) throw error; " +
    "await tools.sleep(tools.random() * Math.min(1000, 50 * 2 ** n)); } }",
  ],
} as const satisfies ExerciseSpec;
