import { parse } from "@std/csv";
import { DataError } from "../errors/mod.ts";
import type { ReadFileOptions } from "./_file_chunks.ts";
import { PartFile } from "./_part_file.ts";
import { recordBatches } from "./_record_batches.ts";
import type { FilePart } from "./file_part.ts";
import type { FileEntry } from "./file_entry.ts";
import { recordFormat } from "./record_format.ts";

/** Options of {@linkcode mergeFiles}. */
export interface MergeFilesOptions extends ReadFileOptions {
  /** Whether the result is compressed. @default whether the target's name ends with `.gz` */
  readonly gzip?: boolean;
  /** Compression level. @default 4 */
  readonly level?: number;
}

/**
 * Puts small files of one format after each other, with one header: fewer files to open for Spark.
 *
 * Of limited use: Spark packs small files into one task by itself, at the price of 4 MB each
 * (`spark.sql.files.openCostInBytes`). It pays for thousands of files of kilobytes.
 *
 * @param entries The files in the order of the result; all of one format, and with the same names in their headers.
 * @param targetPath Where the result goes; removed again if a file is refused.
 * @throws {RangeError} If there is no file.
 * @throws {DataError} `file-header` if a header differs, `file-type` if a format does, and as `splitFile()`.
 * @throws {StorageError} If reading or writing fails.
 */
export async function mergeFiles(
  entries: readonly FileEntry[],
  targetPath: string,
  options: MergeFilesOptions = {},
): Promise<FilePart> {
  const [first] = entries;
  if (first === undefined) throw new RangeError("Cannot merge: there are no files");
  const { delimiter, extension } = recordFormat(first.path, "merge");
  const { gzip = targetPath.endsWith(".gz"), level = 4 } = options;
  await using target = new PartFile(targetPath, { gzip, level });
  try {
    let header: Header | undefined;
    for (const [index, entry] of entries.entries()) {
      checkFormat(entry, extension);
      let isFirst = delimiter !== undefined;
      const closeLast = index + 1 < entries.length;
      const how = { ...options, verb: "merge", closeLast };
      for await (const { bytes, ends } of recordBatches(entry, how)) {
        const start = isFirst ? ends[0] ?? 0 : 0;
        if (isFirst && delimiter !== undefined) {
          const found = readHeader(entry, bytes.subarray(0, start), delimiter);
          if (header === undefined) await target.write(bytes.subarray(0, start), 0);
          checkHeader(header ??= found, found);
        }
        await target.write(bytes.subarray(start), ends.length - (isFirst ? 1 : 0));
        isFirst = false;
      }
    }
    return await target.finish();
  } catch (error) {
    await target[Symbol.asyncDispose]();
    // The first error is the one that counts.
    await Deno.remove(targetPath).catch(() => {});
    throw error;
  }
}

function checkFormat(entry: FileEntry, extension: string): void {
  const found = recordFormat(entry.path, "merge").extension;
  if (found === extension) return;
  throw new DataError(
    "file-type",
    `Cannot merge "${entry.path}": it is ${found}, the files before it are ${extension}`,
    { context: { path: entry.path } },
  );
}

/** The header of a file. */
interface Header {
  readonly path: string;
  /** Names with a character for each byte: two names that are not UTF-8 must not be taken for one. */
  readonly names: readonly string[];
  /** Names as people read them. */
  readonly text: string;
}

/** Names are compared, not bytes: one file may quote what another does not, or end its lines with CRLF. */
function readHeader({ path }: FileEntry, bytes: Uint8Array, delimiter: number): Header {
  const separator = String.fromCharCode(delimiter);
  const namesBy = (encoding: string) =>
    parse(new TextDecoder(encoding).decode(bytes), { separator, lazyQuotes: true })[0] ?? [];
  return { path, names: namesBy("latin1"), text: JSON.stringify(namesBy("utf-8")) };
}

function checkHeader(expected: Header, found: Header): void {
  const isSame = expected.names.length === found.names.length &&
    expected.names.every((name, at) => name === found.names[at]);
  if (isSame) return;
  throw new DataError(
    "file-header",
    `Cannot merge "${found.path}": expected the header of "${expected.path}", ${expected.text}, ` +
      `found ${found.text}`,
    { context: { path: found.path } },
  );
}
