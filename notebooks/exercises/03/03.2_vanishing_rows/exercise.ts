import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "03.2",
  title: "Reading while rows vanish",
  kind: "core",
  minutes: 35,
  trains: "read a table page by page by its key, while others delete and insert",
  forbidden: ["lib/db"],
  hints: [
    "A place that is counted from the beginning moves when something before it goes. What of the last row that you have read does " +
    "not move, even if the row is deleted?",
    "After the key (day, number): all later days, and of the same day the larger numbers. One comparison of the first column is not " +
    "enough, and two that must both hold are too much.",
    'db.all("SELECT day, number, body FROM events WHERE (day, number) > (?, ?) ORDER BY day, number LIMIT ?", [day, number, size]): ' +
    "SQLite and PostgreSQL compare lists of values as a whole. The first page has no WHERE.",
  ],
} as const satisfies ExerciseSpec;
