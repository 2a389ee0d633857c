import { join } from "node:path";
import {
  type ApiClient,
  isInsideListing,
  MemorySeenPages,
  type PaginationState,
  readUntilSettled,
} from "../../../api/mod.ts";
import {
  forgetSeenBefore,
  getBoundary,
  type PageEntry,
  remember,
  rememberedOf,
  RememberedRecords,
  seeAgain,
  StreamPages,
  type StreamRow,
} from "../../../audit/mod.ts";
import { logEvent } from "../../../logging/mod.ts";
import { type RecordBatch, START_OVER } from "../../record_batch.ts";
import { stageRecords } from "../../record_stream.ts";
import type { RunContext } from "../../run_context.ts";
import { streamId, type StreamReader } from "../../source_type.ts";
import type { StreamRecord } from "../../stream_record.ts";
import { advised } from "./advice.ts";
import { Credentials } from "./credentials.ts";
import { DistinctMemory } from "./distinct_memory.ts";
import { type Listings, listingsOf, withListingKey, withMissing } from "./listings.ts";
import { ApiMemory } from "./memory.ts";
import { batchOf, entryOf } from "./page_batch.ts";
import { parentsOf } from "./parents.ts";
import { type ApiEnd, countedOnce, readEnd, withoutOverlap } from "./read_end.ts";
import { streamRequest } from "./request.ts";
import type { ApiSource, ApiStream } from "./schema.ts";
import { ifChanged, keptValidators } from "./validators.ts";

/** Returns the reader of one stream of an API. */
export function apiReader(
  ctx: RunContext,
  record: StreamRecord,
  of: { readonly source: ApiSource; readonly stream: ApiStream; readonly client: ApiClient },
): StreamReader {
  const api = { ...of, stream: withListingKey(of.stream) };
  const { stream } = api;
  const { row, state } = record;
  const make = (isAgain: boolean) => memoryOf(ctx, record, { ...api, isAgain });
  const path = join(ctx.disk.root, ctx.staging, `${streamId(row)}.keys`);
  // In an incremental read the duplicates are those of earlier runs, too.
  const repeated = stream.incremental === undefined ? row.duplicates : 0;
  const isFeed = stream.pagination.type === "cursor" && stream.pagination.change_feed;
  const feed = isFeed ? getBoundary(ctx.db, state) : undefined;
  const memory = new DistinctMemory({ stream, make, path, repeated, feed });
  const nextSeen = state.next_seen === placeOfNext(stream);
  const pages = new PageReader(ctx, row, { ...api, memory, nextSeen });
  return {
    memory,
    async read() {
      using _memory = memory;
      await pages.open();
      await stageRecords(ctx, record, {
        memory,
        batches: (position) => pages.batches(position, ifChanged(api.source, stream, state)),
        commit: () => pages.commit(),
        forget: () => pages.forget(),
      });
      if (ctx.replay === undefined) warnOfOlder(stream, record, memory);
    },
  };
}

function memoryOf(
  ctx: RunContext,
  record: StreamRecord,
  { source, stream, isAgain }: Parameters<typeof apiReader>[2] & { readonly isAgain: boolean },
): ApiMemory {
  const { row, state, key } = record;
  const { db, backfill } = ctx;
  // What a backfill reads again was published before, and that is what is wanted.
  const isBackfill = backfill !== undefined;
  const keeps = stream.incremental !== undefined && !isBackfill;
  const remembered = keeps ? new RememberedRecords(() => rememberedOf(db, row)) : undefined;
  return new ApiMemory(stream, {
    published: isBackfill || state.boundary_run_id === null ? undefined : getBoundary(db, state),
    from: row.watermark_from,
    knownTo: state.known_to,
    watermark: (isAgain ? null : row.watermark_to) ?? row.watermark_from,
    now: Date.parse(ctx.run.started_at),
    backfill,
    credentials: new Credentials(source, stream),
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
function warnOfOlder(
  { incremental }: ApiStream,
  record: StreamRecord,
  memory: DistinctMemory,
): void {
  if (memory.older === 0 || incremental === undefined) return;
  logEvent("older-than-asked", {
    param: incremental.start_param,
    records: memory.older,
    read: record.row.read,
  });
}

/** Whether records are counted against a total, each of them once. */
function hasExactTotal({ pagination: { total, total_from }, window }: ApiStream): boolean {
  if (window !== undefined || total_from !== undefined) return true;
  return total !== undefined && (typeof total !== "object" || total.kind === "exact");
}

/** What a reader of pages works with. */
interface PageReaderOptions {
  readonly source: ApiSource;
  readonly stream: ApiStream;
  readonly client: ApiClient;
  readonly memory: DistinctMemory;
  /** Whether an earlier run saw where a page names its next one. */
  readonly nextSeen: boolean;
}

/** Returns where a page names its next one, by the configuration. */
function placeOfNext({ pagination }: ApiStream): string {
  const { type } = pagination;
  const path = "path" in pagination ? pagination.path : undefined;
  const header = "header" in pagination ? pagination.header : undefined;
  return `${type} ${JSON.stringify(path ?? header ?? null)}`;
}

/** A position in a stream of listings, and which these are. */
type ListingsPosition = { readonly listings?: string };

/** Reads the pages of a stream as batches, and notes each in the checkpoint's transaction. */
class PageReader {
  readonly #ctx: RunContext;
  readonly #row: StreamRow;
  readonly #api: PageReaderOptions;
  readonly #seen: StreamPages;
  #unsaved: PageEntry[] = [];
  #listings: Listings | undefined;

  constructor(ctx: RunContext, row: StreamRow, api: PageReaderOptions) {
    this.#ctx = ctx;
    this.#row = row;
    this.#api = api;
    this.#seen = new StreamPages(ctx.db, row);
  }

  /** Finds out what there is a listing for each of. */
  async open(): Promise<void> {
    const { source, stream: { for_each: forEach } } = this.#api;
    if (forEach === undefined) return;
    this.#listings = listingsOf(this.#request(), await parentsOf(this.#ctx, source, forEach));
  }

  /** Reads the stream, again if it moved. */
  async *batches(
    saved: unknown,
    condition: ReturnType<typeof ifChanged>,
  ): AsyncGenerator<RecordBatch | typeof START_OVER, ApiEnd> {
    const { memory, stream } = this.#api;
    const isOther = saved !== null && this.#listings !== undefined &&
      (saved as ListingsPosition).listings !== this.#listings.identity;
    if (isOther) yield START_OVER;
    const position = isOther ? null : saved;
    const end = yield* readUntilSettled<RecordBatch, ApiEnd, typeof START_OVER>({
      pagination: stream.pagination,
      resumed: position !== null &&
        (this.#listings === undefined || isInsideListing(position as PaginationState)),
      read: (isAgain) => this.#read(isAgain ? null : position, condition),
      repeated: () => memory.repeated > 0 && !stream.repeats,
      doubled: () => memory.doubled > 0 && !stream.repeats && !hasExactTotal(stream),
      agrees: () => this.#agrees(),
      startOver: START_OVER,
    });
    return withMissing(end, this.#listings);
  }

  /** Reads all pages again, and says whether they are, to the byte, those that were read before. */
  async #agrees(): Promise<boolean> {
    const { client, stream } = this.#api;
    const { signal } = this.#ctx;
    const pages = client.pages(this.#request(), { seen: new MemorySeenPages(), signal });
    let number = 0;
    try {
      for (;;) {
        const step = await pages.next();
        if (step.done) {
          const { evidence, contradictions } = withoutOverlap(step.value, stream);
          const isSure = evidence.length > 0 && contradictions.length === 0;
          return isSure && this.#seen.page(number + 1) === undefined;
        }
        const { skipped, sha256, token } = step.value;
        number = step.value.number;
        const before = this.#seen.page(number);
        if (skipped !== undefined || before?.sha256 !== sha256 || before.token !== token) {
          return false;
        }
      }
    } finally {
      await pages.return(undefined as never).catch(() => {});
    }
  }

  #request() {
    const { source, stream } = this.#api;
    const request = streamRequest(stream, {
      watermark: this.#row.watermark_from,
      backfill: this.#ctx.backfill,
      now: Date.parse(this.#ctx.run.started_at),
      shortPageEnds: source.short_page_ends,
    });
    return this.#listings === undefined ? request : {
      ...request,
      listings: this.#listings.requests,
      parallelListings: stream.for_each?.parallel,
    };
  }

  async *#read(
    position: unknown,
    condition: ReturnType<typeof ifChanged>,
  ): AsyncGenerator<RecordBatch, ApiEnd> {
    const { source, stream, client, memory, nextSeen } = this.#api;
    const request = this.#request();
    const state = position === null ? undefined : position as PaginationState;
    const { pagination } = request;
    const start = pagination !== undefined && "start" in pagination ? pagination.start : undefined;
    let asked: unknown = state?.position ?? start ?? null;
    const pages = client.pages({ ...request, ...condition }, {
      ...(state === undefined ? {} : { state }),
      seen: this.#seen,
      nextSeen,
      signal: this.#ctx.signal,
    });
    const isFeed = stream.pagination.type === "cursor" && stream.pagination.change_feed;
    let isKeptToken = isFeed && position === null && this.#row.watermark_from !== null;
    try {
      for (;;) {
        const step = await pages.next();
        isKeptToken = false;
        if (step.done) {
          const { position: next, proven } = step.value;
          if (proven && next !== undefined) memory.endFeed(next, next === asked);
          const { repeated } = memory;
          const end = withoutOverlap(countedOnce(step.value, { repeated, stream }), stream);
          return readEnd(end, { source, stream });
        }
        const page = step.value;
        if (page.next?.nextSeen === true) memory.nextSeen = placeOfNext(stream);
        this.#unsaved.push(entryOf(page));
        memory.beginPage(page.overlap);
        if (page.next !== undefined) asked = page.next.position;
        yield batchOf(page, keptValidators(source, stream, page), this.#listings);
      }
    } catch (error) {
      throw advised(error, source, isKeptToken);
    } finally {
      await pages.return(undefined as never).catch(() => {});
    }
  }

  /** Forgets all pages, in the transaction that forgets their records. */
  forget(): void {
    this.#seen.clear();
    this.#unsaved = [];
  }

  commit(): void {
    this.#seen.commit(this.#unsaved);
    for (const { number: page, token: _token, requestId: request_id, ...entry } of this.#unsaved) {
      logEvent("page-kept", { page, request_id, ...entry });
    }
    this.#unsaved = [];
  }
}
