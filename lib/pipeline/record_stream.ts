import { IngestError } from "../errors/mod.ts";
import { Stager } from "./_stager.ts";
import { type RecordBatch, type RecordMemory, START_OVER } from "./record_batch.ts";
import { Replay } from "./replay_rejects.ts";
import type { RunContext } from "./run_context.ts";
import { recordsCheckpoint, Staging } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";
import type { ReadEnd } from "./verdict.ts";

/** What reads a stream of records. */
export interface RecordSource {
  readonly memory: RecordMemory;
  /** Reads on from a position; `null` is the beginning. It returns why it ended. */
  batches(position: unknown): AsyncGenerator<RecordBatch | typeof START_OVER, ReadEnd>;
  /** Runs in the transaction of each checkpoint. @default () => {} */
  commit?: () => void;
  /** Runs once that transaction is committed; it may have failed before, and be tried again. @default () => {} */
  committed?: () => void;
  /** Runs in the transaction in which all of the read is forgotten. @default () => {} */
  forget?: () => void;
}

/** Reads a stream of records to its end, or on from its last checkpoint, into the staging files. */
export async function stageRecords(
  ctx: RunContext,
  record: StreamRecord,
  source: RecordSource,
): Promise<void> {
  const begin = recordsCheckpoint(record.row);
  using staging = new Staging(ctx, record.row);
  const stager = new Stager(ctx, record, { source, staging });
  if (begin.staged_bytes > 0) await stager.restore();
  const replay = ctx.replay === undefined
    ? undefined
    : await Replay.open(ctx, record, source.memory);
  stager.checkpoint("stream-begin");
  const batches = (replay ?? source).batches(begin.position);
  try {
    for (;;) {
      const step = await batches.next();
      if (step.done) {
        stager.end(step.value);
        break;
      }
      if (step.value === START_OVER) stager.startOver();
      else await stager.take(step.value, replay);
    }
  } catch (error) {
    // A broken page must not cost the good ones before it.
    if (error instanceof IngestError) stager.breakOff(error);
    throw error;
  } finally {
    await batches.return(undefined as never).catch(() => {});
  }
}
