import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "06.3",
  title: "After kill -9",
  kind: "production fault",
  minutes: 35,
  trains: "tell from a database and a disk what happened, and do the one thing that is right",
  forbidden: ["lib/lake", "lib/pipeline", "lib/audit"],
  hints: [
    "Two lists that should say the same. Walk over the database first, then over what is on disk and was in no row.",
    "A name proves nothing: a file may be under its name with half of its bytes. Compare hashes, and look into the lake before you " +
    "look into staging.",
    "For intended: lake has the hash ? confirm : lake has the path ? stop : staged has the hash ? move : take-back. For published: " +
    "the lake has the hash, or stop. For staged paths that no publication has: sweep.",
  ],
} as const satisfies ExerciseSpec;
