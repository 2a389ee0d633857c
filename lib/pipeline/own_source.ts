import type { StreamMode } from "../audit/mod.ts";

/** A value that JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * A source of your own: the default export of the module that a source of `type: module` names.
 *
 * Its records are staged, counted, published and resumed like those of every other source; duplicates are yours to
 * leave out. Both methods get the `options` of the YAML as they are written there: a `${NAME}` in them stays as it is, a
 * variable is named in `needs.env`.
 *
 * What it prints goes to standard error with its control characters escaped, with `--json` also what it writes to
 * descriptor 1 by itself or in a worker. Without `--json`, and on descriptor 2, such text arrives as it is.
 */
export interface Source {
  /**
   * Says which streams there are, and what reading them must be allowed to do. It runs in a process that may read the
   * module and nothing else, and again in the run.
   */
  describe(options: Json): SourceDescription;
  /** Reads one stream, batch by batch. A batch is asked for only when the one before is dealt with. */
  read(request: ReadRequest): AsyncIterable<SourceBatch>;
}

/** What a source is. */
export interface SourceDescription {
  /** The streams; at least one. */
  readonly streams: readonly SourceStream[];
  /** What the run must be allowed to do for it; the runtime denies everything else. */
  readonly needs?: {
    /** Servers, as `host:port`. @default [] */
    readonly net?: readonly string[];
    /** Files and folders; relative ones start at the folder of the YAML. @default [] */
    readonly read?: readonly string[];
    /**
     * Environment variables, which must be set; their values are kept out of logs, messages and what is saved to go on
     * from. A record with the value of one that is named as a credential, such as `METER_TOKEN`, is rejected.
     *
     * @default []
     */
    readonly env?: readonly string[];
  };
}

/** One stream of a source. */
export interface SourceStream {
  /** Lower-case letters, digits and `_`. */
  readonly name: string;
  /** How its records relate to what the lake has already. @default "snapshot" */
  readonly mode?: StreamMode;
  /** Dot paths of the fields that every record must have. @default [] */
  readonly primary_key?: readonly string[];
}

/** What a stream is read with. */
export interface ReadRequest {
  /** Name of the stream. */
  readonly stream: string;
  /** As in the YAML. */
  readonly options: Json;
  /** The `position` of the last batch that was kept, if an earlier attempt was stopped; `null` at the beginning. */
  readonly position: Json;
  /** The `state` of the last complete read of an incremental stream; `null` if there was none. */
  readonly state: Json;
  /** Turns the paths of `needs.read` into those to open. */
  path(relative: string): string;
  /** Aborted when the run must stop. */
  readonly signal: AbortSignal;
}

/** Records that belong together, and where to go on after them. */
export interface SourceBatch {
  /** Objects that JSON can hold, in their order. */
  readonly records: readonly unknown[];
  /** Where a resumed read goes on after this batch. Without one it starts over. */
  readonly position?: Json;
  /** What the next incremental read should know; it is kept only if this read is complete. */
  readonly state?: Json;
  /** What came with these records and is not good; it is counted and kept in quarantine. @default [] */
  readonly rejects?: readonly SourceReject[];
  /**
   * How you know that this batch is the last, such as `"end-of-file"`, in at most 200 characters; nothing after it is
   * read. Without it the stream is partial.
   */
  readonly end?: string;
}

/** A piece of input that is no good record. */
export interface SourceReject {
  /** What is wrong: `expected a number, found "n/a"`. */
  readonly message: string;
  /** The piece as it came. */
  readonly raw: string;
  /** Its line, 1-based. @default none to name */
  readonly line?: number;
}
