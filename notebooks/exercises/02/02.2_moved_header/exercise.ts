import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "02.2",
  title: "The header that moved",
  kind: "core",
  minutes: 25,
  trains: "bind columns by name, never by position, and refuse a header that leaves a choice",
  forbidden: ["lib/files"],
  hints: [
    "Bring both headers into one form first (no mark, no blanks, one case). After that two names are the same or they are not, " +
    "and every question of the table is a question about two lists.",
    "Three lists decide: expected names that are not found, found names that are not expected, and found names that appear twice. " +
    "If all three are empty, indexOf gives the answer; if not, the refusal names what is in them.",
    'const form = (name: string) => name.replace(/^\\ufeff/, "").trim().toLowerCase(); const names = found.map(form); then ' +
    "missing = expected.filter((name) => !names.includes(form(name))), extra the other way round, and twice = names.filter((name, n) " +
    "=> names.indexOf(name) !== n).",
  ],
} as const satisfies ExerciseSpec;
