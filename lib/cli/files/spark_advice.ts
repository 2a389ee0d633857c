import type { SparkFile, SparkPlan } from "../../files/mod.ts";
import { countOf, escapeLine, formatBytes, formatCount } from "../../terminal/mod.ts";

const MIB = 1024 * 1024;
const OPEN_COST = 4 * MIB;
/** How much larger than an even share the largest task must be to be worth a word. */
const SKEWED = 2;

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
