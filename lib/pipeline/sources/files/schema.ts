import type { z } from "zod";
import {
  inputPath,
  list,
  mapping,
  type SchemaContext,
  size,
  sourceName,
  variant,
} from "../../../config/mod.ts";
import { selection } from "../_selection.ts";

/** Keys of a folder that others leave files in. */
export function filesSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("files", "A folder that others leave files in."),
    path: inputPath(context).describe("The folder."),
    ...selection(),
    expect: mapping({
      columns: list("a column name")
        .refine((names) => names.length > 0 && new Set(names).size === names.length, {
          error: "one column name or more, each once",
        }).exactOptional()
        .describe("Columns in their order; a file with others goes to quarantine."),
      max_size: size().exactOptional().describe("Largest file taken."),
    }, { removed: { encoding: "expected none: files must be UTF-8" } }).prefault({}).describe(
      "What a good file looks like.",
    ),
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

/** A folder of files. */
export type FilesSource = z.output<ReturnType<typeof filesSchema>>;
