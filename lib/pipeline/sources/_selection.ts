import {
  duration,
  identifier,
  mapping,
  pathPatterns,
  plain,
  size,
  sourceTolerance,
} from "../../config/mod.ts";

const TEMPLATE = 'a file name such as "{name}.done" or "_SUCCESS"';

/** Keys of every source that takes files from a folder. */
export function selection() {
  return {
    include: pathPatterns("**/*.csv").min(1, { error: "at least one pattern" })
      .prefault(["**/*"]).describe(
        "Patterns of the files to take; a name that begins with `_` or `.` is hidden, as in Spark, but for a pattern that writes it so.",
      ),
    exclude: pathPatterns("**/*.tmp").prefault([])
      .describe("Patterns of the files to leave."),
    stream: identifier().exactOptional()
      .meta({ fallback: "the source's name", description: "Name of the stream in the lake." }),
    announced_by: plain(TEMPLATE).refine((text) => /^[^/]+$/.test(text), {
      error: TEMPLATE,
      params: { kind: "form" },
    }).refine((text) => !/[{}]/.test(text.replaceAll(/\{(?:name|stem)\}/g, "")), {
      error: "no placeholders but {name} and {stem}",
      params: { kind: "form" },
    }).exactOptional().describe(
      "Name of the file next to it by which a file says that it is whole; `{name}` is its name, `{stem}` its name without the ending. A checksum, size or count of rows in it is compared.",
    ),
    min_age: duration(0).prefault("10s").describe(
      "Time since its last change after which a file counts as whole; a younger one waits for the next run.",
    ),
    parts: mapping({
      target_size: size().exactOptional()
        .describe(
          "About the size of files in the lake, compressed: larger ones are split; those below `merge_below` are put together up to it.",
        ),
      merge_below: size().exactOptional()
        .describe("Files that are smaller in the lake, compressed, are put together."),
    }).refine(({ target_size = Infinity, merge_below = 0 }) => merge_below <= target_size, {
      path: ["merge_below"],
      error: "a size up to target_size",
      params: { kind: "form" },
    }).exactOptional().meta({ fallback: "files stay as they are" })
      .describe("Size of files in the lake; parts hold whole records, each with the header."),
    tolerance: sourceTolerance(),
  };
}

/** Returns the sizes that the keys say. */
export function partSizesOf(
  parts: { readonly target_size?: number; readonly merge_below?: number } | undefined,
): { readonly targetSize?: number | undefined; readonly mergeBelow?: number | undefined } {
  return { targetSize: parts?.target_size, mergeBelow: parts?.merge_below };
}
