import type { ApiClient, Page, PaginationState, StreamEnd } from "../../../api/mod.ts";
import { getBoundary, type PageEntry, StreamPages, type StreamRow } from "../../../audit/mod.ts";
import type { RecordBatch } from "../../record_batch.ts";
import { stageRecords } from "../../record_stream.ts";
import type { RunContext } from "../../run_context.ts";
import type { StreamReader } from "../../source_type.ts";
import type { StreamRecord } from "../../stream_record.ts";
import type { ReadEnd } from "../../verdict.ts";
import { ApiMemory } from "./memory.ts";
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
  const memory = new ApiMemory(stream, {
    // What a backfill reads again was published before, and that is what is wanted.
    published: ctx.backfill === undefined ? getBoundary(ctx.db, state) : new Set(),
    watermark: row.watermark_to ?? row.watermark_from,
    backfill: ctx.backfill,
  });
  const pages = new PageReader(ctx, row, api);
  return {
    memory,
    read: () =>
      stageRecords(ctx, record, {
        memory,
        batches: (position) => pages.batches(position, ifChanged(api.source, stream, state)),
        commit: () => pages.commit(),
      }),
  };
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
      shortPageEnds: source.short_page_ends,
    });
    const pages = client.pages({ ...request, ...condition }, {
      ...(position === null ? {} : { state: position as PaginationState }),
      seen: this.#seen,
      signal: this.#ctx.signal,
    });
    try {
      for (;;) {
        const step = await pages.next();
        if (step.done) return readEnd(step.value);
        const page = step.value;
        this.#unsaved.push(entryOf(page));
        yield batchOf(page, keptValidators(source, stream, page));
      }
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
    url: page.url,
    requestId: page.requestId,
    status: page.status,
    attempts: page.attempts,
    bytes: page.bytes,
    records: page.records.length,
  };
}

/** What the client found out of the end. */
function readEnd(end: StreamEnd): ReadEnd & { readonly total?: number | undefined } {
  const { stopReason, evidence, contradictions, total } = end;
  return { stopReason, evidence, contradictions, total };
}
