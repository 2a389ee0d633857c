import type { ReadFileOptions } from "./_file_chunks.ts";
import { gzipMember } from "./_gzip_worker.ts";
import type { PartFile } from "./_part_file.ts";
import { recordBatches } from "./_record_batches.ts";
import type { FileEntry } from "./file_entry.ts";
import { recordFormat } from "./record_format.ts";

const LF = 0x0a;
/** Compressed apart, smaller files would make the result much larger. */
const LEAST_BYTES = 1 << 16;

/** Whether files are JSON lines in gzip, and large: members after each other are one gzip file (RFC 1952, 2.2). */
export function hasMembers(entries: readonly FileEntry[]): boolean {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  return total >= LEAST_BYTES * entries.length && entries.every(({ path, packed }) => {
    const { compression, json } = recordFormat(path, "merge");
    return packed === undefined && compression === "gzip" && json !== undefined;
  });
}

/**
 * Appends the members of a file as they are. It is decompressed on the way, which compares their checksums and counts its
 * records.
 *
 * @returns Whether the result is what its lines give; not if an empty one, a byte order mark or padding is among them.
 */
export async function copyMembers(
  entry: FileEntry,
  target: PartFile,
  { closeLast, ...options }: ReadFileOptions & { readonly closeLast: boolean },
): Promise<boolean> {
  let [content, kept, rows, last, isPadded] = [0, 0, 0, LF, false];
  const how = {
    ...{ ...options, verb: "merge" },
    onRaw: (chunk: Uint8Array) => target.copy(chunk),
    onContent: (bytes: number) => content += bytes,
    onPadding: () => isPadded = true,
  };
  for await (const batch of recordBatches(entry, how)) {
    rows += batch.rows;
    kept += batch.bytes.length;
    last = batch.bytes.at(-1) ?? LF;
  }
  if (kept !== content || isPadded) return false;
  if (closeLast && last !== LF) {
    target.copy(gzipMember(Uint8Array.of(LF), 1));
    content++;
  }
  target.contentBytes += content;
  target.rows += rows;
  return true;
}
