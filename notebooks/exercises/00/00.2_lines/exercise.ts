import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "00.2",
  title: "Lines of a file larger than memory",
  kind: "core",
  minutes: 30,
  trains: "read a stream of any size in flat memory, at the pace of its reader",
  forbidden: ["lib/files", "lib/log_parser", "@std/streams"],
  hints: [
    "A chunk is an accident of the disk or the network: it ends in the middle of a line, of a character, of a \\r\\n. What is " +
    "not a whole line yet has to be kept until the next chunk comes, and looked at once more at the very end.",
    "One TextDecoder for the whole stream, called with { stream: true }, keeps half a character for you. And for await over " +
    "the source gives you the pace and the closing: it asks for a chunk only when your loop comes round.",
    'let rest = ""; for await (const chunk of chunks) { const parts = (rest + decoder.decode(chunk, { stream: true })).split("\\n"); ' +
    'rest = parts.pop() ?? ""; for each part: yield it, without a \\r at its end } then rest += decoder.decode(), and yield it if ' +
    "it is not empty.",
  ],
} as const satisfies ExerciseSpec;
