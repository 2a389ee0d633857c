import { hash } from "node:crypto";
import type { PageRecord } from "../body/page_record.ts";
import type { PageRecords } from "../body/page_records.ts";

/** How often each record occurs, by the hash of its bytes. */
export type RecordCounts = Map<string, number>;

/** What is known of a border that a span shares with the one before, as it is kept. */
export interface BorderState {
  /** How many records of the span were left out, because the one before had brought them. */
  readonly dropped: number;
  /** Their hashes; `null` once everything on the border was met. */
  readonly hashes: readonly string[] | null;
  /** Whether the span before may have missed something. */
  readonly doubtful: boolean;
  /** How far the span before reaches beyond it. */
  readonly reach?: number | undefined;
}

/**
 * The border between two spans that both contain it: what stands on it arrives twice.
 *
 * Which records those are, the API itself says: it is asked for the span that consists of the border alone. Only as many
 * of them are left out as it names, so that equal records elsewhere stay.
 */
export class SharedBorder {
  readonly #before: RecordCounts | undefined;
  readonly #readPoint: () => Promise<RecordCounts | undefined>;
  readonly #doubtful: boolean;
  readonly #reach: number | undefined;
  readonly #hashes: string[];
  #dropped: number;
  #met: boolean;
  #left: RecordCounts | undefined;
  /** Whether all that the span before brought can be left out. */
  exact: boolean;

  /** @param state As kept. @param before What the span before brought, where that is known. @param readPoint Asks for what stands on the border; `undefined` where the API refuses to tell. */
  constructor(
    state: BorderState,
    before: RecordCounts | undefined,
    readPoint: () => Promise<RecordCounts | undefined>,
  ) {
    this.#before = before;
    this.#readPoint = readPoint;
    this.#doubtful = state.doubtful;
    this.#reach = state.reach;
    this.#hashes = [...state.hashes ?? []];
    this.#dropped = state.dropped;
    this.#met = state.hashes === null;
    this.exact = !state.doubtful || before !== undefined;
  }

  /** As it is to be kept behind the last page that was trimmed. */
  get state(): BorderState {
    const hashes = this.#met ? null : [...this.#hashes];
    return { dropped: this.#dropped, hashes, doubtful: this.#doubtful, reach: this.#reach };
  }

  /** Returns the records of a page that the span before did not bring. */
  async trim(records: PageRecords, hashes: readonly string[]): Promise<PageRecords> {
    const gone = new Set<number>();
    for (const [at, hash] of hashes.entries()) {
      if (this.#met || !this.#mayRepeat(hash)) continue;
      this.#left ??= await this.#read();
      if (!take(this.#left, hash)) continue;
      gone.add(at);
      this.#hashes.push(hash);
    }
    this.#dropped += gone.size;
    this.#met ||= this.#left?.size === 0;
    return gone.size === 0 ? records : new RemainingRecords(records, gone);
  }

  #mayRepeat(hash: string): boolean {
    return this.#before === undefined ? !this.#doubtful : this.#before.has(hash);
  }

  async #read(): Promise<RecordCounts> {
    const left: RecordCounts = new Map();
    const point = await this.#readPoint();
    if (point === undefined) this.exact = false;
    for (const [hash, count] of point ?? []) {
      // What came to the border only after the span before was read is new.
      const known = Math.min(count, this.#before?.get(hash) ?? (this.#before ? 0 : count));
      if (known > 0) left.set(hash, known);
    }
    for (const hash of this.#hashes) take(left, hash);
    return left;
  }
}

/** Returns the hash of each record's bytes. */
export function recordHashes(records: PageRecords): string[] {
  return records.map(({ bytes }) => hash("sha256", bytes, "base64url").slice(0, 16));
}

/** Counts records. */
export function countRecords(counts: RecordCounts, hashes: readonly string[]): void {
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
}

function take(counts: RecordCounts, hash: string): boolean {
  const count = counts.get(hash);
  if (count === undefined) return false;
  if (count === 1) counts.delete(hash);
  else counts.set(hash, count - 1);
  return true;
}

/** The records of a page but some; those of a large page stay in its file. */
class RemainingRecords implements PageRecords {
  readonly length: number;
  readonly #records: PageRecords;
  readonly #gone: ReadonlySet<number>;

  constructor(records: PageRecords, gone: ReadonlySet<number>) {
    this.length = records.length - gone.size;
    this.#records = records;
    this.#gone = gone;
  }

  *[Symbol.iterator](): Generator<PageRecord, void> {
    let at = 0;
    for (const record of this.#records) if (!this.#gone.has(at++)) yield record;
  }

  map<T>(use: (record: PageRecord, index: number) => T): T[] {
    return Array.from(this, use);
  }
}
