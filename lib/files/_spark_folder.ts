import { parsePartitionPath } from "./partition_path.ts";

/** What Spark makes of the files of a folder that it loads by its path. */
export interface SparkFolder {
  /** Files that it reads. */
  readonly read: ReadonlySet<string>;
  /** Whether names of folders give columns. */
  readonly isPartitioned: boolean;
  /** Files that it does not read, and says nothing: outside of all partitions, or below a folder that is none. */
  readonly passedOver: readonly string[];
  /** Why it reads none at all; `undefined` if it does. */
  readonly refusal: string | undefined;
}

/** Partition columns of a folder, and the folder that they begin in. */
interface Partition {
  readonly base: string;
  readonly columns: readonly string[];
}

/**
 * Finds the partitions of a folder as Spark does (`PartitioningUtils.parsePartitions`,
 * `PartitioningAwareFileIndex.allFiles`), without `recursiveFileLookup`.
 *
 * @param paths Files that Spark does not hide, relative to the folder. Empty ones have a say in its partitions, too.
 */
export function sparkFolder(paths: readonly string[]): SparkFolder {
  const folders = new Set(paths.map(folderOf));
  const found = new Map(Array.from(folders, (folder) => [folder, partitionIn(folder)] as const));
  const partitions = [...found.values()];
  const isPartitioned = partitions.some(({ columns }) => columns.length > 0);
  const refusal = isPartitioned ? refusalOf(partitions) : undefined;
  const isRead = (path: string) =>
    isPartitioned
      ? refusal === undefined && found.get(folderOf(path))?.columns.length !== 0
      : folderOf(path) === "";
  const read = new Set(paths.filter(isRead));
  const passedOver = refusal === undefined ? paths.filter((path) => !read.has(path)) : [];
  return { read, isPartitioned, passedOver, refusal };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Reads the folders of a path from the innermost: those before the first partition are passed over, one after ends it. */
function partitionIn(folder: string): Partition {
  const names = folder === "" ? [] : folder.split("/");
  const columns: string[] = [];
  let depth = names.length;
  for (; depth > 0; depth--) {
    const name = names[depth - 1] ?? "";
    if (name.includes("=")) columns.unshift(name);
    else if (columns.length > 0) break;
  }
  return { base: columns.length > 0 ? names.slice(0, depth).join("/") : folder, columns };
}

/** Says why Spark does not accept partitions next to each other, with the words of its own error first. */
function refusalOf(partitions: readonly Partition[]): string | undefined {
  const folders = partitions.flatMap(({ columns }) => columns);
  const unnamed = folders.find((name) => /^=|^[^=]*=$/.test(name));
  if (unnamed !== undefined) {
    return `Empty partition column ${unnamed.startsWith("=") ? "name" : "value"} in "${unnamed}"`;
  }
  const bases = distinct(partitions.map(({ base }) => base));
  if (bases.length > 1) {
    return `Conflicting directory structures: ${listOf(bases.map((base) => `"${base || "."}"`))}`;
  }
  const lists = partitions.map(({ columns }) => columns.map(nameOf))
    .filter((columns) => columns.length > 0);
  const named = distinct(lists.map((columns) => columns.join(", ")));
  if (named.length > 1) {
    return `Conflicting partition column names: ${listOf(named.map((names) => `"${names}"`))}`;
  }
  const twice = lists.find((columns) => distinct(columns).length < columns.length);
  return twice && `Partition column already exists: "${twice.join('", "')}"`;
}

function nameOf(folder: string): string {
  return parsePartitionPath(folder)[0]?.[0] ?? folder;
}

/** Spark takes names that differ by letter case for the same. */
function distinct(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

function listOf(texts: readonly string[]): string {
  const [shown, more] = [texts.slice(0, 3).join(" and "), texts.length - 3];
  return more > 0 ? `${shown} and ${more} more` : shown;
}
