import { mayBeNumbered, ReadKeys } from "../../../api/mod.ts";
import { type DotPath, parseDotPath, valueAt } from "../../../grammar/mod.ts";
import { keyOf } from "../../../quality/mod.ts";
import type {
  RecordDecision,
  RecordMemory,
  SourceRecord,
  StagedLines,
  StagedRecords,
} from "../../record_batch.ts";
import { stagedRecordsOf } from "../../staging.ts";
import type { ApiMemory } from "./memory.ts";
import { RecordFields } from "./record_fields.ts";
import type { ApiStream } from "./schema.ts";
import type { ShownBoundary } from "./shown_boundary.ts";

const decoder = new TextDecoder();

/** Options of {@linkcode DistinctMemory}. */
export interface DistinctMemoryOptions {
  readonly stream: Pick<ApiStream, "primary_key" | "pagination" | "repeats">;
  /** Makes the memory that decides on everything else; again when the stream is read again. */
  readonly make: (isAgain: boolean) => ApiMemory;
  /** Path of a file for keys that do not fit into memory. */
  readonly path: string;
  /** Records that came again before a stop. */
  readonly repeated: number;
  /** In a change feed: the records of the page that the run before ended with, if it is the first one again. */
  readonly feed: ReadonlySet<string> | undefined;
}

/**
 * Knows the records of one read by their key, or in pages, offsets and links by their bytes where there is no key.
 *
 * The same bytes under the same key are a duplicate, other bytes a later version, which is kept. Both are signs that a
 * listing by pages or offsets moved while it was read.
 */
export class DistinctMemory implements RecordMemory {
  readonly #options: DistinctMemoryOptions;
  readonly #primaryKey: readonly DotPath[];
  readonly #fields: RecordFields;
  readonly #keys: ReadKeys | undefined;
  #inner: ApiMemory;
  /** Records of this read that it had brought before, under the same key if they have one. */
  repeated: number;
  /** Those of a key that came, to the byte, on an earlier page of this read, and not where two pages join. */
  doubled = 0;
  /** Where the records of this page begin, once one of them is there. */
  #pageStart: number | undefined;
  /** Records of this page that overlap with the page before. */
  #joint = 0;
  nextSeen: string | null = null;
  /** Records of this page that are still to come again. */
  #overlap = 0;
  /** Where a change feed goes on the next time. */
  #feedToken: string | null = null;
  readonly #feed: FeedPage | undefined;

  constructor(options: DistinctMemoryOptions) {
    const { stream, path, make } = options;
    this.#options = options;
    this.#fields = new RecordFields(stream);
    this.repeated = options.repeated;
    this.#primaryKey = stream.primary_key.map(parseDotPath);
    const counts = mayBeNumbered(stream.pagination) && !stream.repeats;
    this.#keys = this.#primaryKey.length > 0 || counts ? new ReadKeys({ path }) : undefined;
    this.#inner = make(false);
    this.#feed = options.feed && new FeedPage(options.feed);
  }

  /** Notes that the records of another page follow, of which so many came with the one before. */
  beginPage(overlap = 0): void {
    const isTold = this.#primaryKey.length > 0 || this.#options.stream.repeats;
    this.#overlap = isTold ? 0 : overlap;
    this.#joint = overlap;
    this.#pageStart = undefined;
    this.#feed?.begin();
  }

  /** Notes where a change feed goes on the next time; where it is the last page again, its records come again. */
  endFeed(next: unknown, isAgain: boolean): void {
    if (typeof next === "string") this.#feedToken = next;
    this.#feed?.end(isAgain);
  }

  get primaryKey(): readonly DotPath[] {
    return this.#primaryKey;
  }

  get rankColumns(): readonly string[] {
    return this.#fields.cursor?.slice(0, 1) ?? [];
  }

  rankOf(value: unknown): number | string | undefined {
    return this.#fields.cursorOf(value);
  }

  get schema(): unknown {
    return this.#inner.schema;
  }

  get watermark(): string | null {
    return this.#feedToken ?? this.#inner.watermark;
  }

  decide(record: SourceRecord, staged: StagedRecords): RecordDecision {
    const isPublished = this.#feed?.isPublished(record.bytes) === true;
    const pageStart = this.#pageStart ??= staged.recordBytes;
    const isJoint = this.#joint-- > 0;
    if (this.#overlap-- > 0) return "duplicate";
    if (isPublished) return "published";
    const decision = this.#inner.decide(record);
    const isRecord = decision === "new" || decision === "late" || decision === "duplicate";
    if (this.#keys === undefined || !isRecord) return decision;
    const isKnown = this.#keys.seek(this.#hashed(record));
    const offsets = isKnown ? this.#keys.offsets() : [];
    const found = this.#compare(record, offsets, staged);
    // What an earlier run published.
    if (decision === "duplicate" && found === "none") return decision;
    if (found !== "none") this.repeated++;
    if (found === "same" && this.#primaryKey.length > 0) {
      if (!isJoint && offsets.every((offset) => offset < pageStart)) this.doubled++;
      return "duplicate";
    }
    this.#keys.add(staged.recordBytes);
    return decision === "late" ? "late" : "new";
  }

  isPublished(record: SourceRecord): boolean {
    return this.#inner.isPublished(record);
  }

  /** How many records were older than the read asked for. */
  get older(): number {
    return this.#inner.older;
  }

  /** Whether the API begins where it is asked to. */
  get shown(): ShownBoundary {
    return this.#inner.shown;
  }

  /** Runs in the transaction that intends to publish. */
  intend(): void {
    this.#inner.intend();
  }

  async replay(staged: StagedLines): Promise<void> {
    await this.#inner.replay(staged);
    if (this.#keys === undefined) return;
    let offset = 0;
    for await (const record of stagedRecordsOf(staged)) {
      this.#keys.seek(this.#hashed(record));
      this.#keys.add(offset);
      offset += record.bytes.length + 1;
    }
  }

  boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined> {
    if (this.#feed !== undefined) {
      return advanced ? Promise.resolve(this.#feed.boundary) : this.#feed.with(staged);
    }
    return this.#inner.boundary(advanced, staged);
  }

  /** Forgets this read: it starts over. */
  reset(): void {
    this.#inner[Symbol.dispose]();
    this.#inner = this.#options.make(true);
    this.#keys?.clear();
    this.repeated = 0;
    this.doubled = 0;
  }

  /** Closes what the keys and the hashes needed. */
  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
    this.#keys?.[Symbol.dispose]();
  }

  /** What records are told apart by at first: a key that is one number or text as it is. */
  #hashed(record: SourceRecord): string | number | Uint8Array {
    const [path, ...more] = this.#primaryKey;
    if (path === undefined) return record.bytes;
    const value = more.length === 0 ? valueAt(record.value, path) : undefined;
    if (typeof value === "string" || Number.isSafeInteger(value)) return value as string | number;
    return this.#keyOf(record);
  }

  #keyOf({ value, bytes }: SourceRecord): string {
    return keyOf(value, this.#primaryKey, () => decoder.decode(bytes));
  }

  /** Returns whether one of the staged records has the same bytes, or at least the same key. */
  #compare(
    record: SourceRecord,
    offsets: readonly number[],
    staged: StagedRecords,
  ): "none" | "same" | "other" {
    let found: "none" | "other" = "none";
    for (const offset of offsets) {
      const bytes = staged.readRecord(offset);
      if (isEqual(bytes, record.bytes)) return "same";
      if (this.#primaryKey.length === 0) continue;
      const value: unknown = JSON.parse(decoder.decode(bytes));
      if (this.#keyOf({ value, bytes }) === this.#keyOf(record)) found = "other";
    }
    return found;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * Tells the records that were published before and come again, of a change feed that goes on from its last page or from
 * where a read that was not complete had begun, from those that have come to it since.
 */
class FeedPage {
  readonly #published: ReadonlySet<string>;
  #records: Uint8Array[] = [];
  #counts = new Map<string, number>();
  /** Records that the next run will see again; `undefined` until the end. */
  boundary: readonly string[] | undefined;

  constructor(published: ReadonlySet<string>) {
    this.#published = published;
  }

  begin(): void {
    this.#records = [];
  }

  isPublished(bytes: Uint8Array): boolean {
    this.#records.push(bytes.slice());
    return this.#published.size > 0 && this.#published.has(this.#nameOf(bytes));
  }

  end(isAgain: boolean): void {
    this.#counts.clear();
    this.boundary = isAgain ? this.#records.map((bytes) => this.#nameOf(bytes)) : [];
  }

  /** Returns what was published before, and what is now: the next run begins where this one did. */
  async with(staged: StagedLines): Promise<string[]> {
    const names = [...this.#published];
    this.#counts.clear();
    for (const name of names) this.#nameOf(name.slice(name.indexOf(" ") + 1));
    for await (const { bytes } of stagedRecordsOf(staged)) names.push(this.#nameOf(bytes));
    return names;
  }

  /** Equal records are told apart by how many of them came before. */
  #nameOf(record: Uint8Array | string): string {
    const text = typeof record === "string" ? record : decoder.decode(record);
    const count = this.#counts.get(text) ?? 0;
    this.#counts.set(text, count + 1);
    return `${count} ${text}`;
  }
}
