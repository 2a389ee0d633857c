import { parse } from "@std/csv";
import { join } from "node:path";
import { DataError } from "../errors/mod.ts";
import { copyMembers, hasMembers } from "./_copy_members.ts";
import type { ReadFileOptions } from "./_file_chunks.ts";
import { PartFile } from "./_part_file.ts";
import { recordBatches } from "./_record_batches.ts";
import type { FilePart } from "./file_part.ts";
import { attempt } from "../io/mod.ts";
import { type FileEntry, stillSame } from "./file_entry.ts";
import { hashEntry } from "./hash_file.ts";
import { type FileFormat, recordFormat } from "./record_format.ts";
import { jsonDocument } from "../terminal/mod.ts";

/** Options of {@linkcode mergeFiles}. */
export interface MergeFilesOptions extends ReadFileOptions {
  /** Whether the result is compressed. @default whether the target's name ends with `.gz` */
  readonly gzip?: boolean;
  /** Compression level. @default 4; JSON lines that are compressed already stay as they are */
  readonly level?: number;
}

/** A file that went into another. */
export interface MergedInput {
  /** Path as it was listed. */
  readonly path: string;
  /** Records, the header not counted. */
  readonly rows: number;
  /** Size as it is on disk. */
  readonly bytes: number;
  /** Lower-case hex sha256 of the file as it is on disk. */
  readonly sha256: string;
}

/** A file that {@linkcode mergeToSize} wrote. */
export interface MergedPart extends FilePart {
  /** What is in it, in the order of its records. */
  readonly inputs: readonly MergedInput[];
}

/** Options of {@linkcode mergeToSize}. */
export interface MergeToSizeOptions extends MergeFilesOptions {
  /** Size of the files that go into one part, as they are on disk; one larger file is a part of its own. @default 128 MiB */
  readonly targetBytes?: number;
}

/** Parts that may still take a file; with more of them, packing takes the square of the number of files. */
const MOST_OPEN = 64;

/**
 * Puts small files of one format after each other, with one header: fewer files to open for Spark.
 *
 * JSON lines that come in gzip files are not compressed again: the result has their members (RFC 1952, 2.2), whose
 * checksums are compared and whose records are counted on the way. That takes about a seventh of the time.
 *
 * Of limited use: Spark packs small files into one task by itself, at the price of 4 MB each
 * (`spark.sql.files.openCostInBytes`). It pays for thousands of files of kilobytes.
 *
 * @param entries The files in the order of the result; all of one format, and with the same names in their headers.
 * @param targetPath Where the result goes; removed again if a file is refused.
 * @throws {RangeError} If there is no file.
 * @throws {DataError} `file-header` if a header differs, `row-columns` if a row has not its columns, `file-type` if a
 * format differs, and as `splitFile()`.
 * @throws {StorageError} If reading or writing fails.
 */
export async function mergeFiles(
  entries: readonly FileEntry[],
  targetPath: string,
  options: MergeFilesOptions = {},
): Promise<FilePart> {
  return (await new Merger(entries, options).write(entries, targetPath)).part;
}

/**
 * Merges files into parts of about one size, each file whole in one part, with a manifest `_manifest.json` that says which
 * input is in which part. The same files in the same order give the same parts.
 *
 * @param entries The files, as for {@linkcode mergeFiles}; none of the headers may differ, in whatever part it is.
 * @param folder Where the parts go, which is empty.
 * @throws {RangeError} If there is no file, or the target is below 1.
 * @throws {DataError} As `mergeFiles()`; `file-changed` if a file is not what was merged when it is hashed.
 * @throws {StorageError} If reading or writing fails.
 */
export async function mergeToSize(
  entries: readonly FileEntry[],
  folder: string,
  options: MergeToSizeOptions = {},
): Promise<MergedPart[]> {
  const { targetBytes = 128 * 1024 * 1024, gzip = true } = options;
  if (!(targetBytes >= 1)) {
    throw new RangeError(`Cannot merge: targetBytes is ${targetBytes}, expected 1 or more`);
  }
  const merger = new Merger(entries, { ...options, gzip });
  const parts: MergedPart[] = [];
  for (const group of packed(entries, targetBytes)) {
    const name = `part-${String(parts.length).padStart(5, "0")}${merger.extension}`;
    const { part, rows } = await merger.write(group, join(folder, gzip ? `${name}.gz` : name));
    const inputs: MergedInput[] = [];
    for (const [at, entry] of group.entries()) {
      const { sha256 } = await hashEntry(entry, { signal: options.signal });
      if (!stillSame(entry)) throw changed(entry);
      inputs.push({ path: entry.path, rows: rows[at] ?? 0, bytes: entry.size, sha256 });
    }
    parts.push({ ...part, inputs });
  }
  const files = parts.map(({ name, rows, bytes, sha256, inputs }) => (
    { path: name, rows, bytes, sha256, inputs }
  ));
  const manifest = join(folder, "_manifest.json");
  const text = jsonDocument({ files });
  attempt("write", manifest, () => Deno.writeTextFileSync(manifest, text));
  return parts;
}

/** Puts each file into the first group that has room for it. */
function packed(entries: readonly FileEntry[], targetBytes: number): FileEntry[][] {
  const groups: FileEntry[][] = [];
  const open: { readonly group: FileEntry[]; room: number }[] = [];
  for (const entry of entries) {
    let one = open.find(({ room }) => entry.size <= room);
    if (one === undefined) {
      one = { group: [], room: targetBytes };
      groups.push(one.group);
      open.push(one);
      if (open.length > MOST_OPEN) open.shift();
    }
    one.group.push(entry);
    one.room -= entry.size;
  }
  return groups;
}

interface WrittenPart {
  readonly part: FilePart;
  /** Of each file. */
  readonly rows: readonly number[];
}

/** Merges files that all have the format and the header of the first. */
class Merger {
  readonly extension: string;
  readonly #format: FileFormat;
  readonly #options: MergeFilesOptions;
  #header: Header | undefined;

  constructor([first]: readonly FileEntry[], options: MergeFilesOptions) {
    if (first === undefined) throw new RangeError("Cannot merge: there are no files");
    this.#format = recordFormat(first.path, "merge");
    this.extension = this.#format.extension;
    this.#options = options;
  }

  /** Writes a file of others, and says how many rows each of them gave. */
  async write(entries: readonly FileEntry[], path: string): Promise<WrittenPart> {
    const { gzip = path.endsWith(".gz"), level } = this.#options;
    for (const entry of entries) checkFormat(entry, this.#format);
    const isCopied = gzip && level === undefined && hasMembers(entries);
    return await this.#write(entries, path, isCopied);
  }

  async #write(
    entries: readonly FileEntry[],
    path: string,
    isCopied: boolean,
  ): Promise<WrittenPart> {
    const { gzip = path.endsWith(".gz"), level = 4 } = this.#options;
    await using target = new PartFile(path, { gzip: gzip && !isCopied, level });
    const rows: number[] = [];
    try {
      for (const [index, entry] of entries.entries()) {
        const before = target.rows;
        const closeLast = index + 1 < entries.length;
        if (!isCopied) await this.#append(entry, target, closeLast);
        else if (!await copyMembers(entry, target, { ...this.#options, closeLast })) {
          await target[Symbol.asyncDispose]();
          return await this.#write(entries, path, false);
        }
        rows.push(target.rows - before);
      }
      return { part: await target.finish(), rows };
    } catch (error) {
      await target[Symbol.asyncDispose]();
      // The first error is the one that counts.
      await Deno.remove(path).catch(() => {});
      throw error;
    }
  }

  async #append(
    entry: FileEntry,
    target: PartFile,
    closeLast: boolean,
  ): Promise<void> {
    const { delimiter } = this.#format;
    let atHeader = delimiter !== undefined;
    const how = { ...this.#options, verb: "merge", closeLast, isEven: true };
    for await (const batch of recordBatches(entry, how)) {
      const { bytes, rows } = batch;
      const start = atHeader ? batch.ends[0] ?? 0 : 0;
      if (atHeader && delimiter !== undefined) {
        const found = readHeader(entry, bytes.subarray(0, start), delimiter);
        if (target.contentBytes === 0) await target.write(bytes.subarray(0, start), 0);
        checkHeader(this.#header ??= found, found);
      }
      await target.write(bytes.subarray(start), rows - (atHeader ? 1 : 0));
      atHeader = false;
    }
  }
}

function changed({ path }: FileEntry): DataError {
  return new DataError("file-changed", `Cannot merge "${path}": it changed while it was read`, {
    context: { path },
  });
}

function checkFormat(entry: FileEntry, { extension, json }: FileFormat): void {
  const found = recordFormat(entry.path, "merge");
  if (found.extension === extension) return;
  const step = found.json !== json
    ? "merge rows and JSON lines apart from each other"
    : "give all of them one format first, with headwaters files standardize";
  throw new DataError(
    "file-type",
    `Cannot merge "${entry.path}": it is ${found.extension}, the files before it are ${extension}; ${step}`,
    { context: { path: entry.path } },
  );
}

/** The header of a file. */
export interface Header {
  readonly path: string;
  /** Names with a character for each byte: two names that are not UTF-8 must not be taken for one. */
  readonly names: readonly string[];
  /** Names as people read them. */
  readonly text: string;
}

/** Names are compared, not bytes: one file may quote what another does not, or end its lines with CRLF. */
export function readHeader({ path }: FileEntry, bytes: Uint8Array, delimiter: number): Header {
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
