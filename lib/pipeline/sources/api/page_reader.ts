import {
  type ApiClient,
  isInsideListing,
  MemorySeenPages,
  type PaginationState,
  readUntilSettled,
} from "../../../api/mod.ts";
import { type PageEntry, StreamPages, type StreamRow } from "../../../audit/mod.ts";
import { logEvent } from "../../../logging/mod.ts";
import { type RecordBatch, START_OVER } from "../../record_batch.ts";
import type { RunContext } from "../../run_context.ts";
import { advised } from "./advice.ts";
import type { DistinctMemory } from "./distinct_memory.ts";
import { readFromEarlier } from "./earlier_start.ts";
import { type Listings, listingsOf, withMissing } from "./listings.ts";
import { batchOf, entryOf } from "./page_batch.ts";
import { parentsOf } from "./parents.ts";
import { RecordFields } from "./record_fields.ts";
import { type ApiEnd, countedOnce, readEnd, withoutOverlap } from "./read_end.ts";
import { streamRequest } from "./request.ts";
import type { ApiSource, ApiStream } from "./schema.ts";
import { type ifChanged, keptValidators } from "./validators.ts";

/** Whether records are counted against a total, each of them once. */
function hasExactTotal({ pagination: { total, total_from }, window }: ApiStream): boolean {
  if (window !== undefined || total_from !== undefined) return true;
  return total !== undefined && (typeof total !== "object" || total.kind === "exact");
}

/** What a reader of pages works with. */
export interface PageReaderOptions {
  readonly source: ApiSource;
  readonly stream: ApiStream;
  readonly client: ApiClient;
  readonly memory: DistinctMemory;
  /** Whether an earlier run saw where a page names its next one. */
  readonly nextSeen: boolean;
}

/** Returns where a page names its next one, by the configuration. */
export function placeOfNext({ pagination }: ApiStream): string {
  const { type } = pagination;
  const path = "path" in pagination ? pagination.path : undefined;
  const header = "header" in pagination ? pagination.header : undefined;
  return `${type} ${JSON.stringify(path ?? header ?? null)}`;
}

/** A position in a stream of listings, and which these are. */
type ListingsPosition = { readonly listings?: string };

/** A position in a stream that is read from earlier, and by how much. */
type EarlierPosition = { readonly reach?: number };

/** Reads the pages of a stream as batches, and notes each in the checkpoint's transaction. */
export class PageReader {
  readonly #ctx: RunContext;
  readonly #row: StreamRow;
  readonly #api: PageReaderOptions;
  readonly #seen: StreamPages;
  #unsaved: PageEntry[] = [];
  #listings: Listings | undefined;
  /** How much earlier than the watermark says the read begins. */
  #reach = 0;

  constructor(ctx: RunContext, row: StreamRow, api: PageReaderOptions) {
    this.#ctx = ctx;
    this.#row = row;
    this.#api = api;
    this.#seen = new StreamPages(ctx.db, row);
  }

  /** Whether the read begins earlier than the watermark says. */
  get isEarlier(): boolean {
    return this.#reach > 0;
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
    return yield* readFromEarlier<RecordBatch | typeof START_OVER>({
      stream,
      reach: (position as EarlierPosition | null)?.reach ?? 0,
      read: (reach, resumed) => {
        this.#reach = memory.shown.reach = reach;
        return resumed ? this.#settled(position, condition) : this.#settled(null, {});
      },
      isHidden: () => memory.shown.isHidden,
      shows: (reach) => this.#shows(reach),
      startOver: START_OVER,
    });
  }

  async *#settled(
    position: unknown,
    condition: ReturnType<typeof ifChanged>,
  ): AsyncGenerator<RecordBatch | typeof START_OVER, ApiEnd> {
    const { memory, stream } = this.#api;
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

  /** Whether something older than all that came is there if the read begins so much earlier. */
  async #shows(reach: number): Promise<boolean> {
    const { client, memory, stream } = this.#api;
    const fields = new RecordFields(stream);
    const { signal } = this.#ctx;
    const request = this.#request(reach);
    for await (const page of client.pages(request, { seen: new MemorySeenPages(), signal })) {
      for (const { value } of page.records) {
        const cursor = fields.cursorOf(value);
        if (cursor !== undefined && memory.shown.isEarlier(cursor)) return true;
      }
    }
    return false;
  }

  #request(reach = this.#reach) {
    const { source, stream } = this.#api;
    const request = streamRequest(stream, {
      watermark: this.#row.watermark_from,
      reach,
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
    const startedAt = Date.parse(this.#ctx.run.started_at);
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
        this.#unsaved.push(entryOf(page, startedAt));
        memory.beginPage(page.overlap);
        if (page.next !== undefined) asked = page.next.position;
        const batch = batchOf(page, keptValidators(source, stream, page), this.#listings);
        const isNoted = this.isEarlier && batch.position !== undefined;
        const placed = { ...batch.position as PaginationState, reach: this.#reach };
        yield isNoted ? { ...batch, position: placed } : batch;
      }
    } catch (error) {
      throw advised(error, { source, stream }, isKeptToken);
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
    for (const entry of this.#unsaved) {
      const { number: page, requestId: request_id, sha256, url, status, attempts } = entry;
      const { bytes, records } = entry;
      logEvent("page-kept", {
        ...{ page, request_id, sha256, url, status, attempts, bytes, records },
      });
    }
  }

  /** Runs once that is committed: of what was undone, the pages are saved with the next checkpoint. */
  committed(): void {
    this.#seen.committed(this.#unsaved);
    this.#unsaved = [];
  }
}
