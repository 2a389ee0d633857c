import type { RejectCode } from "../errors/mod.ts";
import type { DotPath } from "../grammar/mod.ts";
import type { SchemaColumn } from "../schema/mod.ts";

/** One record as its source sent it. */
export interface SourceRecord {
  /** Its bytes, without line breaks. */
  readonly bytes: Uint8Array;
  /** What they mean. */
  readonly value: unknown;
  /** Where it starts in its batch. */
  readonly byteOffset?: number;
  /** Why it means nothing: it is not valid. */
  readonly fault?: string;
  /** Whether it is too large, so that `bytes` is only its beginning. */
  readonly isTooLarge?: boolean;
  /** What it was rejected as, if it is sent through again. */
  readonly reject?: {
    readonly id: number;
    readonly run_id: string;
    /** Columns of which privacy kept a hash then, as JSON. */
    readonly hashed: string | null;
    /** The column whose check it broke. */
    readonly field?: string | undefined;
  };
}

/** Records that arrived together: a page. */
export interface RecordBatch {
  readonly records: Iterable<SourceRecord> & { readonly length: number };
  /** Where the source goes on after it; `undefined` after the last, from which nothing goes on. */
  readonly position: unknown;
  /** Its number in the stream, from 1. */
  readonly number: number;
  /** Where it came from, secrets hidden. @default nowhere to name */
  readonly origin?: string;
  /** Attempts that it took. */
  readonly requests: number;
  /** Ms in which these waited. @default 0 */
  readonly waited?: number;
  /** Bytes received. */
  readonly bytes: number;
  /** How many records there are by the source's own word. */
  readonly total?: number | undefined;
  /** What the source knows this version of a snapshot by. */
  readonly validators?: unknown;
  /** What came with the records and is no record. @default [] */
  readonly rejects?: readonly BatchReject[];
  /** Why it could not be read, and what came instead; `records` is empty then. */
  readonly skipped?: { readonly message: string; readonly raw: Uint8Array } | undefined;
}

/** A piece of a batch that its source rejects itself. */
export interface BatchReject extends RecordFault {
  readonly raw: Uint8Array;
  readonly line?: number;
}

/** What a source yields in place of a batch to have all that it yielded forgotten: it reads the stream again from its beginning. */
export const START_OVER = Symbol("start over");

/** The records of a read so far. */
export interface StagedRecords {
  /** Bytes so far, which is where the next record goes. */
  readonly recordBytes: number;
  /** Returns the record that was appended there. */
  readRecord(offset: number): Uint8Array;
}

/** Where a read has staged its records, one a line. */
export interface StagedLines {
  /** Absolute. */
  readonly path: string;
  /** Aborted when reading them must stop. */
  readonly signal: AbortSignal;
}

/** Why a record is rejected. */
export interface RecordFault {
  readonly code: RejectCode;
  /** For people. */
  readonly message: string;
  /** Path of the value that is at fault. @default {all of it is} */
  readonly field?: string;
}

/**
 * What becomes of a record: it is new, although older than what was asked for (`late`), or why it is not. `published` is a
 * duplicate of a record that was published before the watermark was reset.
 */
export type RecordDecision =
  | "new"
  | "late"
  | "duplicate"
  | "published"
  | "out-of-range"
  | RecordFault;

/**
 * What decides on each record of a stream, and remembers of it what publishing and the next run must know. All of it
 * can be rebuilt from the staged bytes, so that a checkpoint need not hold it.
 */
export interface RecordMemory {
  /** Spark StructType of the new records. */
  readonly schema: unknown;
  /** Paths of the values that say which record is which. @default none */
  readonly primaryKey?: readonly DotPath[] | undefined;
  /** All columns that there are, whatever records were read, if the source says so. @default {only records tell} */
  readonly columns?: readonly SchemaColumn[];
  /** Columns, apart from those of the primary key, without which it cannot place a record. @default [] */
  readonly placeColumns?: readonly string[];
  /** Columns that {@linkcode rankOf} looks at. @default [] */
  readonly rankColumns?: readonly string[];
  /** Says how new a version of a record is, where the records themselves say. @default {they do not} */
  rankOf?(value: unknown): number | string | undefined;
  /** The highest cursor value so far, as the database keeps it. */
  readonly watermark: string | null;
  /** Where pages of this read named their next one, if they did. @default null */
  readonly nextSeen?: string | null;
  /** Decides on a record. */
  decide(record: SourceRecord, staged: StagedRecords): RecordDecision;
  /** Says whether an earlier run has published a record; the watermark counts it then. @default {it cannot tell} */
  isPublished?(record: SourceRecord): boolean;
  /** Says whether an earlier run has rejected the same record, which the next one will know again. @default {it cannot tell} */
  wasRejected?(record: SourceRecord): boolean;
  /** Forgets this read: the stream is read again from its beginning. @default {it never is} */
  reset?(): void;
  /** Takes the staged records in again, after a crash. */
  replay(staged: StagedLines): Promise<void>;
  /** Returns the records that the next run will see again; `undefined` if the stream has no watermark. */
  boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined>;
  /** Runs in the transaction that intends to publish. @default () => {} */
  intend?(): void;
  /** Closes what it needed, when the stream has ended. @default () => {} */
  [Symbol.dispose]?(): void;
}
