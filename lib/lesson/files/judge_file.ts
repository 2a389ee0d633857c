import { basename, join } from "@std/path";
import { DataError, type Reject } from "../../errors/mod.ts";
import {
  type FileEntry,
  hashFile,
  partitionPath,
  prepareFile,
  standardName,
} from "../../files/mod.ts";
import type { JudgedFile, RefusedLine } from "./files_result.ts";

/** Where {@linkcode judgeFile} writes, and what it expects. */
export interface JudgeFileOptions {
  /** Name of the stream. */
  readonly stream: string;
  /** Folder of the lake. */
  readonly lake: string;
  /** ISO date of the partition. */
  readonly date: string;
  /** Header that is expected. */
  readonly columns?: readonly string[] | undefined;
  /** Paths by sha256 of what was judged before; what is judged now is added. */
  readonly known: Map<string, string>;
}

/**
 * Judges one delimited file: taken (standardised and compressed into its partition), a duplicate, or quarantined whole
 * with its reason.
 */
export async function judgeFile(entry: FileEntry, options: JudgeFileOptions): Promise<JudgedFile> {
  const { stream, lake, date, columns, known } = options;
  const { sha256, size } = await hashFile(entry.absolutePath);
  const judged = {
    stream,
    path: entry.path,
    sha256,
    bytes: size,
    mtimeMs: Math.trunc(entry.mtimeMs),
    duplicateOf: null,
    read: 0,
    written: 0,
    refused: [],
    targets: [],
    errorCode: null,
    errorMessage: null,
  };
  const twin = known.get(sha256);
  if (twin !== undefined) return { ...judged, verdict: "duplicate", duplicateOf: twin };
  known.set(sha256, entry.path);
  const folder = `raw/${stream}/${partitionPath([["dt", date]])}`;
  const target = `${folder}/${standardName(entry.path)}-${sha256.slice(0, 8)}.csv.gz`;
  await Deno.mkdir(join(lake, folder), { recursive: true });
  const refused: RefusedLine[] = [];
  try {
    const { rowsRead, rowsWritten } = await prepareFile(entry, join(lake, target), {
      columns,
      onReject: (reject) => refused.push(refusedLine(reject)),
    });
    return {
      ...judged,
      verdict: "published",
      read: rowsRead,
      written: rowsWritten,
      refused,
      targets: [target],
    };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const place = await quarantine(entry, { stream, lake, sha256 });
    const { code, message } = error;
    return {
      ...judged,
      verdict: "quarantined",
      targets: [place],
      errorCode: code,
      errorMessage: message,
    };
  }
}

function refusedLine({ code, message, place, raw }: Reject): RefusedLine {
  const { line, byteOffset } = place;
  return { code, message, line, byteOffset, raw: new TextDecoder().decode(raw) };
}

/** A refused file is kept whole, byte for byte, where nobody reads it by accident. */
async function quarantine(
  entry: FileEntry,
  { stream, lake, sha256 }: { stream: string; lake: string; sha256: string },
): Promise<string> {
  const target = `quarantine/${stream}/${sha256.slice(0, 8)}-${basename(entry.path)}`;
  await Deno.mkdir(join(lake, `quarantine/${stream}`), { recursive: true });
  await Deno.copyFile(entry.absolutePath, join(lake, target));
  return target;
}
