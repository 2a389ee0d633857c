import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "05.5",
  title: "The regex that ate the night",
  kind: "production fault",
  minutes: 35,
  trains: "write an expression, or a scanner, whose time no line can blow up",
  forbidden: ["lib/log_parser", "lib/cli"],
  hints: [
    "An expression goes back to every place at which it could have gone on otherwise. Two repetitions next to each other that " +
    "accept the same character, or one in another, make a choice of every character. So: after each repetition comes " +
    "something that it cannot match.",
    'A quoted field, without a choice: "[^"\\\\]*(?:\\\\.[^"\\\\]*)*". What is outside of quotes has no blanks: [^ ]+. And what ' +
    "is at the start of the line is said with ^, or the engine tries every start.",
    'const Q = String.raw`"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`; new RegExp(`^([^ ]+) [^ ]+ ([^ ]+) \\\\[([^\\\\]]+)\\\\] ${Q} ' +
    '(\\\\d{3}) (\\\\d+|-) ${Q} ${Q}$`, "s"); then replace /\\\\(["\\\\])/g by $1 in the quoted fields.',
  ],
} as const satisfies ExerciseSpec;
