import type { SparkFile, SparkPlan } from "../../files/mod.ts";
import { countOf, escapeLine, formatBytes, formatCount } from "../../terminal/mod.ts";

const MIB = 1024 * 1024;
const OPEN_COST = 4 * MIB;
/** How much larger than an even share the largest task must be to be worth a word. */
const SKEWED = 2;

/** Returns a plan as a program reads it. */
export function planDocument(plan: SparkPlan): Readonly<Record<string, unknown>> {
  const { maxSplitBytes, largestTaskBytes, evenTaskBytes, unknownCodec, ...other } = plan;
  const { isPartitioned, passedOver, refusal = null, ...same } = other;
  return {
    ...same,
    partitioned: isPartitioned,
    passed_over: passedOver,
    refusal,
    max_split_bytes: maxSplitBytes,
    largest_task_bytes: largestTaskBytes,
    even_task_bytes: evenTaskBytes,
    unknown_codec: unknownCodec,
  };
}

/** What reads every file of a folder, whatever its subfolders are. */
const RECURSIVE = "read it with recursiveFileLookup, which takes no columns from names of folders";

/** Says which files of a folder Spark does not read, and what to do about it. */
export function warningsOf({ refusal, passedOver, isPartitioned }: SparkPlan): string[] {
  if (refusal !== undefined) {
    const error = `Spark stops with an error: ${escapeLine(refusal)}`;
    return [`${error}; load each table by its own path, or ${RECURSIVE}`];
  }
  const [first] = passedOver;
  if (first === undefined) return [];
  const more = passedOver.length > 1 ? ` and ${countOf(passedOver.length - 1, "other file")}` : "";
  return [
    `Spark passes over ${escapeLine(first)}${more}: ${
      isPartitioned
        ? "in no partition, next to others; move what belongs to the table into one"
        : "in a subfolder not named column=value; rename it, load it by its own path"
    }, or ${RECURSIVE}`,
  ];
}

/** Says how Spark would read some files, and what to do about it. */
export function adviceOn(plan: SparkPlan, files: readonly SparkFile[]): string[] {
  const { tasks, maxSplitBytes, largestTaskBytes, evenTaskBytes, hidden, unknownCodec } = plan;
  const content = files.reduce((sum, { size }) => sum + size, 0);
  const opening = files.filter(({ size }) => size > 0).length * OPEN_COST;
  const skew = evenTaskBytes === 0 ? 1 : largestTaskBytes / evenTaskBytes;
  const empty = files.filter(({ size }) => size === 0).length;
  return [
    `splits of at most ${formatBytes(maxSplitBytes)}; the largest of ${
      countOf(tasks, "task")
    } reads ${formatBytes(largestTaskBytes)}, an even share is ${formatBytes(evenTaskBytes)}`,
    ...(skew >= SKEWED && plan.oversized.length > 0
      ? [`skewed ${skew.toFixed(1)} times: split what cannot be split by Spark with files split`]
      : []),
    ...(opening > content && files.length > 100
      ? [
        `opening ${formatCount(files.length)} files is planned as ${
          formatBytes(opening)
        }, more than they hold: put them together with files merge`,
      ]
      : []),
    ...unknownCodec.map((path) =>
      `${
        escapeLine(path)
      } would be read as text: Spark knows .gz, .bz2, .deflate, .zst, .lz4 and .snappy, spelled so`
    ),
    ...(hidden.length > 0 ? [`${countOf(hidden.length, "file")} hidden from Spark by name`] : []),
    ...(empty > 0 ? [`${countOf(empty, "empty file")}, which Spark passes over`] : []),
  ];
}

/** Says what is hidden: as a rule nobody misses it, so the first names are enough. */
export function hiddenText(hidden: readonly string[]): string {
  const [shown, more] = [hidden.slice(0, 3).map(escapeLine), hidden.length - 3];
  return `not listed, as Spark hides names that begin so: ${shown.join(", ")}${
    more > 0 ? ` and ${formatCount(more)} more` : ""
  }; a pattern that begins so lists them, such as -i '**/_*'`;
}
