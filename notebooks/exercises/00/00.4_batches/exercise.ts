import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "00.4",
  title: "What a streamed read may hold",
  kind: "core",
  minutes: 25,
  trains:
    "group a stream into batches that are bounded in rows and in bytes, and hold one at a time",
  forbidden: ["lib/files", "lib/db", "lib/io", "@std/streams"],
  hints: [
    "A batch is full for two reasons: its rows, or its bytes. Both are known before a line is added: would it still fit? " +
    "If not, the batch goes out first, and the line begins the next one.",
    "Memory is counted in bytes, and a string in UTF-16 units: length is neither. TextEncoder shows how many bytes a line has. " +
    "And who gets a batch may keep it: an array that you empty and fill again is no longer theirs.",
    "let batch: string[] = []; let bytes = 0; for await (const line of lines) { const size = encoder.encode(line).length; " +
    "if (batch.length > 0 && (batch.length >= limits.rows || bytes + size > limits.bytes)) { yield batch; batch = []; bytes = 0; } " +
    "batch.push(line); bytes += size; } and after the loop: yield what is left, if anything is.",
  ],
} as const satisfies ExerciseSpec;
