import {
  addChecks,
  type CheckRow,
  checksOf,
  getStream,
  getStreamState,
  type IntentResult,
  openAcceptance,
  type Publication,
  saveStream,
  type StreamKey,
  type StreamRow,
  type StreamStateRow,
  type StreamVerdict,
  volumesOf,
} from "../audit/mod.ts";
import type { TransactionOptions } from "../db/mod.ts";
import { type IngestError, StorageError } from "../errors/mod.ts";
import { confirm, intend } from "../lake/mod.ts";
import { logEvent, maskSecrets } from "../logging/mod.ts";
import type { Check, PrivacyRules } from "../quality/mod.ts";
import { logSaved } from "./log_saved.ts";
import { changeInWords, type ContractMode } from "./contract.ts";
import type { RecordMemory } from "./record_batch.ts";
import { uncovered } from "./private_schema.ts";
import type { ProgressEvent, RunContext } from "./run_context.ts";
import { type Limits, streamId, type StreamPlan } from "./source_type.ts";
import { StreamContract } from "./stream_contract.ts";
import { unkeptError } from "./unkept_error.ts";
import { MOST_RUNS, unusualVolume, VOLUME_RULE } from "./volume.ts";
import { decideBroken, decideStream, type ReadEnd, readEndOf } from "./verdict.ts";

/** What of a stream's row changes. */
export type StreamChange = Partial<Omit<StreamRow, keyof StreamKey | "type" | "mode" | "verdict">>;

/**
 * One stream of a run: what is in memory is what the last transaction committed.
 *
 * A change is a new row; it takes the place of the old one only once it is committed, so that a failed transaction
 * leaves no trace in memory either.
 */
export class StreamRecord {
  readonly #ctx: RunContext;
  readonly #plan: StreamPlan;
  #row: StreamRow;
  /** Its columns. */
  readonly contract: StreamContract;

  /** @param row The row as the database has it. */
  constructor(ctx: RunContext, plan: StreamPlan, row: StreamRow) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#row = row;
    this.contract = new StreamContract(ctx, row, {
      mode: this.contractMode,
      privacy: plan.privacy,
    });
  }

  /** The stream in its run. */
  get key(): StreamKey {
    const { run_id, source, stream } = this.#row;
    return { run_id, source, stream };
  }

  /** As committed. */
  get row(): StreamRow {
    return this.#row;
  }

  /** What earlier runs left. */
  get state(): StreamStateRow {
    return getStreamState(this.#ctx.db, this.#row);
  }

  /** What its checks have found so far. */
  get found(): readonly CheckRow[] {
    return checksOf(this.#ctx.db, this.key.run_id).filter((row) =>
      streamId(row) === streamId(this.#row)
    );
  }

  /** What is expected of its records. */
  get checks(): readonly Check[] {
    return this.#plan.checks ?? [];
  }

  /** What becomes of changed columns. */
  get contractMode(): ContractMode {
    return this.#plan.contract ?? "evolve";
  }

  /** What may not be kept of its records. */
  get privacy(): PrivacyRules | undefined {
    return this.#plan.privacy;
  }

  /**
   * Commits a change.
   *
   * @param name Names the transaction.
   * @param alongside Runs in the same transaction, before the row is saved.
   * @param options `flush: false` if an earlier commit would do as well after a power failure.
   */
  commit(
    name: string,
    change: StreamChange,
    alongside: () => void = () => {},
    options: TransactionOptions = {},
  ): void {
    this.#save(name, { ...this.#row, ...change }, alongside, options);
  }

  /** Commits the end of the reading together with the verdict; the stream is `staged` then. */
  conclude(
    name: string,
    change: StreamChange,
    about: {
      readonly end: ReadEnd;
      readonly memory?: RecordMemory | undefined;
      readonly alongside?: () => void;
    },
  ): void {
    const row: StreamRow = {
      ...this.#row,
      ...change,
      phase: "staged",
      stop_reason: about.end.stopReason,
      error_code: null,
      error_message: null,
    };
    this.#decide(name, row, about);
  }

  /** Decides again about a stream that is `staged` if an error has kept it from being published. */
  resume(memory: RecordMemory | undefined): void {
    if (this.#row.error_code === null) return;
    const row = { ...this.#row, error_code: null, error_message: null };
    this.#decide("stream-resume", row, {
      end: { ...readEndOf(row), checks: this.found },
      memory,
    });
  }

  /**
   * Commits the intent to publish together with a change.
   *
   * @param change What of the row is true once it is committed.
   * @param what The files, what is true once they are in place, and what else is part of the transaction.
   */
  intend(
    change: StreamChange,
    what: IntentResult & {
      readonly publications: readonly Publication[];
      readonly alongside?: () => void;
    },
  ): void {
    const { db } = this.#ctx;
    const row = { ...this.#row, ...change };
    intend(db, this.key, {
      ...what,
      alongside: () => {
        what.alongside?.();
        saveStream(db, row);
        logSaved("publish-intent", row);
      },
    });
    this.#row = row;
  }

  /** Moves what was intended into place; with the last of it the stream has ended. */
  async confirm(): Promise<void> {
    try {
      await confirm(this.#ctx.db, this.#ctx.disk, this.key);
    } catch (error) {
      throw error instanceof StorageError ? unkeptError(this.key, error) : error;
    }
    this.#row = getStream(this.#ctx.db, this.#row) ?? this.#row;
  }

  /** Commits that an error ended the stream; what was committed before stays for the next attempt. */
  fail(error: IngestError): void {
    const verdict = masked(decideBroken(this.#row, error));
    const fields = { error_code: error.code, error_message: maskSecrets(error.message) };
    this.#save("stream-broken", { ...this.#row, ...fields, verdict });
  }

  /** What the stream's watermark is taken from. */
  get follows(): string | null {
    return this.#plan.follows ?? null;
  }

  /** Sends how far the stream is to the run's observer. */
  progress(state: ProgressEvent["state"]): void {
    const { source, stream, read, pages, bytes } = this.#row;
    const { files_published, files_rejected, files_duplicate } = this.#row;
    const { unit } = this.#plan;
    this.#ctx.progress({
      source,
      stream,
      state,
      records: read,
      pages: unit === "pages" ? pages : files_published + files_rejected + files_duplicate,
      unit,
      bytes,
    });
  }

  get #limits(): Limits {
    const { tolerance, max_shrink } = this.#ctx.config;
    return { ...tolerance, maxShrink: max_shrink, ...this.#plan.limits };
  }

  #decide(
    name: string,
    row: StreamRow,
    about: {
      readonly end: ReadEnd;
      readonly memory?: RecordMemory | undefined;
      readonly alongside?: () => void;
    },
  ): void {
    const isComplete = about.end.evidence.length > 0 && about.end.contradictions.length === 0;
    const contract = this.contract.compare(about.memory, { isComplete });
    const drift = this.contractMode === "freeze"
      ? contract.changes.map(changeInWords)
      : uncovered(contract, this.privacy);
    const verdict = masked(decideStream(row, { ...about.end, drift }, {
      limits: this.#limits,
      state: this.state,
      acceptedRows: openAcceptance(this.#ctx.db, row)?.rows,
      currentRows: this.#currentRows(),
      isBackfill: this.#ctx.backfill !== undefined || this.#ctx.replay !== undefined,
    }));
    const failed = verdict.outcome === "failed"
      ? {
        error_code: drift.length > 0 ? "contract-broken" : "check-failed",
        error_message: verdict.reasons.join("; "),
      }
      : {};
    const volume = verdict.complete ? this.#unusualVolume(row) : undefined;
    this.#save(name, { ...row, ...failed, verdict }, () => {
      about.alongside?.();
      if (volume !== undefined) {
        addChecks(this.#ctx.db, this.key, [volume]);
        logEvent("volume-unusual", { reason: volume.example ?? "" });
      }
      logEvent("stream-decided", {
        outcome: verdict.outcome,
        complete: verdict.complete,
        evidence: verdict.evidence.join(", "),
        contradictions: verdict.contradictions.map(({ code }) => code).join(", "),
        reason: verdict.reasons.join("; ") || undefined,
      });
    });
  }

  /** Says once in a run that its volume is not what the runs before have brought. */
  #unusualVolume(row: StreamRow) {
    const { db, backfill, replay } = this.#ctx;
    const isNoted = this.found.some(({ rule }) => rule === VOLUME_RULE);
    if (isNoted || backfill !== undefined || replay !== undefined) return undefined;
    return unusualVolume(row, volumesOf(db, this.key, MOST_RUNS));
  }

  /** Rows of the snapshot that readers follow; other modes add up, so that there is nothing to compare. */
  #currentRows(): number | undefined {
    const { current_run_id: run_id, mode } = this.state;
    if (run_id === null || mode !== "snapshot") return undefined;
    const current = getStream(this.#ctx.db, { ...this.key, run_id });
    return current && current.written + current.unchanged;
  }

  #save(
    name: string,
    row: StreamRow,
    alongside: () => void = () => {},
    options: TransactionOptions = {},
  ): void {
    const { db } = this.#ctx;
    db.transaction(name, () => {
      alongside();
      saveStream(db, row);
      logSaved(name, row);
    }, options);
    this.#row = row;
  }
}

/** Some of its sentences quote what a server sent, which may be a credential that it got from us. */
function masked(verdict: StreamVerdict): StreamVerdict {
  return {
    ...verdict,
    reasons: verdict.reasons.map(maskSecrets),
    contradictions: verdict.contradictions.map(({ code, message }) => ({
      code,
      message: maskSecrets(message),
    })),
  };
}
