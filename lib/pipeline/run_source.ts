import { getStream, newStreamRow, type StreamRow } from "../audit/mod.ts";
import { actionFor, IngestError, InternalError } from "../errors/mod.ts";
import { inSpan, logEvent, withCorrelation } from "../logging/mod.ts";
import { loggedCounts } from "./log_saved.ts";
import { publishStream } from "./publish_stream.ts";
import type { RecordMemory } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import {
  type SourceConfig,
  type SourceSession,
  type SourceType,
  streamId,
  type StreamPlan,
} from "./source_type.ts";
import { StreamRecord } from "./stream_record.ts";

/** A stream of a run, at the point to which an earlier attempt has brought it. */
export interface OpenStream {
  /** `SOURCE.STREAM` */
  readonly id: string;
  /** Reads it into staging, checkpoint by checkpoint, up to its verdict; if it was staged before, there is nothing to read. */
  read(): Promise<void>;
  /** What the evidence says; `undefined` until it is read. */
  readonly verdict: StreamRow["verdict"];
  /** Puts what is staged in its place, as far as the verdict allows: the intent first, then the files, then the manifest. */
  publish(): Promise<void>;
}

/** What is done with each stream; what is thrown is its verdict. */
export type StreamSteps = (stream: OpenStream) => Promise<void>;

/**
 * Runs all streams of a source, one after the other. How each ended is in its verdict; nothing else is returned.
 *
 * An error ends its own stream, or the streams of a source that cannot be opened. What is thrown is not an error of a
 * stream: the audit database cannot say any more what happened.
 */
export async function runSource(
  ctx: RunContext,
  type: SourceType,
  { config, steps }: { readonly config: SourceConfig; readonly steps: StreamSteps },
): Promise<void> {
  const wanted = ctx.plans.filter((plan) => plan.source === config.name);
  const streams = wanted.map((plan) => ({ plan, record: openRecord(ctx, plan) }));
  const open = streams.filter(({ record }) => record.row.phase !== "ended");
  if (open.length === 0) return;
  let session: SourceSession;
  try {
    session = await type.open(config, ctx);
  } catch (error) {
    for (const { plan, record } of open) {
      withCorrelation({ stream: plan.stream }, () => {
        fail(record, plan, error);
        logEnd(record);
      });
    }
    return;
  }
  await using _session = session;
  for (const { plan, record } of open) {
    await inSpan(
      "stream",
      { stream: plan.stream },
      async () => {
        await runStream(ctx, session, { plan, record, steps });
        logEnd(record);
      },
    );
    // A stop asked for by a signal or a wait holds for the source's other streams as well.
    if (record.row.verdict?.outcome === "suspended") break;
  }
}

async function runStream(
  ctx: RunContext,
  session: SourceSession,
  stream: {
    readonly plan: StreamPlan;
    readonly record: StreamRecord;
    readonly steps: StreamSteps;
  },
): Promise<void> {
  const { plan, record, steps } = stream;
  let memory: RecordMemory | undefined;
  try {
    const blocked = ctx.blocked.get(streamId(plan));
    if (blocked !== undefined) throw blocked;
    const reader = session.open(plan, record);
    memory = reader.memory;
    await steps({
      id: streamId(plan),
      async read() {
        if (record.row.phase === "reading") return await reader.read();
        if (reader.memory !== undefined) {
          const staged = ctx.stagedRecords(record.row);
          await reader.memory.replay(staged);
          await record.contract.filter(reader.memory)?.replay(staged);
        }
        record.resume(reader.memory);
      },
      get verdict() {
        return record.row.verdict;
      },
      async publish() {
        // Nothing is published of what a check has failed; the run that goes on reads it again.
        if (record.row.verdict?.outcome === "failed") return record.progress("failed");
        await inSpan("publish", {}, () => publishStream(ctx, record, reader.memory));
      },
    });
  } catch (error) {
    // The verdict on a stream that has ended is final; what fails after it is the run.
    if (record.row.phase === "ended") throw error;
    fail(record, plan, error);
  } finally {
    memory?.[Symbol.dispose]?.();
  }
}

/** One line has every count of the stream, as the audit database has them. */
function logEnd({ row }: StreamRecord): void {
  const { verdict, phase, error_code, stop_reason } = row;
  logEvent("stream-ended", {
    outcome: verdict?.outcome ?? "failed",
    phase,
    code: error_code ?? undefined,
    stop_reason: stop_reason ?? undefined,
    ...loggedCounts(row),
  });
}

function fail(record: StreamRecord, plan: StreamPlan, thrown: unknown): void {
  const error = thrown instanceof IngestError ? thrown : new InternalError(
    "internal-fault",
    `Cannot read ${streamId(plan)}: unexpected ${
      thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    }; the log has its place, please report it`,
    { cause: thrown },
  );
  if (actionFor("stream", error) === "suspend") logEvent("stream-suspended", { error });
  else logEvent("stream-ended-early", { error });
  record.fail(error);
  record.progress(record.row.verdict?.outcome ?? "failed");
}

/** Takes a stream of the run up where it is, or begins it. */
function openRecord(ctx: RunContext, plan: StreamPlan): StreamRecord {
  const key = { run_id: ctx.run.run_id, source: plan.source, stream: plan.stream };
  const known = getStream(ctx.db, key);
  const row: StreamRow = known ?? newStreamRow({ ...key, type: plan.type, mode: plan.mode });
  const record = new StreamRecord(ctx, plan, row);
  // An incremental stream, or a change feed.
  const goesOn = ctx.backfill === undefined &&
    (row.mode === "incremental" || plan.follows !== undefined);
  const from = goesOn ? record.state.watermark : null;
  // While this run waited, what an earlier one had decided may have been put in place.
  const isBehind = row.phase === "reading" && row.checkpoint === null &&
    row.watermark_from !== from;
  withCorrelation({ stream: plan.stream }, () => {
    if (known === undefined || isBehind) record.commit("stream-open", { watermark_from: from });
  });
  return record;
}
