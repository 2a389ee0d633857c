import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "05.3",
  title: "What time is it?",
  kind: "production fault",
  minutes: 35,
  trains: "decide year and zone of a log's times once for the file, and never by chance",
  forbidden: ["lib/log_parser", "lib/cli"],
  hints: [
    "A line alone does not know its year; the file does. Walk through the stamps once and count the turns of the year before " +
    "you give any of them a year.",
    "The last stamp fixes the year: try that of `modified`, and if it is later than `modified`, the one before. Then every " +
    "stamp has lastYear - turnsAfterIt. The zone must take part in that comparison.",
    "turns: compare month * 31 + day with that of the stamp before; a difference under -186 is a turn, one over 186 is a late line of the " +
    "year before, with which nothing is compared. The last stamp is the last one that has an instant. Instant: " +
    'PlainDateTime.from({...}, { overflow: "reject" }).toZonedDateTime(zone, { disambiguation: "earlier" }); if its own ' +
    "toPlainDateTime() is not the one you put in, the hour was skipped: null.",
  ],
} as const satisfies ExerciseSpec;
