import type { FileVerdict } from "../../audit/mod.ts";
import type { RejectCode } from "../../errors/mod.ts";

/** A line that was rejected. */
export interface RejectedLine {
  readonly code: RejectCode;
  readonly message: string;
  /** 1-based. */
  readonly line: number | undefined;
  readonly byteOffset: number | undefined;
  /** The line itself. */
  readonly raw: string;
}

/** What phase 2 decided about one file. */
export interface JudgedFile {
  /** `events` or `weather`. */
  readonly stream: string;
  /** Within its folder. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly inode: number | null;
  /** Identity of the keys that decided. */
  readonly acceptance: string;
  readonly verdict: FileVerdict;
  readonly duplicateOf: string | null;
  readonly read: number;
  readonly written: number;
  readonly rejects: readonly RejectedLine[];
  /** Where its content is now, within the folder of phase 2. */
  readonly targets: readonly string[];
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** What phase 2 leaves. */
export interface FilesResult {
  /** ISO date of the partitions. */
  readonly date: string;
  readonly files: readonly JudgedFile[];
}
