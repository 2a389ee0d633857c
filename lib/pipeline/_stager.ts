import {
  insertRejects,
  insertReplays,
  NO_COUNTS,
  type RecordsCheckpoint,
  type RejectEntry,
  rejectEntry,
  removeChecks,
  removeRejects,
  removeReplays,
  type Replayed,
  type StreamCounts,
} from "../audit/mod.ts";
import { boundedMessage, type IngestError, type Reject } from "../errors/mod.ts";
import { hearing } from "../io/mod.ts";
import { logEvent, maskSecrets } from "../logging/mod.ts";
import type { RecordBatch, RecordDecision, SourceRecord } from "./record_batch.ts";
import { RecordRules, type RuledRecord } from "./record_rules.ts";
import type { Replay } from "./replay_rejects.ts";
import type { RunContext } from "./run_context.ts";
import { FIRST_CHECKPOINT, recordsCheckpoint, type Staging } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";
import type { ReadEnd } from "./verdict.ts";
import type { RecordSource } from "./record_stream.ts";

/** A checkpoint costs a flush; much more often than this and it would set the pace. */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;

type Counts = { -readonly [Key in keyof StreamCounts]: StreamCounts[Key] };

/** Turns batches into staged records, one checkpoint at a time. */
export class Stager {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  readonly #source: RecordSource;
  readonly #rules: RecordRules;
  readonly #staging: Staging;
  /** Counts with what no checkpoint has committed yet. */
  readonly #counts: Counts;
  #total: number | null;
  #checkpoint: RecordsCheckpoint;
  #rejects: RejectEntry[] = [];
  #replayed: Replayed[] = [];
  #checkpointAt = performance.now();
  /** Whether what is in memory may be committed: not within a batch, nor after the last one. */
  #resumable = true;
  // A stop waits for the end of a batch, whose counts are those of all of it.
  readonly #hear = hearing(undefined);

  constructor(
    ctx: RunContext,
    record: StreamRecord,
    from: { readonly source: RecordSource; readonly staging: Staging },
  ) {
    this.#ctx = ctx;
    this.#record = record;
    this.#source = from.source;
    this.#staging = from.staging;
    this.#counts = countsOf(record);
    this.#total = record.row.declared_total;
    this.#checkpoint = recordsCheckpoint(record.row);
    this.#rules = new RecordRules(ctx, record, from.source.memory);
  }

  /** Takes in again what is staged. */
  async restore(): Promise<void> {
    const staged = this.#ctx.stagedRecords(this.#record.row);
    await this.#source.memory.replay(staged);
    await this.#rules.replay(staged);
  }

  async take(batch: RecordBatch, replay?: Replay): Promise<void> {
    const counts = this.#counts;
    // A source that never waits has a stop heard here; within a large page it waits for its end.
    await this.#hear();
    this.#resumable = false;
    let taken = 0;
    for (const record of batch.records) {
      if (++taken % 256 === 0) await this.#hear();
      this.#takeRecord(batch, record, replay);
    }
    const { rejects = [] } = batch;
    for (const { code, message, raw, line } of rejects.map((one) => this.#rules.guard(one))) {
      const place = { ...placeOf(batch), ...(line === undefined ? {} : { line }) };
      this.#reject({ code, message, raw, place });
    }
    counts.rejected += rejects.length;
    if (batch.skipped !== undefined) this.#skip(batch, batch.skipped);
    counts.pages++;
    this.#spend(batch.requests, batch.waited);
    counts.bytes += batch.bytes;
    counts.read += batch.records.length + rejects.length;
    this.#total = batch.total ?? this.#total;
    this.#resumable = batch.position !== undefined;
    this.#checkpoint = {
      ...this.#checkpoint,
      validators: batch.validators ?? null,
      ...(this.#resumable ? { position: batch.position } : {}),
    };
    const waiting = this.#staging.recordBytes - recordsCheckpoint(this.#record.row).staged_bytes;
    const isDue = performance.now() - this.#checkpointAt >= this.#ctx.checkpointMs;
    // The last page has no next state; the end of the stream is its checkpoint.
    if (this.#resumable && (isDue || waiting >= CHECKPOINT_BYTES)) this.checkpoint("checkpoint");
  }

  end(end: ReadEnd & { readonly total?: number | undefined }): void {
    this.#total = end.total ?? this.#total;
    const change = this.#flush();
    const checks = this.#rules.end(this.#counts.read);
    this.#record.conclude("stream-end", change, {
      end: { ...end, checks },
      memory: this.#source.memory,
      alongside: () => {
        this.#commit();
        for (const { field, rule, severity, violations, example } of checks) {
          if (violations === 0) continue;
          logEvent("check-broken", { field, rule, severity, violations, reason: example ?? "" });
        }
      },
    });
    this.#committed();
    // It may be private, and the next attempt reads it again.
    if (this.#record.row.error_code === "contract-broken") this.#staging.clear();
  }

  /** Forgets what was read; attempts, waits and bytes were spent all the same. */
  startOver(): void {
    const { requests, retries, waited_ms, bytes } = this.#counts;
    Object.assign(this.#counts, { ...NO_COUNTS, requests, retries, waited_ms, bytes });
    this.#total = null;
    this.#rejects = [];
    this.#replayed = [];
    this.#checkpoint = FIRST_CHECKPOINT;
    // Until nothing is staged any more.
    this.#resumable = false;
    const change = {
      ...this.#counts,
      checkpoint: this.#checkpoint,
      declared_total: null,
      watermark_to: null,
    };
    this.#record.commit("stream-start-over", change, () => {
      this.#source.forget?.();
      removeRejects(this.#ctx.db, this.#record.key);
      removeReplays(this.#ctx.db, this.#record.key);
      removeChecks(this.#ctx.db, this.#record.key);
    });
    this.#staging.clear();
    this.#rules.clear();
    this.#source.memory.reset?.();
    this.#resumable = true;
    this.#committed();
  }

  /** Commits what a resumed read may build on; after the last page there is no place to go on from. */
  breakOff({ attempts = 0, waited }: IngestError): void {
    this.#spend(attempts, waited);
    if (this.#resumable) this.checkpoint("stream-break");
  }

  checkpoint(name: string): void {
    // After a power failure an earlier one of these will do: only a start over cuts bytes, and it is flushed.
    const flush = name !== "checkpoint";
    this.#record.commit(name, this.#flush(), () => this.#commit(), { flush });
    this.#committed();
  }

  /** Flushes the staging files, and returns the row's change that may be committed then. */
  #flush() {
    this.#staging.sync();
    this.#checkpoint = {
      ...this.#checkpoint,
      staged_bytes: this.#staging.recordBytes,
      rejected_bytes: this.#staging.rejectBytes,
    };
    return {
      ...this.#counts,
      checkpoint: this.#checkpoint,
      declared_total: this.#total,
      watermark_to: this.#source.memory.watermark,
    };
  }

  #commit(): void {
    this.#source.commit?.();
    insertRejects(this.#ctx.db, this.#record.key, this.#rejects);
    for (
      const { code, message: reason, place: { page, byteOffset: byte_offset } } of this.#rejects
    ) {
      logEvent("record-rejected", { code, reason, page, byte_offset });
    }
    insertReplays(this.#ctx.db, this.#record.key, this.#replayed);
    this.#rules.save();
  }

  #committed(): void {
    this.#source.committed?.();
    this.#rejects = [];
    this.#replayed = [];
    this.#checkpointAt = performance.now();
    this.#record.progress("reading");
  }

  /** Counts the attempts of one request. */
  #spend(attempts: number, waited = 0): void {
    this.#counts.requests += attempts;
    this.#counts.retries += Math.max(0, attempts - 1);
    this.#counts.waited_ms += Math.round(waited);
  }

  #takeRecord(batch: RecordBatch, sent: SourceRecord, replay: Replay | undefined): void {
    const counts = this.#counts;
    const ruled = this.#rules.apply(sent);
    const { record } = ruled;
    const found = this.#decide(ruled, replay);
    const isReject = typeof found === "object" && sent.reject === undefined;
    // It is in quarantine, and counted against the tolerance of the run that saw it first.
    const isKnown = isReject && this.#source.memory.wasRejected?.(record);
    const decision = isKnown ? "duplicate" : found;
    if (sent.reject !== undefined) this.#notedReplay(sent.reject.id, decision);
    switch (decision) {
      case "new":
      case "late":
        counts.written++;
        if (decision === "late") counts.late++;
        this.#staging.appendRecord(record.bytes);
        this.#rules.keep(ruled);
        replay?.keep(record);
        break;
      case "duplicate":
      case "published":
        counts.duplicates++;
        break;
      case "out-of-range":
        counts.out_of_range++;
        break;
      default:
        counts.rejected++;
        this.#rules.reject(ruled);
        // It is in quarantine already, and stays open.
        if (sent.reject !== undefined) break;
        this.#reject(this.#rules.guardReject({
          code: decision.code,
          message: decision.message,
          place: {
            ...placeOf(batch),
            ...(record.byteOffset === undefined ? {} : { byteOffset: record.byteOffset }),
            ...(decision.field === undefined ? {} : { field: decision.field }),
          },
          raw: ruled.asSent,
        }, sent));
    }
  }

  #decide({ record, fault }: RuledRecord, replay: Replay | undefined): RecordDecision {
    const { memory } = this.#source;
    // What readers have is no reject, whatever is asked of it by now.
    if (fault !== undefined) return memory.isPublished?.(record) ? "duplicate" : fault;
    return replay?.isPublished(record) ? "published" : memory.decide(record, this.#staging);
  }

  #notedReplay(reject_id: number, decision: RecordDecision): void {
    if (typeof decision === "object") {
      const { code, message, field } = decision;
      return logEvent("record-still-rejected", { code, reason: message, field });
    }
    const became = decision === "new" || decision === "late"
      ? "written"
      : decision === "out-of-range"
      ? "out_of_range"
      : "duplicate";
    this.#replayed.push({ reject_id, became });
  }

  #skip(batch: RecordBatch, skipped: NonNullable<RecordBatch["skipped"]>): void {
    this.#counts.skipped_pages++;
    const { raw } = this.#rules.guard(skipped);
    const { message } = skipped;
    this.#reject({ code: "page-failed", message, place: placeOf(batch), raw });
  }

  #reject(found: Reject): void {
    // Masked first: a secret that is cut is not known any more.
    const message = boundedMessage(maskSecrets(found.message));
    const reject = { ...found, message };
    this.#staging.appendReject(reject);
    this.#rejects.push(rejectEntry(reject, this.#rules.hashed));
  }
}

function placeOf({ number, origin }: RecordBatch) {
  return { page: number, ...(origin === undefined ? {} : { source: origin }) };
}

function countsOf({ row }: StreamRecord): Counts {
  const names = Object.keys(NO_COUNTS) as (keyof StreamCounts)[];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Counts;
}
