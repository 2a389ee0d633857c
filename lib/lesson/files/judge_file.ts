import { basename, join } from "node:path";
import { DataError, type Reject } from "../../errors/mod.ts";
import {
  boundedName,
  decideFile,
  type FileEntry,
  type FileMemory,
  partitionPath,
  prepareFile,
  standardName,
} from "../../files/mod.ts";
import type { JudgedFile, RejectedLine } from "./files_result.ts";

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
  /** What was judged before; what is judged now is added. */
  readonly known: FileMemory;
}

/**
 * Judges one delimited file by the pipeline's own decision: published (standardized and compressed into its
 * partition), a duplicate, or rejected as a whole and kept in quarantine.
 */
export async function judgeFile(entry: FileEntry, options: JudgeFileOptions): Promise<JudgedFile> {
  const { known } = options;
  const acceptance = (options.columns ?? []).join("\n");
  const decision = await decideFile(entry, known, { acceptance });
  if (!("sha256" in decision)) {
    throw new TypeError(
      `Cannot judge "${entry.path}": it is ${decision.kind}, expected a new file`,
    );
  }
  const { sha256, size, version } = decision;
  const { path, mtimeMs, inode } = entry;
  const file = { path, sha256, bytes: size, mtimeMs, acceptance };
  const judgement = decision.kind === "duplicate"
    ? { ...NOTHING, verdict: "duplicate" as const, duplicateOf: decision.of.path }
    : await admit(entry, sha256, options);
  known.add({ ...file, version, verdict: judgement.verdict, sameRun: true });
  return { stream: options.stream, ...file, inode, ...judgement };
}

/** What becomes of a file, apart from which one it is. */
type Judgement = Omit<
  JudgedFile,
  "stream" | "path" | "sha256" | "bytes" | "mtimeMs" | "inode" | "acceptance"
>;

const NOTHING = {
  duplicateOf: null,
  read: 0,
  written: 0,
  rejects: [],
  targets: [],
  errorCode: null,
  errorMessage: null,
} as const satisfies Partial<Judgement>;

async function admit(
  entry: FileEntry,
  sha256: string,
  { stream, lake, date, columns }: JudgeFileOptions,
): Promise<Judgement> {
  const folder = `raw/${stream}/${partitionPath([["dt", date]])}`;
  const target = `${folder}/${standardName(entry.path)}-${sha256.slice(0, 8)}.csv.gz`;
  await Deno.mkdir(join(lake, folder), { recursive: true });
  const rejects: RejectedLine[] = [];
  try {
    const { rowsRead, rowsWritten } = await prepareFile(entry, join(lake, target), {
      columns,
      onReject: (reject) => rejects.push(rejectedLine(reject)),
    });
    const counts = { read: rowsRead, written: rowsWritten };
    return { ...NOTHING, ...counts, verdict: "published", rejects, targets: [target] };
  } catch (error) {
    if (!(error instanceof DataError) || error.transient) throw error;
    const targets = [await quarantine(entry, { stream, lake, sha256 })];
    const { code, message } = error;
    return { ...NOTHING, verdict: "rejected", targets, errorCode: code, errorMessage: message };
  }
}

function rejectedLine({ code, message, place, raw }: Reject): RejectedLine {
  const { line, byteOffset } = place;
  return { code, message, line, byteOffset, raw: new TextDecoder().decode(raw) };
}

/** A rejected file is kept whole, byte for byte, where nobody reads it by accident. */
async function quarantine(
  entry: FileEntry,
  { stream, lake, sha256 }: { stream: string; lake: string; sha256: string },
): Promise<string> {
  const name = boundedName(basename(entry.path), { prefix: `${sha256.slice(0, 8)}-` });
  const target = `quarantine/${stream}/${name}`;
  await Deno.mkdir(join(lake, `quarantine/${stream}`), { recursive: true });
  await Deno.copyFile(entry.absolutePath, join(lake, target));
  return target;
}
