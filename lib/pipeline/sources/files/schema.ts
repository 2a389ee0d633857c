import type { z } from "zod";
import {
  choice,
  flag,
  inputPath,
  list,
  mapping,
  type SchemaContext,
  size,
  sourceName,
  variant,
} from "../../../config/mod.ts";
import { checksSchema, privacyKey } from "../_rules_schema.ts";
import { selection } from "../_selection.ts";
import { dialectSchema, verdictsSchema } from "./_dialect_schema.ts";

/** Keys of a folder that others leave files in. */
export function filesSchema(context: SchemaContext) {
  return mapping({
    name: sourceName(),
    type: variant("files", "A folder that others leave files in."),
    path: inputPath(context).describe("The folder."),
    ...selection(),
    expect: expectSchema(),
    dialect: dialectSchema().prefault({})
      .describe("How the files are written; `headwaters files inspect` proposes it."),
    checks: checksSchema().exactOptional().describe(
      "What is expected of the rows, as at the stream of an API; `fail` rejects the whole file, and `max_age` is not there.",
    ),
    privacy: privacyKey(
      context,
      "What is not kept of the rows, as at the stream of an API. Each file must have the columns; nothing is kept of a file " +
        "or row that is rejected, but for its reason and place.",
    ),
    allow_empty: flag().default(false).describe("Whether a file without rows is taken."),
    on_finding: verdictsSchema().prefault({})
      .describe("Verdicts on findings that differ from their own."),
    on_change: choice(["append", "replace", "reject"]).default("append").describe(
      "A published file with other content: is published next to the earlier version, takes its place for readers, or is rejected.",
    ),
    on_duplicate: choice(["skip", "publish"]).default("skip")
      .describe("A file whose content readers see already: is noted only, or published as well."),
  }).refine(({ on_change, parts }) => on_change !== "replace" || parts?.merge_below === undefined, {
    path: ["parts", "merge_below"],
    error: "none with on_change: replace, which takes single files out of sight",
    params: { kind: "form" },
  }).refine(({ dialect, expect }) => dialect.header !== "none" || expect.columns !== undefined, {
    path: ["dialect", "header"],
    error: "a line number, or expect.columns next to none: nothing else names the columns",
    params: { kind: "form" },
  }).transform((source) => ({ ...source, stream: source.stream ?? source.name }));
}

function expectSchema() {
  return mapping({
    columns: list("a column name")
      .refine((names) => names.length > 0 && new Set(names).size === names.length, {
        error: "one column name or more, each once",
      }).exactOptional()
      .meta({ fallback: "those of the first file that is published" })
      .describe(
        "Columns of the stream, in their order; each file is put in order by their names.",
      ),
    min_size: size().exactOptional().describe("Smallest file taken."),
    max_size: size().exactOptional().describe(
      "Largest file taken, also once it is decompressed.",
    ),
  }, { removed: { encoding: 'expected "encoding" in "dialect" of the source' } }).refine(
    ({ min_size = 0, max_size = Infinity }) => min_size <= max_size,
    { path: ["min_size"], error: "a size up to max_size", params: { kind: "form" } },
  ).prefault({}).describe(
    "What a good file looks like.",
  );
}

/** A folder of files. */
export type FilesSource = z.output<ReturnType<typeof filesSchema>>;
