import { UsageError } from "../errors/mod.ts";
import { shellWord } from "../terminal/mod.ts";
import { findStream } from "./accept.ts";
import type { Backfill } from "./parse_backfill.ts";
import type { PipelineConfig } from "./pipeline_config.ts";
import type { RunSummary } from "./run_summary.ts";
import { streamId } from "./source_type.ts";
import { sourceTypeOf } from "./sources/mod.ts";

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
 * @throws {UsageError} If it names none, or one of which rejects come in another way.
 */
export function parseReplay(words: readonly string[], config: PipelineConfig): string {
  const plan = findStream(config, words, "replay");
  const id = streamId(plan);
  const { mode, unit } = plan;
  if (mode === "incremental" && unit !== "files") return id;
  const why = unit === "files"
    ? "it takes files in; one that was rejected comes in with the next run once the configuration takes it, and of one " +
      "whose rows were rejected, expected a corrected copy in its folder"
    : mode === "snapshot"
    ? "it is a snapshot, of which each run reads all again, also what was rejected; expected " +
      `"pipeline run --select ${id}"`
    : "without a watermark the next answer would bring them again; expected a stream with the key incremental";
  throw new UsageError("usage", `Cannot replay ${id}: ${why}`, { context: { stream: id } });
}

/** Returns what a run that is no ordinary one does, for people. */
export function runWords(backfill: string): string {
  return isReplay(backfill) ? backfill : `backfill ${backfill}`;
}

/** Says what the next run does after one that is complete. */
export function goesOn(backfill: string | null): string {
  if (backfill === null) return "again: only what is new is published";
  const what = isReplay(backfill) ? "replay" : "backfill";
  return `goes on from its watermark, which the ${what} left alone`;
}

function isReplay(backfill: string): boolean {
  return backfill.startsWith("replay ");
}

/** Returns the command that reads a range again, or sends rejects through again. */
export function againWords(backfill: string): string {
  if (isReplay(backfill)) return `pipeline ${backfill}`;
  const [, name = "", from = "", to = ""] = /^([^=]*)=(.*)\.\.(.*)$/s.exec(backfill) ?? [];
  const flags = Object.entries({ from, to }).filter(([, value]) => value !== "")
    .map(([flag, value]) => ` --${flag} ${shellWord(value)}`);
  return `pipeline backfill ${shellWord(name)}${flags.join("")}`;
}

/** Returns a stream whose rejects come in by a replay, after a fix. */
export function replayable({ streams }: RunSummary): string | undefined {
  const one = streams.find(({ rejected, mode, type, source: name }) =>
    rejected > 0 && mode === "incremental" && sourceTypeOf({ type, name }).unit !== "files"
  );
  return one && streamId(one);
}
