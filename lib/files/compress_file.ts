import { createHash } from "node:crypto";
import { constants, createZstdCompress } from "node:zlib";
import { attempt, writeAllSync } from "../io/mod.ts";
import { rawChunks, type ReadFileOptions } from "./_file_chunks.ts";
import { gzipMembers } from "./_gzip_members.ts";
import { inflate } from "./_inflate.ts";
import { decompressed, startsCompressed } from "./decompressed.ts";
import { type FileEntry, fileEntry } from "./file_entry.ts";
import { rejectedFile } from "./findings.ts";
import { isBomb } from "./zip_archive.ts";

/** Options of {@linkcode compressFile}. */
export interface CompressFileOptions extends ReadFileOptions {
  /** Stock builds of Spark read only gzip. @default "gzip" */
  readonly format?: "gzip" | "zstd";
  /** Compression level: 1 to 9 of gzip, 1 to 19 of zstd. @default 4 of gzip, 3 of zstd */
  readonly level?: number | undefined;
  /** Threads that compress gzip. @default {those of the machine} */
  readonly workers?: number;
  /** Flushes the complete result before it is read back as a whole. @default () => {} */
  readonly sync?: (file: Deno.FsFile) => void;
}

/** What {@linkcode compressFile} or {@linkcode decompressFile} wrote. */
export interface CompressedFile {
  /** Bytes of the content. */
  readonly contentBytes: number;
  /** Lower-case hex sha256 of the content, the same before and after. */
  readonly contentSha256: string;
  /** Bytes of the result. */
  readonly bytes: number;
  /** Lower-case hex sha256 of the result. */
  readonly sha256: string;
}

/**
 * Compresses a file, reads the result back and compares. The same content at the same level gives the same bytes.
 *
 * Each gzip member is read back from the disk as soon as it is there, decompressed and compared byte by byte; in the end
 * the file still has to have the sha256 of what was written. zstd is decompressed and compared by its sha256 in the end.
 *
 * @param targetPath Where the result goes; what is there is replaced, and is to be thrown away if this throws.
 * @throws {RangeError} If the level is none of the format.
 * @throws {DataError} `file-changed`; `file-corrupt` if what was written is not what was read.
 * @throws {StorageError} If reading or writing fails.
 */
export async function compressFile(
  entry: FileEntry,
  targetPath: string,
  options: CompressFileOptions = {},
): Promise<CompressedFile> {
  const { format = "gzip", workers = navigator.hardwareConcurrency } = options;
  const { level = format === "gzip" ? 4 : 3 } = options;
  const most = format === "gzip" ? 9 : 19;
  if (!Number.isInteger(level) || level < 1 || level > most) {
    throw new RangeError(`Cannot compress: level is ${level}, expected 1 to ${most}`);
  }
  const content = new Digest();
  const chunks = content.over(rawChunks(entry, options));
  const how = { level, workers, path: targetPath, damage: () => damage(entry) };
  const packed = format === "gzip" ? gzipMembers(chunks, how) : zstd(chunks, level, entry.path);
  const written = await writeAll(targetPath, packed, options.sync);
  const result = rawChunks(fileEntry(entry.path, targetPath, Deno.statSync(targetPath)));
  const back = new Digest();
  // What was written has been decompressed and compared; so it still has to be what is there in the end.
  const [read, expected] = format === "gzip"
    ? [result, written]
    : [decompressed(result, entry.path), content];
  for await (const _ of back.over(read)); // Only read.
  return compared(entry, { content, written, expected, back });
}

/**
 * Decompresses a gzip or zstd file of one member or many, or takes a file out of its archive; reads the result back and
 * compares.
 *
 * @param targetPath As for {@linkcode compressFile}.
 * @throws {DataError} `file-type` or `file-kind` if it is not compressed, `file-corrupt` if it cannot be decompressed to its end,
 * `file-bomb` if it grows out of all proportion, `file-changed`.
 * @throws {StorageError} If reading or writing fails.
 */
export async function decompressFile(
  entry: FileEntry,
  targetPath: string,
  options: ReadFileOptions = {},
): Promise<CompressedFile> {
  const { path: source, packed, size } = entry;
  const content = new Digest();
  const isPacked = packed !== undefined || decompressedName(source) !== source;
  if (!isPacked) {
    const message =
      "its name must end with .gz, .gzip, .zst or .zstd, or be that of a zip archive; " +
      "leave it out if it is not compressed";
    throw rejectedFile({ code: "file-type", message, place: { source } }, { verb: "decompress" });
  }
  if (packed === undefined && !await startsCompressed(entry.absolutePath)) {
    const message = "its name says that it is compressed, its first bytes do not";
    throw rejectedFile({ code: "file-kind", message, place: { source } }, { verb: "decompress" });
  }
  const bounded = async function* () {
    for await (const chunk of decompressed(rawChunks(entry, options), source)) {
      if (isBomb(packed?.bytes ?? size, content.bytes + chunk.length)) {
        const message = `it grows to more than ${content.bytes} bytes`;
        throw rejectedFile({ code: "file-bomb", message, place: { source } });
      }
      yield chunk;
    }
  };
  const written = await writeAll(targetPath, content.over(bounded()));
  const back = new Digest();
  const result = fileEntry(source, targetPath, Deno.statSync(targetPath));
  for await (const _ of back.over(rawChunks(result))); // Only read.
  return compared(entry, { content, written, expected: content, back });
}

/** Returns the name that a file has once it is decompressed. */
export function decompressedName(name: string): string {
  return name.replace(/\.(?:gz|gzip|zst|zstd)$/i, "");
}

/** Counts and hashes bytes on their way. */
class Digest {
  bytes = 0;
  readonly #hash = createHash("sha256");
  #sha256: string | undefined;

  async *over(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  get sha256(): string {
    return this.#sha256 ??= this.#hash.digest("hex");
  }
}

async function writeAll(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  sync: (file: Deno.FsFile) => void = () => {},
): Promise<Digest> {
  const written = new Digest();
  const how = { write: true, create: true, truncate: true };
  using file = attempt("create", path, () => Deno.openSync(path, how));
  for await (const chunk of written.over(chunks)) {
    attempt("write", path, () => writeAllSync(file, chunk));
  }
  attempt("write", path, () => sync(file));
  return written;
}

function zstd(
  chunks: AsyncIterable<Uint8Array>,
  level: number,
  source: string,
): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  const stream = createZstdCompress({ params });
  return inflate(chunks, { stream, source, faultOf: () => undefined });
}

function compared(
  entry: FileEntry,
  { content, written, expected, back }: Readonly<
    Record<"content" | "written" | "expected" | "back", Digest>
  >,
): CompressedFile {
  if (expected.sha256 !== back.sha256) throw damage(entry);
  const { bytes, sha256 } = written;
  return { contentBytes: content.bytes, contentSha256: content.sha256, bytes, sha256 };
}

function damage({ path: source }: FileEntry): Error {
  const message = "what was written is not what was read; look at the disk";
  return rejectedFile({ code: "file-corrupt", message, place: { source } }, { verb: "write" });
}
