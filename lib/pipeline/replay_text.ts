import { UsageError } from "../errors/mod.ts";
import { findStream } from "./accept.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import { streamId } from "./source_type.ts";

/** Returns what a run is known by that is no ordinary one; `null` for one that is. */
export function runText(
  { backfill, replay }: {
    readonly backfill?: Backfill | undefined;
    readonly replay?: string | undefined;
  },
): string | null {
  return backfill?.text ?? (replay === undefined ? null : `replay ${replay}`);
}

/**
 * Returns the stream whose rejects a command sends through again.
 *
 * @throws {UsageError} If it names none, or one of which each run reads all again.
 */
export function parseReplay(words: readonly string[], config: PipelineConfig): string {
  const plan = findStream(config, words, "replay");
  const id = streamId(plan);
  if (plan.mode !== "snapshot" || plan.unit === "files") return id;
  throw new UsageError(
    "usage",
    `Cannot replay ${id}: it is a snapshot, of which each run reads all again, also what was rejected; ` +
      `expected "pipeline run --select ${id}"`,
  );
}

/** Returns what a run that is no ordinary one does, for people. */
export function runWords(backfill: string): string {
  return backfill.startsWith("replay ") ? backfill : `backfill ${backfill}`;
}
