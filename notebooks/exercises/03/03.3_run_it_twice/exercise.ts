import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "03.3",
  title: "Run it twice",
  kind: "core",
  minutes: 30,
  trains: "absorb deliveries that come twice, late and in the wrong order",
  forbidden: ["lib/db", "lib/audit"],
  hints: [
    "For one message there are three cases, and the row that is there decides which. Write them down before any SQL: no row, a smaller " +
    "version, the same or a larger one.",
    "INSERT ... ON CONFLICT (id) DO UPDATE SET ... WHERE ... is one statement for all of them; excluded.version is the version that " +
    "came. Name the column of the conflict, so that no other constraint is passed over.",
    "Read the row first (SELECT version FROM orders WHERE id = ?): none is stored, a smaller version replaced, all else a duplicate. " +
    "All of it inside one db.transaction(() => ...), so that nobody writes in between.",
  ],
} as const satisfies ExerciseSpec;
