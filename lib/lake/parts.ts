import { join } from "node:path";
import type { Publication, StreamKey } from "../audit/mod.ts";
import { type Disk, lineChunks } from "../files/mod.ts";
import { PART_FORMAT } from "./part_formats.ts";
import type { PartFormat, PartWriter } from "./part_writer.ts";

/** Where the parts of a stream come from and go to. */
export interface WritePartsOptions {
  /** The stream of the run. */
  readonly key: StreamKey;
  /** Staged JSON lines, absolute path. */
  readonly from: string;
  /** Spark StructType of the rows. */
  readonly schema: unknown;
  /** Folder for the parts until they are published, relative to the lake. */
  readonly staging: string;
  /** Folder in which they will be published, relative to the lake. */
  readonly folder: string;
  /** How they are written. @default PART_FORMAT */
  readonly format?: PartFormat;
  /** Size in bytes at which a part is closed. @default 128 MiB, Spark's `maxPartitionBytes` */
  readonly partBytes?: number;
  /** Aborted when the work must stop. @default never */
  readonly signal?: AbortSignal;
}

/**
 * Cuts staged JSON lines into parts, never within a line, and flushes them.
 *
 * gzip is not splittable, so the number of its parts is the number of Spark tasks.
 *
 * @returns One publication a part, in the order of the records.
 */
export async function writeParts(disk: Disk, options: WritePartsOptions): Promise<Publication[]> {
  const { key, from, format = PART_FORMAT, partBytes = 128 * 1024 * 1024 } = options;
  const parts: Publication[] = [];
  let part: { name: string; writer: PartWriter; rows: number } | undefined;
  const close = async () => {
    if (part === undefined) return;
    const { name, writer, rows } = part;
    const staged = `${options.staging}/${name}`;
    const { bytes, sha256 } = await writer.finish((open) =>
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
    for await (const { lines, count } of lineChunks(from, options.signal)) {
      if (part === undefined) {
        const number = String(parts.length).padStart(5, "0");
        const name = `part-${key.run_id}-${number}${format.extension}`;
        part = {
          name,
          writer: format.open(join(disk.root, options.staging, name), options.schema),
          rows: 0,
        };
      }
      await part.writer.write(lines);
      part.rows += count;
      if (part.writer.bytesOut >= partBytes) await close();
    }
    await close();
  } finally {
    await part?.writer[Symbol.asyncDispose]();
  }
  disk.syncDir(join(disk.root, options.staging));
  return parts;
}
