import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "04.3",
  title: "One line, one event",
  kind: "core",
  minutes: 30,
  trains:
    "write log lines that a machine can count: fixed names, fields for what differs, no secret and no broken line",
  forbidden: ["lib/logging"],
  hints: [
    "What differs from time to time goes into fields; the name of the event never changes. JSON.stringify writes line ends for you, and loses errors, BigInts and cycles.",
    "Fixed fields win over those of a caller: decide what becomes of a field with the same name. A replacer function sees every value before it is written, and its key. What throws all the same should cost its own field, and not the line.",
    'A text for each field, in a try: JSON.stringify({ [key]: owner[key] }, replacer).slice(1, -1), and in the catch that of { [key]: "[unreadable]" }; then "{", the texts that are not empty with "," between them, and "}". replacer turns an Error into { name, message, cause }, a BigInt into text, the value of a secret key into "***", and an object that is its own ancestor into "[circular]".',
  ],
} as const satisfies ExerciseSpec;
