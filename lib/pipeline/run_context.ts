import type { RunRow } from "../audit/mod.ts";
import type { PipelineConfig } from "../config/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Disk } from "../files/mod.ts";
import type { Store } from "../publish/mod.ts";
import type { Backfill } from "./parse_backfill.ts";

/** How far a stream is; sent at checkpoints and when its state changes. */
export interface ProgressEvent {
  readonly source: string;
  readonly stream: string;
  /** What it is doing, or how it ended. */
  readonly state: "reading" | "publishing" | "complete" | "partial" | "suspended" | "failed";
  /** Records read so far. */
  readonly records: number;
  /** Pages (api) or files (files, logs) so far. */
  readonly pages: number;
  /** What `pages` counts. */
  readonly unit: "pages" | "files";
  /** Bytes received or read so far. */
  readonly bytes: number;
}

/** What every part of a run works with. */
export interface RunContext {
  readonly config: PipelineConfig;
  /** What is to be read again; `undefined` in an ordinary run. */
  readonly backfill: Backfill | undefined;
  readonly run: RunRow;
  readonly db: Database;
  readonly disk: Disk;
  readonly store: Store;
  /** Aborted, with a `SuspendedError` as its reason, when the run must stop. */
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  /** Root of the sandbox, where a source asks for one. */
  readonly sandboxUrl: string | undefined;
  /** Longest time between two checkpoints of a stream, in ms. */
  readonly checkpointMs: number;
}
