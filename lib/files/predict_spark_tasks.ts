import { sparkFolder } from "./_spark_folder.ts";

/** A file as Spark's planner sees it. */
export interface SparkFile {
  /** Path below the folder that Spark loads, or name; its extension says whether it can be split. */
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
  /** Whether rows may hold line ends (`multiLine`): then no file is split. @default false */
  readonly multiLine?: boolean;
}

/** What {@linkcode predictSparkTasks} foresees. */
export interface SparkPlan {
  /** Tasks of the first stage. */
  readonly tasks: number;
  /** Bytes at which a splittable file is cut and a task is full. */
  readonly maxSplitBytes: number;
  /** Bytes of the largest task; compressed bytes where the files are compressed. */
  readonly largestTaskBytes: number;
  /** Bytes of an even share of a task; the largest one waits for nobody if it is near this. */
  readonly evenTaskBytes: number;
  /** Files that Spark does not see, by their names (`InMemoryFileIndex`). */
  readonly hidden: readonly string[];
  /** Whether names of folders (`dt=1`) give columns. */
  readonly isPartitioned: boolean;
  /** Files that Spark does not read for where they are: next to partitions, or in a subfolder that is none. */
  readonly passedOver: readonly string[];
  /** Why Spark refuses the folder with an error, so that there is no task; `undefined` if it does not. */
  readonly refusal: string | undefined;
  /** Files whose compression Spark does not know by their names, so that it reads their bytes as text. */
  readonly unknownCodec: readonly string[];
  /** Files above `maxSplitBytes` that cannot be split: each keeps one core busy for its whole length. */
  readonly oversized: readonly string[];
}

const MIB = 1024 * 1024;
// bzip2 can be split; the others need their stream from the start. Hadoop's CompressionCodecFactory compares suffixes
// by their exact spelling.
const UNSPLITTABLE = /\.(gz|deflate|zst|lz4|snappy)$/;
const COMPRESSED = /\.(gz|gzip|deflate|zst|zstd|lz4|snappy|bz2|bzip2|xz|zip)$/i;

/**
 * Foretells how many tasks Spark needs to read the files of a folder, loaded by its path.
 *
 * Hidden and empty files, and those outside of its partitions, count for nothing (`PartitioningAwareFileIndex`). Follows `org.apache.spark.sql.execution.datasources.FilePartition` (`maxSplitBytes` and the next-fit packing of
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
  const { multiLine = false } = options;
  for (const [name, value] of Object.entries({ parallelism, maxPartitionBytes })) {
    if (!(value >= 1)) throw new RangeError(`Cannot plan: ${name} is ${value}, expected 1 or more`);
  }
  const [hidden = [], listed = []] = [true, false].map((wanted) =>
    files.filter(({ path }) => isHidden(path) === wanted)
  );
  const { read, ...folder } = sparkFolder(listed.map(({ path }) => path));
  const seen = listed.filter(({ path, size }) => size > 0 && read.has(path));
  const content = seen.reduce((sum, file) => sum + file.size, 0);
  const total = content + seen.length * openCost;
  const perCore = Math.floor(total / parallelism);
  const maxSplitBytes = Math.max(1, Math.min(maxPartitionBytes, Math.max(openCost, perCore)));
  const isWhole = (file: SparkFile) => multiLine || UNSPLITTABLE.test(file.path);
  const splits = seen.flatMap((file) =>
    isWhole(file) ? [file.size] : splitLengths(file, maxSplitBytes)
  )
    .sort((a, b) => b - a);
  const packed = pack(splits, maxSplitBytes, openCost);
  const names = (some: readonly SparkFile[]) => some.map(({ path }) => path);
  return {
    ...packed,
    maxSplitBytes,
    evenTaskBytes: packed.tasks === 0 ? 0 : Math.ceil(content / packed.tasks),
    hidden: names(hidden),
    ...folder,
    unknownCodec: names(
      seen.filter(({ path }) =>
        COMPRESSED.test(path) && !UNSPLITTABLE.test(path) && !path.endsWith(".bz2")
      ),
    ),
    oversized: names(seen.filter((file) => isWhole(file) && file.size > maxSplitBytes)),
  };
}

/** Whether Spark hides a file: `HadoopFSUtils.shouldFilterOutPathName` for its folders, `isDataPath` for its own name. */
function isHidden(path: string): boolean {
  const names = path.split("/");
  const name = names.pop() ?? "";
  return isLeftOut(name) || names.some((folder) => isLeftOut(folder) && !METADATA.test(folder));
}

const METADATA = /^_(common_)?metadata/;

function isLeftOut(name: string): boolean {
  return name.startsWith("_") && !name.includes("=") || name.startsWith(".") ||
    name.endsWith("._COPYING_");
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
  const lengths: number[] = [];
  for (let at = 0; at < file.size; at += maxSplitBytes) {
    lengths.push(Math.min(maxSplitBytes, file.size - at));
  }
  return lengths;
}
