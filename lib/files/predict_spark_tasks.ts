/** A file as Spark's planner sees it. */
export interface SparkFile {
  /** Path or name; its extension says whether it can be split. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Options of {@linkcode predictSparkTasks}, named after Spark's. */
export interface SparkPlanOptions {
  /** `spark.default.parallelism`: as a rule the number of cores. @default 8 */
  readonly parallelism?: number;
  /** `spark.sql.files.maxPartitionBytes`. @default 128 MB */
  readonly maxPartitionBytes?: number;
  /** `spark.sql.files.openCostInBytes`. @default 4 MB */
  readonly openCost?: number;
}

/** What {@linkcode predictSparkTasks} foresees. */
export interface SparkPlan {
  /** Tasks of the first stage. */
  readonly tasks: number;
  /** Bytes at which a splittable file is cut and a task is full. */
  readonly maxSplitBytes: number;
  /** Bytes of the largest task; compressed bytes where the files are compressed. */
  readonly largestTaskBytes: number;
  /** Files above `maxSplitBytes` that cannot be split: each keeps one core busy for its whole length. */
  readonly oversized: readonly string[];
}

const MIB = 1024 * 1024;
// bzip2 can be split; the others need their stream from the start (Hadoop's CompressionCodecFactory).
const UNSPLITTABLE = /\.(gz|gzip|deflate|zst|zstd|lz4|snappy)$/i;

/**
 * Foretells how many tasks Spark needs to read files.
 *
 * Follows `org.apache.spark.sql.execution.datasources.FilePartition` (`maxSplitBytes` and the next-fit packing of
 * `getFilePartitions`), `PartitionedFileUtil.splitFiles` and the ordering by size in `FileSourceScanExec`: a gzip
 * file is never split, but small ones share a task.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const size = 200 * 1024 * 1024;
 * assertEquals(predictSparkTasks([{ path: "a.csv.gz", size }]).tasks, 1);
 * assertEquals(predictSparkTasks([{ path: "a.csv", size }], { parallelism: 4 }).tasks, 4);
 * ```
 */
export function predictSparkTasks(
  files: readonly SparkFile[],
  options: SparkPlanOptions = {},
): SparkPlan {
  const { parallelism = 8, maxPartitionBytes = 128 * MIB, openCost = 4 * MIB } = options;
  for (const [name, value] of Object.entries({ parallelism, maxPartitionBytes })) {
    if (!(value >= 1)) throw new RangeError(`Cannot plan: ${name} is ${value}, expected 1 or more`);
  }
  const total = files.reduce((sum, file) => sum + file.size + openCost, 0);
  const perCore = Math.floor(total / parallelism);
  const maxSplitBytes = Math.max(1, Math.min(maxPartitionBytes, Math.max(openCost, perCore)));
  const splits = files.flatMap((file) => splitLengths(file, maxSplitBytes)).sort((a, b) => b - a);
  return {
    ...pack(splits, maxSplitBytes, openCost),
    maxSplitBytes,
    oversized: files.filter((file) => !isSplittable(file) && file.size > maxSplitBytes)
      .map((file) => file.path),
  };
}

function pack(
  splits: readonly number[],
  maxSplitBytes: number,
  openCost: number,
): { tasks: number; largestTaskBytes: number } {
  let tasks = splits.length > 0 ? 1 : 0;
  let largestTaskBytes = 0;
  let cost = 0;
  let bytes = 0;
  let files = 0;
  for (const length of splits) {
    if (files > 0 && cost + length > maxSplitBytes) {
      tasks++;
      cost = bytes = files = 0;
    }
    cost += length + openCost;
    bytes += length;
    files++;
    largestTaskBytes = Math.max(largestTaskBytes, bytes);
  }
  return { tasks, largestTaskBytes };
}

function splitLengths(file: SparkFile, maxSplitBytes: number): number[] {
  if (!isSplittable(file)) return [file.size];
  const lengths: number[] = [];
  for (let at = 0; at < file.size; at += maxSplitBytes) {
    lengths.push(Math.min(maxSplitBytes, file.size - at));
  }
  return lengths;
}

function isSplittable(file: SparkFile): boolean {
  return !UNSPLITTABLE.test(file.path);
}
