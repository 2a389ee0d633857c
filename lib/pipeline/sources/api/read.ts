import type { ApiClient, Page, PaginationState, StreamEnd } from "../../../api/mod.ts";
import {
  type Contradiction,
  forgetSeenBefore,
  getBoundary,
  type PageEntry,
  remember,
  rememberedOf,
  seeAgain,
  StreamPages,
  type StreamRow,
} from "../../../audit/mod.ts";
import { logEvent, maskSecrets } from "../../../logging/mod.ts";
import type { RecordBatch } from "../../record_batch.ts";
import { stageRecords } from "../../record_stream.ts";
import type { RunContext } from "../../run_context.ts";
import type { StreamReader } from "../../source_type.ts";
import type { StreamRecord } from "../../stream_record.ts";
import type { ReadEnd } from "../../verdict.ts";
import { adviceOn, advised } from "./advice.ts";
import { Credentials } from "./credentials.ts";
import { ApiMemory } from "./memory.ts";
import { RememberedRecords } from "./remembered_records.ts";
import { streamRequest } from "./request.ts";
import type { ApiSource, ApiStream } from "./schema.ts";
import { ifChanged, keptValidators } from "./validators.ts";

/** Returns the reader of one stream of an API. */
export function apiReader(
  ctx: RunContext,
  record: StreamRecord,
  api: { readonly source: ApiSource; readonly stream: ApiStream; readonly client: ApiClient },
): StreamReader {
  const { stream } = api;
  const { row, state } = record;
  const memory = memoryOf(ctx, record, api);
  const pages = new PageReader(ctx, row, api);
  return {
    memory,
    read: async () => {
      await stageRecords(ctx, record, {
        memory,
        batches: (position) => pages.batches(position, ifChanged(api.source, stream, state)),
        commit: () => pages.commit(),
      });
      warnOfOlder(stream, record, memory);
    },
  };
}

function memoryOf(
  ctx: RunContext,
  record: StreamRecord,
  { source, stream }: Parameters<typeof apiReader>[2],
): ApiMemory {
  const { row, state, key } = record;
  const { db, backfill } = ctx;
  // What a backfill reads again was published before, and that is what is wanted.
  const isBackfill = backfill !== undefined;
  const keeps = stream.incremental !== undefined && !isBackfill;
  const remembered = keeps ? new RememberedRecords(() => rememberedOf(db, row)) : undefined;
  return new ApiMemory(stream, {
    published: isBackfill ? new Set() : getBoundary(db, state),
    from: row.watermark_from,
    watermark: row.watermark_to ?? row.watermark_from,
    now: Date.parse(ctx.run.started_at),
    backfill,
    credentials: new Credentials(source.auth),
    remembered,
    intend() {
      if (remembered === undefined) return;
      const seenAt = new Date(ctx.now()).toISOString();
      remember(db, key, { parts: remembered.parts, seenAt });
      seeAgain(db, row, { parts: remembered.seen, seenAt });
      const before = new Date(ctx.now() - (stream.incremental?.remember ?? 0)).toISOString();
      forgetSeenBefore(db, row, before);
    },
  });
}

/** An API that does not know the parameter lists everything: nothing is lost or doubled, but it should be known. */
function warnOfOlder({ incremental }: ApiStream, record: StreamRecord, memory: ApiMemory): void {
  if (memory.older === 0 || incremental === undefined) return;
  logEvent("older-than-asked", {
    param: incremental.start_param,
    records: memory.older,
    read: record.row.read,
  });
}

/** Reads the pages of a stream as batches, and notes each in the checkpoint's transaction. */
class PageReader {
  readonly #ctx: RunContext;
  readonly #row: StreamRow;
  readonly #api: Parameters<typeof apiReader>[2];
  readonly #seen: StreamPages;
  #unsaved: PageEntry[] = [];

  constructor(ctx: RunContext, row: StreamRow, api: Parameters<typeof apiReader>[2]) {
    this.#ctx = ctx;
    this.#row = row;
    this.#api = api;
    this.#seen = new StreamPages(ctx.db, row);
  }

  async *batches(
    position: unknown,
    condition: ReturnType<typeof ifChanged>,
  ): AsyncGenerator<RecordBatch, ReadEnd & { readonly total?: number | undefined }> {
    const { source, stream, client } = this.#api;
    const request = streamRequest(stream, {
      watermark: this.#row.watermark_from,
      backfill: this.#ctx.backfill,
      now: Date.parse(this.#ctx.run.started_at),
    });
    const pages = client.pages({ ...request, ...condition }, {
      ...(position === null ? {} : { state: position as PaginationState }),
      seen: this.#seen,
      signal: this.#ctx.signal,
    });
    try {
      for (;;) {
        const step = await pages.next();
        if (step.done) return readEnd(step.value, adviceOn(step.value.guard, source));
        const page = step.value;
        this.#unsaved.push(entryOf(page));
        yield batchOf(page, keptValidators(source, stream, page));
      }
    } catch (error) {
      throw advised(error, source);
    } finally {
      await pages.return(undefined as never).catch(() => {});
    }
  }

  commit(): void {
    this.#seen.commit(this.#unsaved);
    this.#unsaved = [];
  }
}

function batchOf(page: Page, validators: unknown): RecordBatch {
  return {
    records: page.records,
    position: page.next,
    number: page.number,
    origin: page.url,
    requests: page.attempts,
    bytes: page.bytes,
    total: page.total,
    validators,
    skipped: page.skipped &&
      { message: page.skipped.error.message, raw: page.skipped.bodySample },
  };
}

function entryOf(page: Page): PageEntry {
  return {
    number: page.number,
    token: page.token,
    sha256: page.sha256,
    url: maskSecrets(page.url),
    requestId: page.requestId,
    status: page.status,
    attempts: page.attempts,
    bytes: page.bytes,
    records: page.records.length,
  };
}

/** Puts what the client knows of the end as signs for and against it. */
function readEnd(
  end: StreamEnd,
  advice: string | undefined,
): ReadEnd & { readonly total?: number | undefined } {
  const contradictions: Contradiction[] = [];
  if (end.guard !== undefined) {
    const { code, message } = end.guard;
    contradictions.push({
      code,
      message: advice === undefined ? message : `${message}; ${advice}`,
    });
  }
  if (end.stopReason === "max-pages") {
    contradictions.push({ code: "max-pages", message: "reading stopped at max_pages" });
  }
  if (end.skippedPages > 0) {
    const pages = end.skippedPages === 1 ? "page was" : "pages were";
    contradictions.push({ code: "pages-skipped", message: `${end.skippedPages} ${pages} skipped` });
  }
  if (!end.proven && end.total !== undefined && end.total !== end.read) {
    const message = `${end.read} records read, the API declared ${end.total}`;
    contradictions.push({ code: "total-not-read", message });
  }
  if (!end.proven && end.total !== undefined && contradictions.length === 0) {
    const message = `the declared total changed while the records were read, to ${end.total}`;
    contradictions.push({ code: "total-changed", message });
  }
  const isEnd = end.stopReason !== "guard" && end.stopReason !== "max-pages";
  return {
    stopReason: end.stopReason,
    evidence: isEnd && (end.proven || contradictions.length > 0) ? [end.stopReason] : [],
    contradictions,
    total: end.total,
  };
}
