import type {
  Contradiction,
  FileRow,
  FilesCheckpoint,
  Publication,
  RejectEntry,
} from "../audit/mod.ts";
import { DataError } from "../errors/mod.ts";
import type { KnownFile } from "../files/mod.ts";
import { logEvent } from "../logging/mod.ts";
import type { FileFault } from "./withheld.ts";
import type { GroupedFile } from "./_file_group.ts";
import type { LogOrigin } from "./_grown_logs.ts";
import type { RowRejects } from "./_row_rejects.ts";
import type { PreparedFile } from "./file_source.ts";

/** What was found out about a file that has a verdict. */
export type FoundFile = Omit<
  FileRow,
  | "verdict"
  | "duplicate_of"
  | "duplicate_of_sha256"
  | "read"
  | "written"
  | "rejected"
  | "target"
  | "error_code"
  | "error_message"
>;

const NOTHING_WRITTEN = {
  read: 0,
  written: 0,
  rejected: 0,
  target: null,
  error_code: null,
  error_message: null,
  duplicate_of_sha256: null,
} as const;

/** Readers see its content already. */
export function duplicateFile(found: FoundFile, of: KnownFile, isRenamed: boolean): GroupedFile {
  const about = { ...contentOf(found), duplicate_of: of.path };
  return {
    row: {
      ...{ ...found, ...NOTHING_WRITTEN },
      verdict: "duplicate",
      duplicate_of: of.path,
      duplicate_of_sha256: of.sha256,
    },
    counts: { files_duplicate: 1 },
    log: () => isRenamed ? logEvent("file-renamed", about) : logEvent("file-duplicate", about),
  };
}

/** The same bytes are in quarantine already. */
export function stillRejectedFile(
  found: FoundFile,
  like: KnownFile,
  before: FileRow | undefined,
): GroupedFile {
  const { target = null, error_code = null, error_message = null } = before ?? {};
  const { supersedes_path = null, supersedes_version = null } = before ?? {};
  const reason = `the same content as "${like.path}"`;
  return {
    row: {
      ...{ ...found, ...NOTHING_WRITTEN, target, error_code, error_message },
      ...{ supersedes_path, supersedes_version },
      verdict: "rejected",
      duplicate_of: like.path,
    },
    counts: { files_rejected: 1 },
    log: () => logEvent("file-rejected", { ...unreadOf(found), code: error_code ?? "", reason }),
  };
}

/** It is rejected as a whole. */
export function quarantinedFile(
  found: FoundFile,
  publications: readonly Publication[],
  { code, message }: FileFault,
): GroupedFile {
  return {
    row: {
      ...{ ...found, ...NOTHING_WRITTEN },
      verdict: "rejected",
      duplicate_of: null,
      target: publications[0]?.path ?? null,
      error_code: code,
      error_message: message,
    },
    counts: { bytes: found.bytes, files_rejected: 1 },
    publications,
    log: () => logEvent("file-rejected", { ...unreadOf(found), code, reason: message }),
  };
}

/** It was read to its end: its good rows are published. One of which no row is good is rejected, whatever its header. */
export function readFile(
  found: FoundFile,
  about: {
    readonly prepared: PreparedFile;
    /** Where it goes, relative to the lake. */
    readonly path: string;
    readonly publications: readonly Publication[];
    readonly rejects: readonly RejectEntry[];
    readonly form: FilesCheckpoint | undefined;
  },
): GroupedFile {
  const { prepared, path, publications, rejects, form } = about;
  const { read, written } = prepared;
  const rejected = rejects.length;
  const isGood = written > 0 || rejected === 0;
  const error = isGood ? null : `every row of it was rejected, ${rejected} in all`;
  return {
    row: {
      ...{ ...found, read, written, rejected },
      verdict: isGood ? "published" : "rejected",
      duplicate_of: null,
      duplicate_of_sha256: null,
      target: publications[0]?.path ?? null,
      error_code: isGood ? null : "file-unfit",
      error_message: error,
    },
    counts: {
      files_published: Number(isGood),
      files_rejected: Number(!isGood),
      bytes: found.bytes,
      ...{ read, written, rejected },
    },
    publications,
    rejects,
    checks: prepared.checks ?? [],
    form,
    log: () => logRead(found, { prepared, path, error, rejects }),
  };
}

/** What a log line says of a file that has a verdict. */
function contentOf({ path, sha256, bytes }: FoundFile) {
  return { path, sha256, bytes };
}

function unreadOf(found: FoundFile) {
  return { ...contentOf(found), read: 0, rejected: 0 };
}

function logRead(
  found: FoundFile,
  about: {
    readonly prepared: PreparedFile;
    readonly path: string;
    readonly error: string | null;
    readonly rejects: readonly RejectEntry[];
  },
): void {
  const { prepared, error, rejects } = about;
  const { read, written } = prepared;
  const reject_codes = rejects.length === 0 ? undefined : Object.fromEntries(
    Array.from(Map.groupBy(rejects, ({ code }) => code), ([code, all]) => [code, all.length]),
  );
  const counts = { ...contentOf(found), read, rejected: rejects.length, reject_codes };
  if (error !== null) {
    return logEvent("file-rejected", { ...counts, code: "file-unfit", reason: error });
  }
  for (const { code, severity, count, message } of prepared.findings ?? []) {
    if (severity === "reject-row") continue;
    logEvent("file-finding", { path: found.path, code, count, reason: message });
  }
  const target = written > 0 ? about.path : undefined;
  logEvent("file-published", { ...counts, target, rows: written });
}

/** A file that was read and waits in staging. */
export interface StagedFile {
  /** Where, relative to the lake. */
  readonly staged: string;
  readonly prepared: PreparedFile;
  readonly rejects: RowRejects;
  /** What it may have grown from. */
  readonly origin: LogOrigin | undefined;
}

/** What a version is rejected by where none may follow the first. */
export function changedVersion(path: string): DataError {
  const state = "its content changed after it was published";
  return new DataError("file-version", `Cannot take in "${path}": ${state}`);
}

/** Returns what is wrong with a file that has another number of rows than the one that announces it says. */
export function announcedProblem(
  path: string,
  announced: number | undefined,
  read: number,
): Contradiction | undefined {
  if (announced === undefined || announced === read) return undefined;
  const says = `it has ${read} rows, the file that announces it says ${announced}`;
  return { code: "file-sidecar", message: `"${path}": ${says}` };
}
