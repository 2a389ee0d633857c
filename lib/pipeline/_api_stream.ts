import { getLogger } from "@logtape/logtape";
import type { ApiClient, Page, PageRecord, PaginationState, StreamEnd } from "../api/mod.ts";
import {
  getBoundary,
  getStreamState,
  insertRejects,
  LedgerPages,
  type PageEntry,
  type RejectEntry,
  rejectEntry,
  saveStream,
  type StreamRow,
} from "../audit/mod.ts";
import type { ApiStream } from "../config/mod.ts";
import { IngestError, type Reject, SuspendedError } from "../errors/mod.ts";
import { checkRecord } from "../quality/mod.ts";
import { placeInRange } from "./_backfill.ts";
import { publishStream } from "./_publish_stream.ts";
import { Staging } from "./_staging.ts";
import { StreamMemory } from "./_stream_memory.ts";
import { streamRequest } from "./_stream_request.ts";
import { tellProgress } from "./_tell_progress.ts";
import { ifChanged, validatorsText } from "./_validators.ts";
import type { RunContext } from "./run_context.ts";

const log = getLogger(["headwaters", "pipeline"]);

/** A checkpoint costs a flush and a commit; much more often than this and they would set the pace. */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;

/** Reads one stream of an API to its end, or on from where an earlier attempt stopped, and publishes it. */
export async function runApiStream(
  ctx: RunContext,
  client: ApiClient,
  stream: ApiStream,
  row: StreamRow,
): Promise<void> {
  // What a backfill reads again was published before, and that is what is wanted.
  const published = ctx.backfill === undefined ? getBoundary(ctx.db, row) : new Set<string>();
  const memory = new StreamMemory(stream, published, row.watermark_from);
  try {
    if (row.status === "staged") {
      using staging = new Staging(ctx.disk, row);
      await memory.replay(staging.recordsPath);
      if (row.stop_reason !== "guard") {
        Object.assign(row, { error_code: null, error_message: null });
      }
    } else {
      Object.assign(row, { status: "running", error_code: null, error_message: null });
      await collect(ctx, client, { stream, row, memory });
    }
    await publishStream(ctx, row, memory);
    tellProgress(ctx, row, row.status === "complete" ? "complete" : "partial");
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    // What was staged stays for the next attempt, which begins at the last checkpoint.
    Object.assign(
      row,
      ctx.db.get<StreamRow>(
        "SELECT * FROM streams WHERE run_id = ? AND source = ? AND stream = ?",
        [row.run_id, row.source, row.stream],
      ),
    );
    if (row.status !== "staged") {
      row.status = error instanceof SuspendedError ? "suspended" : "failed";
    }
    Object.assign(row, { error_code: error.code, error_message: error.message });
    ctx.db.transaction("stream-broken", () => saveStream(ctx.db, row));
    tellProgress(ctx, row, error instanceof SuspendedError ? "suspended" : "failed");
    throw error;
  }
}

interface Collecting {
  readonly stream: ApiStream;
  readonly row: StreamRow;
  readonly memory: StreamMemory;
}

async function collect(ctx: RunContext, client: ApiClient, what: Collecting): Promise<void> {
  const { stream, row, memory } = what;
  using staging = new Staging(ctx.disk, row);
  if (row.staged_bytes > 0) await memory.replay(staging.recordsPath);
  const seen = new LedgerPages(ctx.db, row);
  const collector = new Collector(ctx, what, staging, seen);
  collector.checkpoint("stream-begin");
  const state = row.state === null ? undefined : JSON.parse(row.state) as PaginationState;
  const start = { watermark: row.watermark_from, backfill: ctx.backfill };
  const request = { ...streamRequest(stream, start), ...ifChanged(ctx, row, stream) };
  const pages = client.pages(request, {
    ...(state === undefined ? {} : { state }),
    seen,
    signal: ctx.signal,
  });
  try {
    for (;;) {
      const step = await pages.next();
      if (step.done) {
        collector.end(step.value);
        break;
      }
      collector.take(step.value);
    }
  } catch (error) {
    // A broken page must not cost the good ones before it.
    if (error instanceof IngestError) collector.breakOff();
    throw error;
  } finally {
    await pages.return(undefined as never).catch(() => {});
  }
}

/** Turns pages into staged records, one checkpoint at a time. */
class Collector {
  readonly #ctx: RunContext;
  readonly #stream: ApiStream;
  readonly #row: StreamRow;
  readonly #memory: StreamMemory;
  readonly #staging: Staging;
  readonly #seen: LedgerPages;
  #pages: PageEntry[] = [];
  #rejects: RejectEntry[] = [];
  #checkpointAt = performance.now();
  #resumable = true;

  constructor(ctx: RunContext, what: Collecting, staging: Staging, seen: LedgerPages) {
    this.#ctx = ctx;
    this.#stream = what.stream;
    this.#row = what.row;
    this.#memory = what.memory;
    this.#staging = staging;
    this.#seen = seen;
  }

  take(page: Page): void {
    const row = this.#row;
    const { out_of_range: outBefore } = row;
    for (const record of page.records) this.#takeRecord(page, record);
    if (page.skipped !== undefined) this.#skip(page, page.skipped);
    row.pages++;
    row.requests += page.attempts;
    row.bytes += page.bytes;
    row.read += page.records.length - (row.out_of_range - outBefore);
    if (page.total !== undefined) row.declared_total = page.total;
    row.validators = validatorsText(this.#ctx, row, { stream: this.#stream, page });
    this.#resumable = page.next !== undefined;
    if (page.next !== undefined) row.state = JSON.stringify(page.next);
    this.#pages.push({
      number: page.number,
      token: page.token,
      sha256: page.sha256,
      url: page.url,
      requestId: page.requestId,
      status: page.status,
      attempts: page.attempts,
      bytes: page.bytes,
      records: page.records.length,
    });
    const waiting = this.#staging.recordBytes - row.staged_bytes;
    const due = performance.now() - this.#checkpointAt >= this.#ctx.checkpointMs;
    // The last page has no next state; the end of the stream is its checkpoint.
    if (this.#resumable && (due || waiting >= CHECKPOINT_BYTES)) {
      this.checkpoint("checkpoint");
    }
  }

  end(end: StreamEnd): void {
    const row = this.#row;
    row.status = "staged";
    row.stop_reason = end.stopReason;
    row.proven = Number(end.proven);
    row.skipped_pages = end.skippedPages;
    row.declared_total = end.total ?? row.declared_total;
    if (end.guard !== undefined) {
      row.error_code = end.guard.code;
      row.error_message = end.guard.message;
      log.warn("reading stopped by a guard", { code: end.guard.code, reason: end.guard.message });
    }
    this.checkpoint("stream-end");
  }

  /** Commits what a resumed read may build on; after the last page there is no place to go on from. */
  breakOff(): void {
    if (this.#resumable) this.checkpoint("stream-break");
  }

  checkpoint(name: string): void {
    const row = this.#row;
    this.#staging.sync();
    row.staged_bytes = this.#staging.recordBytes;
    row.rejected_bytes = this.#staging.rejectBytes;
    row.watermark_to = this.#memory.watermark;
    this.#ctx.db.transaction(name, () => {
      this.#seen.commit(this.#pages);
      insertRejects(this.#ctx.db, row, this.#rejects);
      saveStream(this.#ctx.db, row);
    });
    this.#pages = [];
    this.#rejects = [];
    this.#checkpointAt = performance.now();
    tellProgress(this.#ctx, row, "reading");
  }

  #takeRecord(page: Page, record: PageRecord): void {
    const row = this.#row;
    const { backfill } = this.#ctx;
    const place = backfill && placeInRange(record.value, this.#stream, backfill);
    if (place === "outside") {
      row.out_of_range++;
      return;
    }
    const fault = this.#faultOf(record.value, place);
    if (fault !== undefined) {
      row.quarantined++;
      this.#reject({
        ...fault,
        place: { page: page.number, byteOffset: record.byteOffset, source: page.url },
        raw: record.bytes,
      });
      return;
    }
    if (!this.#memory.accept(record.value, record.bytes)) {
      row.duplicates++;
      return;
    }
    row.written++;
    this.#staging.appendRecord(record.bytes);
  }

  #faultOf(value: unknown, place: ReturnType<typeof placeInRange> | undefined) {
    const { primary_key: primaryKey, incremental } = this.#stream;
    const fault = checkRecord(value, { primaryKey, cursor: incremental?.field });
    if (fault !== undefined || place !== "unknown") return fault;
    // An ordinary run can keep it; here nobody can say whether it was asked for.
    const message = `expected a value in the form ${incremental?.from} in "${incremental?.field}"`;
    return { code: "record-cursor-missing", message } as const;
  }

  #skip(page: Page, skipped: NonNullable<Page["skipped"]>): void {
    this.#row.skipped_pages++;
    this.#reject({
      code: "page-failed",
      message: skipped.error.message,
      place: { page: page.number, source: page.url },
      raw: skipped.bodySample,
    });
  }

  #reject(reject: Reject): void {
    this.#staging.appendReject(reject);
    this.#rejects.push(rejectEntry(reject));
    log.warn("rejected", {
      code: reject.code,
      reason: reject.message,
      page: reject.place.page,
      byte_offset: reject.place.byteOffset,
    });
  }
}

/** Returns where a stream's read begins: the watermark of the ledger, where it is incremental and no backfill. */
export function startingWatermark(ctx: RunContext, row: StreamRow): string | null {
  if (ctx.backfill !== undefined) return null;
  return row.mode === "incremental" ? getStreamState(ctx.db, row).watermark : null;
}
