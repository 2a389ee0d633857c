import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { attempt, writeAllSync } from "../io/mod.ts";
import { rawChunks, type ReadFileOptions } from "./_file_chunks.ts";
import { boundedName } from "./bounded_name.ts";
import type { FileEntry } from "./file_entry.ts";
import { rejectedFile } from "./findings.ts";
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
 * @throws {DataError} `file-changed`, `file-corrupt`; `file-unfit` if a copy is not what was read.
 * @throws {StorageError} If reading or writing fails.
 */
export async function layOutFiles(
  files: readonly PlacedFile[],
  folder: string,
  options: ReadFileOptions = {},
): Promise<LaidOutFile[]> {
  const done: LaidOutFile[] = [];
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

function write(path: string, text: string): void {
  attempt("write", path, () => Deno.writeTextFileSync(path, text));
}
