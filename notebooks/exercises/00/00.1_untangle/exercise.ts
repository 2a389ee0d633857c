import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "00.1",
  title: "Untangle the configuration",
  kind: "warm-up",
  minutes: 25,
  trains:
    "turn three sources of settings into one checked value, and say which key is wrong and where it came from",
  forbidden: ["lib/config"],
  hints: [
    "First find the value, then read it. One small function can answer, for any key: which text holds, and who said so? " +
    "It looks at the flags, then the environment, then the file.",
    '?? and || differ exactly where it hurts: 0, false and "" are values that someone may mean. And Number(""), ' +
    'Number(" ") and Boolean("false") answer something that nobody meant: decide by a pattern, then convert.',
    'function find(key) { return [[flags, "flag"], [env, "environment"], [file, "file"]] -> the first whose value is not undefined }. Collect ' +
    "problems in an array while reading all four keys, and throw once at the end, if there are any.",
  ],
} as const satisfies ExerciseSpec;
