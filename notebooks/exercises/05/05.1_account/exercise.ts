import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "05.1",
  title: "Every line accounted for",
  kind: "warm-up",
  minutes: 20,
  trains: "write a parser that neither drops nor invents, and proves it by a sum",
  forbidden: ["lib/log_parser", "lib/cli"],
  hints: [
    "There are three things that a line can be, and each of them is counted. Write the sum first: what would make it wrong?",
    "split gives one piece more than there are lines if the text ends with a line end. Number the lines before you look " +
    "at them, so that what is skipped has a number too.",
    'const pieces = text.split("\\n"); if (pieces.at(-1) === "") pieces.pop(); for each with its index: trim() === "" ' +
    "is blank; else /^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ) (DEBUG|INFO|WARN|ERROR) (.*)$/s makes a record; else it is a reject.",
  ],
} as const satisfies ExerciseSpec;
