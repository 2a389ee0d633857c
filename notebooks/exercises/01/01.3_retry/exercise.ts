import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "01.3",
  title: "Try again, but politely",
  kind: "core",
  minutes: 35,
  trains:
    "retry without hammering a server, without sending a payment twice and without waiting past the end",
  forbidden: ["lib/api"],
  hints: [
    "Three questions, in this order, after each failed attempt: may this be repeated at all (method, status, attempts left)? " +
    "How long must and may I wait? Is there time for it? Only then sleep.",
    "The wait is the longer of two: what the server asked for, and a random share of a ceiling that doubles. The random " +
    "part never shortens the server's. And each attempt gets the smaller of its own limit and what is left in all.",
    "const ceiling = Math.min(limits.cap, limits.base * 2 ** n); const wait = Math.max(retryAfter ?? 0, tools.random() * ceiling); " +
    "with const left = limits.total - (tools.now() - start): give up when wait >= left, and send with " +
    "Math.min(limits.attempt, left).",
  ],
} as const satisfies ExerciseSpec;
