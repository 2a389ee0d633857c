import type { IngestError } from "../errors/mod.ts";

/** Why a stream ended. */
export const STOP_REASONS = [
  "no-next",
  "has-more-false",
  "total-reached",
  "short-page",
  "empty-page",
  "max-pages",
  "guard",
  "single-page",
  "not-modified",
] as const;

/** One of {@linkcode STOP_REASONS}. */
export type StopReason = (typeof STOP_REASONS)[number];

/** How a stream ended, over all the runs that it took. */
export interface StreamEnd {
  /** Why. */
  readonly stopReason: StopReason;
  /** How many records there are by the server's own word, where it gives one. */
  readonly total?: number;
  /** How many records were received. */
  readonly read: number;
  /** Whether everything arrived: a sound stop reason, nothing skipped, and read = total where a total is declared, the same on all pages. */
  readonly proven: boolean;
  /** Pages that were skipped by policy. */
  readonly skippedPages: number;
  /** What a guard stopped the stream for. */
  readonly guard?: IngestError;
}
