import { basename } from "@std/path";
import type { Reject } from "../../errors/mod.ts";
import { gunzip, GzipFile, hashFile, storageError } from "../../files/mod.ts";
import { type LogSummary, normaliseLog } from "../../log_parser/mod.ts";

/** Options of {@linkcode parseLogFile}. */
export interface ParseLogFileOptions {
  /** A name of `LOG_FORMATS`. @default "auto" */
  readonly format?: string | undefined;
  /** File for the records, gzip JSON lines. @default none */
  readonly out?: string | undefined;
  /** Takes each piece of records; valid only during the call. @default () => {} */
  readonly onRecords?: (ndjson: Uint8Array) => void;
}

/** What {@linkcode parseLogFile} found. */
export interface ParsedLog extends LogSummary {
  readonly sha256: string;
  readonly rejects: readonly Reject[];
  /** Size of the result on disk; 0 without one. */
  readonly bytes: number;
}

const MOST_REJECTS = 1000;

/**
 * Normalises one log file, plain or gzip.
 *
 * @param path The file.
 * @throws {TypeError} For an unknown format.
 * @throws {StorageError} If the file cannot be read or the result not written.
 */
export async function parseLogFile(
  path: string,
  options: ParseLogFileOptions = {},
): Promise<ParsedLog> {
  const { format = "auto", out, onRecords = () => {} } = options;
  const { sha256 } = await hashFile(path);
  const { mtime } = await Deno.stat(path);
  const chunks = path.endsWith(".gz")
    ? gunzip(readChunks(path), { source: path })
    : readChunks(path);
  const batches = normaliseLog(chunks, {
    format,
    source: basename(path),
    fileHash: sha256,
    mtimeMs: mtime?.getTime() ?? 0,
  });
  await using target = out === undefined ? undefined : new GzipFile(out);
  const rejects: Reject[] = [];
  for (;;) {
    const step = await batches.next();
    if (step.done) {
      const written = await target?.finish();
      return { ...step.value, sha256, rejects, bytes: written?.bytes ?? 0 };
    }
    onRecords(step.value.ndjson);
    await target?.write(step.value.ndjson);
    rejects.push(...step.value.rejects.slice(0, MOST_REJECTS - rejects.length));
  }
}

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
  // A new buffer each time: the parser keeps the pieces of the head.
  for await (const chunk of file.readable) yield chunk;
}
