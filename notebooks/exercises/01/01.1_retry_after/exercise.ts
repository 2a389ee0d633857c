import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "01.1",
  title: "How long did the server ask us to wait?",
  kind: "warm-up",
  minutes: 15,
  trains: "read Retry-After in every form that servers send, and refuse what is none of them",
  forbidden: ["lib/api"],
  hints: [
    "There are two families: digits, and dates. Decide by a pattern over the whole text which one it is; whatever fits " +
    "no pattern is undefined. parseInt and Date.parse both accept far too much to decide it for you.",
    "A date is a moment on the server's clock. The response says in its Date header what that clock showed, so the " +
    "wait is the difference of two server times; your own clock is only needed if Date is missing.",
    "Three patterns: /^[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$/ and its two older sisters " +
    '(the README shows them). Then Date.parse is safe, if you add " GMT" to the asctime form, which names no zone, and look whether ' +
    "its getUTCDate() is the day of the text: of 31 Feb it makes 3 March. " +
    "End with Math.max(0, then - from).",
  ],
} as const satisfies ExerciseSpec;
