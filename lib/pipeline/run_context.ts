import type { RunRow, StreamOutcome, StreamRow } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import type { IngestError } from "../errors/mod.ts";
import type { Disk } from "../files/mod.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { StagedLines } from "./record_batch.ts";
import type { ProgressUnit, StreamPlan } from "./source_type.ts";

/** How far a stream is; sent at checkpoints and when its state changes. */
export interface ProgressEvent {
  /** Name of the source. */
  readonly source: string;
  /** Name of the stream. */
  readonly stream: string;
  /** What it is doing, or how it ended. */
  readonly state: "reading" | "publishing" | StreamOutcome;
  /** Records read so far. */
  readonly records: number;
  /** Pages (records) or files so far. */
  readonly pages: number;
  /** What `pages` counts. */
  readonly unit: ProgressUnit;
  /** Bytes received or read so far. */
  readonly bytes: number;
}

/** What every part of a run works with. */
export interface RunContext {
  readonly config: PipelineConfig;
  /** The streams of this run. */
  readonly plans: readonly StreamPlan[];
  /** What is to be read again; `undefined` in an ordinary run. */
  readonly backfill: Backfill | undefined;
  /** The stream whose rejects are sent through again, by its `SOURCE.STREAM`; `undefined` if it is read from its source. */
  readonly replay: string | undefined;
  /** The streams that were asked for, by their `SOURCE.STREAM`; `undefined` for all. */
  readonly selected: readonly string[] | undefined;
  readonly run: RunRow;
  readonly db: Database;
  readonly disk: Disk;
  /** Folder of what the run has staged, relative to the lake. */
  readonly staging: string;
  /** Streams that must not go on, by their names, and why. */
  readonly blocked: ReadonlyMap<string, IngestError>;
  /** Aborted, with a `SuspendedError` as its reason, when the run must stop. */
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  /** Root of the sandbox, if a source asks for one. */
  readonly sandboxUrl: string | undefined;
  /** Longest time between two checkpoints of a stream, in ms. */
  readonly checkpointMs: number;
  /** Whether a receipt of the run is written. */
  readonly receipt: boolean;
  /** The time, ms since 1970. */
  readonly now: () => number;
  /** Returns where the records of a stream are staged. */
  stagedRecords(row: StreamRow): StagedLines;
}
