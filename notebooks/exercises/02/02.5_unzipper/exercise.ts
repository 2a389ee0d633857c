import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "02.5",
  title: "The polite unzipper",
  kind: "core",
  minutes: 30,
  trains:
    "treat names and sizes in an archive as claims of a stranger, and stop a bomb while it goes off",
  forbidden: ["lib/files", "lib/io", "@std/path"],
  hints: [
    "Names first, and without a disk: split at both slashes, look at each part by itself. A part is dangerous if it is exactly " +
    '"..", not if it contains two dots.',
    "A bomb can only be seen while it is read. Put a generator between the member and write(): it passes pieces on, adds " +
    "up their lengths in a count that all members share, and throws when the count passes the limit.",
    'const parts = name.replaceAll("\\\\", "/").split("/"); refuse if it begins with "/" or /^[a-z]:/i, or parts.includes(".."); ' +
    'path = parts.filter((part) => part !== "" && part !== ".").join("/"); remember path.toLowerCase() in a Set. ' +
    "async function* counted(content) { for await (const piece of content) { if ((total += piece.length) > limits.bytes) throw ...; yield piece; } }",
  ],
} as const satisfies ExerciseSpec;
