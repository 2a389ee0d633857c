import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "05.2",
  title: "A stack trace is one event",
  kind: "core",
  minutes: 30,
  trains: "join lines to events in one pass, however late their end comes",
  forbidden: ["lib/log_parser", "lib/cli"],
  hints: [
    "Ask of a line whether it begins an event, never whether it continues one: you know what a header looks like, and nobody " +
    "knows what a trace looks like.",
    "Hold one open event. A header, a JSON object and the end of the input close it. Blank lines are held apart until the " +
    "next line shows whether they are inside.",
    "let open, blanks = []; for each line: blank -> blanks.push; header or JSON -> yield open, open = new one, blanks = []; " +
    "otherwise -> if (!open || open is JSON) { yield open; open = event without header } open.lines.push(...blanks, line), " +
    "blanks = []. After the loop: yield open.",
  ],
} as const satisfies ExerciseSpec;
