import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { DataError } from "../errors/mod.ts";
import { foldName } from "../grammar/mod.ts";
import { attempt, writeAllSync } from "../io/mod.ts";
import { contentOf, rawChunks, type ReadFileOptions } from "./_file_chunks.ts";
import { boundedName } from "./bounded_name.ts";
import type { FileEntry } from "./file_entry.ts";
import { recordBatches } from "./_record_batches.ts";
import { rejectedFile } from "./findings.ts";
import { type Header, readHeader } from "./merge_files.ts";
import { fileFormat, recordFormat } from "./record_format.ts";
import { partitionPath, type PartitionValue } from "./partition_path.ts";
import { jsonDocument } from "../terminal/mod.ts";

/** A file in its partition. */
export interface LaidOutFile {
  /** Path below the table's folder. */
  readonly path: string;
  /** Path of the file that it is a copy of. */
  readonly source: string;
  /** Values of its partition, outermost first; an empty text is Hive's null, as `null` is. */
  readonly partition: readonly PartitionValue[];
  /** Size. */
  readonly bytes: number;
  /** Lower-case hex sha256. */
  readonly sha256: string;
}

/** A file and the partition that it goes to. */
export interface PlacedFile {
  /** The file. */
  readonly entry: FileEntry;
  /** Outermost first. */
  readonly partition: readonly PartitionValue[];
}

/** Returns where a file goes below the table's folder; its name is one that Spark does not hide. */
export function placeInTable({ entry, partition }: PlacedFile): string {
  const name = boundedName(basename(entry.path));
  return partition.length === 0 ? name : `${partitionPath(partition)}/${name}`;
}

/**
 * Copies files byte for byte into Hive partitions, as Spark names them, with a manifest and `_SUCCESS`, which is last.
 *
 * @param folder The table's folder, which is empty.
 * Files of rows and of JSON records are no one table, and files of rows must fit into one: an engine binds their columns by position, and shows a partition's value in place
 * of a column of its name. Whether they have a header is not known: only what cannot be right is refused.
 *
 * @throws {DataError} `file-header` if they do not fit; `file-changed`; `file-corrupt` if one is cut off; `file-unfit` if a copy is not what was read.
 * @throws {StorageError} If reading or writing fails.
 */
export async function layOutFiles(
  files: readonly PlacedFile[],
  folder: string,
  options: ReadFileOptions = {},
): Promise<LaidOutFile[]> {
  const done: LaidOutFile[] = [];
  await checkTable(files, options);
  for (const placed of files) {
    const { entry, partition } = placed;
    const path = placeInTable(placed);
    const target = join(folder, path);
    attempt("create folder", target, () => Deno.mkdirSync(dirname(target), { recursive: true }));
    using file = attempt(
      "create",
      target,
      () => Deno.openSync(target, { read: true, write: true, createNew: true }),
    );
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of rawChunks(entry, options)) {
      attempt("write", target, () => writeAllSync(file, chunk));
      hash.update(chunk);
      bytes += chunk.length;
    }
    if (attempt("look at", target, () => file.statSync().size) !== bytes) {
      const message = `its copy does not have its ${bytes} bytes`;
      throw rejectedFile({ code: "file-unfit", message, place: { source: entry.path } });
    }
    done.push({ path, source: entry.path, partition, bytes, sha256: hash.digest("hex") });
  }
  const manifest = done.map(({ partition, ...file }) => (
    {
      ...file,
      partition: Object.fromEntries(partition.map(([name, value]) => [name, value || null])),
    }
  ));
  write(join(folder, "_manifest.json"), jsonDocument({ files: manifest }));
  write(join(folder, "_SUCCESS"), "");
  return done;
}

async function checkTable(files: readonly PlacedFile[], options: ReadFileOptions): Promise<void> {
  const firstOf = new Map<string, Header>();
  const kinds = new Map<string, string>();
  for (const { entry, partition } of files) {
    const kind = await kindOf(entry, options);
    if (kind !== undefined) kinds.getOrInsert(kind, entry.path);
    if (kinds.size > 1) {
      const [[name, path] = []] = kinds;
      throw unfit(entry, `it holds ${kind}, "${path}" ${name}`);
    }
    const found = await headerOf(entry, options);
    if (found === undefined) continue;
    const { extension, header } = found;
    const names = header.names.map(foldName);
    const taken = partition.find(([name]) => names.includes(foldName(name)));
    if (taken !== undefined) {
      throw unfit(entry, `it has a column "${taken[0]}", as the partition is named`);
    }
    const first = firstOf.getOrInsertComputed(extension, () => header);
    const isOther = first.names.length !== names.length || isReordered(first.names, header.names);
    if (!isOther) continue;
    throw unfit(entry, `it begins with ${header.text}, "${first.path}" with ${first.text}`);
  }
}

/** Returns what a file holds by its name; one that is compressed must be whole, for an engine fails on what is cut off. */
async function kindOf(entry: FileEntry, { signal }: ReadFileOptions) {
  const format = fileFormat(entry.path);
  if (format === undefined) return undefined;
  const { compression, json } = format;
  if (compression !== undefined) {
    // deno-lint-ignore no-empty
    for await (const _ of contentOf(entry, { compression, signal })) {}
  }
  return json === undefined ? "rows" : "JSON records";
}

/** Returns the first row of a file of rows that can be read. */
async function headerOf(entry: FileEntry, { signal }: ReadFileOptions) {
  try {
    const { extension, delimiter } = recordFormat(entry.path, "lay out");
    if (delimiter === undefined) return undefined;
    for await (const { bytes, ends } of recordBatches(entry, { signal, verb: "lay out" })) {
      const header = readHeader(entry, bytes.subarray(0, ends[0] ?? 0), delimiter);
      return { extension, header: { ...header, names: JSON.parse(header.text) as string[] } };
    }
  } catch (error) {
    // It is copied as it is.
    if (!(error instanceof DataError)) throw error;
  }
  return undefined;
}

function isReordered(names: readonly string[], others: readonly string[]): boolean {
  const sorted = (all: readonly string[]) => JSON.stringify(all.map(foldName).sort());
  return sorted(names) === sorted(others) &&
    names.some((name, at) => foldName(name) !== foldName(others[at] ?? ""));
}

function unfit({ path }: FileEntry, state: string): DataError {
  return rejectedFile({
    code: "file-header",
    message: `${state}: they are no one table; standardize them first, or use another name`,
    place: { source: path },
  }, { verb: "lay out" });
}

function write(path: string, text: string): void {
  attempt("write", path, () => Deno.writeTextFileSync(path, text));
}
