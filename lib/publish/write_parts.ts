import { join } from "@std/path";
import type { Publication, StreamKey } from "../audit/mod.ts";
import { type Disk, GzipFile, lineChunks } from "../files/mod.ts";

/** Where the parts of a stream come from and go to. */
export interface WritePartsOptions {
  /** The stream of the run. */
  readonly key: StreamKey;
  /** Staged JSON lines, absolute path. */
  readonly from: string;
  /** Folder for the compressed parts until they are published, relative to the lake. */
  readonly staging: string;
  /** Folder in which they will be published, relative to the lake. */
  readonly folder: string;
  /** Compressed size in bytes at which a part is closed. @default 128 MB, Spark's `maxPartitionBytes` */
  readonly partBytes?: number;
}

/**
 * Cuts staged JSON lines into gzip parts, never within a line, and flushes them.
 *
 * gzip is not splittable, so the number of parts is the number of Spark tasks.
 *
 * @returns One publication a part, in the order of the records.
 */
export async function writeParts(disk: Disk, options: WritePartsOptions): Promise<Publication[]> {
  const { key, from, partBytes = 128 * 1024 * 1024 } = options;
  const parts: Publication[] = [];
  let part: { name: string; file: GzipFile; rows: number } | undefined;
  const close = async () => {
    if (part === undefined) return;
    const { name, file, rows } = part;
    const staged = `${options.staging}/${name}`;
    const { bytes, sha256 } = await file.finish((open) =>
      disk.syncFile(join(disk.root, staged), open)
    );
    parts.push({
      ...key,
      kind: "part",
      path: `${options.folder}/${name}`,
      staged,
      content: null,
      bytes,
      rows,
      sha256,
    });
    part = undefined;
  };
  disk.makeDir(join(disk.root, options.staging));
  try {
    for await (const { lines, count } of lineChunks(from)) {
      if (part === undefined) {
        const name = `part-${key.run_id}-${String(parts.length).padStart(5, "0")}.jsonl.gz`;
        part = { name, file: new GzipFile(join(disk.root, options.staging, name)), rows: 0 };
      }
      await part.file.write(lines);
      part.rows += count;
      if (part.file.bytesOut >= partBytes) await close();
    }
    await close();
  } finally {
    await part?.file[Symbol.asyncDispose]();
  }
  disk.syncDir(join(disk.root, options.staging));
  return parts;
}
