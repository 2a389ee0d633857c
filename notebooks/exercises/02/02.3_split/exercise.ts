import type { ExerciseSpec } from "../../../../lib/workbook/mod.ts";

/** What this exercise is. */
export const exercise = {
  id: "02.3",
  title: "Split without breaking a record",
  kind: "core",
  minutes: 35,
  trains:
    "cut a CSV into parts that each parse alone, and prove that nothing was lost between them",
  forbidden: ["lib/files", "@std/csv", "@std/streams"],
  hints: [
    "Two machines in a row: one that turns chunks into whole records, and one that packs records into parts. Write the first as " +
    "a generator of its own, and test it with chunks of one byte.",
    "The first machine keeps the bytes of the record that is not finished, and one flag: are we inside quotes? Each quote flips the " +
    "flag, a doubled one flips it twice. A newline ends the record only while the flag is down.",
    "Packing: the first record is the header. For each one after it: if header + part + record is over the target and the part " +
    "is not empty, give the part out and begin a new one. At the end give out what is left, or the header alone if there " +
    "was no record.",
  ],
} as const satisfies ExerciseSpec;
