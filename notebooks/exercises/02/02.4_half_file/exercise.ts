import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "02.4",
  title: "Half a file under its final name",
  kind: "production fault",
  minutes: 30,
  trains: "publish a file in the one order of steps that survives a crash between any two of them",
  forbidden: ["lib/files", "lib/lake", "lib/io"],
  hints: [
    "Nothing but one rename may ever touch the final name. Everything that can fail, or can be cut short, happens before it " +
    "under another name.",
    "After a crash a name can be there without its content, and a rename can be forgotten. So two flushes are needed, one on each " +
    "side of the rename. Which one belongs where?",
    "create, append..., flush(temporary), rename(temporary, name), flushFolder(). Around the writing a try with a catch that " +
    "removes the temporary file and throws on. create() empties what an earlier attempt left; append() alone would not.",
  ],
} as const satisfies ExerciseSpec;
