import type { ApiStream } from "../config/mod.ts";
import { lineChunks } from "../files/mod.ts";
import { keyOf, valueAt } from "../quality/mod.ts";
import { SchemaInference } from "../schema/mod.ts";
import { beginning, cursorOf, isFrom, parseWatermark, watermarkText } from "./_watermark.ts";

const PRUNE_EVERY = 50_000;
const decoder = new TextDecoder();

/**
 * What a stream must remember of its records while it reads: their schema, the highest cursor value and the
 * records inside the lag, which the next run will see again. All of it can be rebuilt from the staged bytes, so
 * a checkpoint needs not hold it.
 */
export class StreamMemory {
  readonly #stream: ApiStream;
  readonly #schema = new SchemaInference();
  /** Boundary records of this run with their cursor value. */
  #recent = new Map<string, number | string>();
  /** Boundary records of earlier runs. */
  readonly #published: ReadonlySet<string>;
  #highest: number | string | undefined;
  #pruneAt = PRUNE_EVERY;
  #pruned = false;

  /**
   * @param stream Its configuration.
   * @param published The boundary as the ledger has it.
   * @param watermark The watermark that this run began with.
   */
  constructor(stream: ApiStream, published: ReadonlySet<string>, watermark: string | null) {
    this.#stream = stream;
    this.#published = published;
    const { incremental } = stream;
    if (incremental !== undefined && watermark !== null) {
      this.#highest = parseWatermark(watermark, incremental.from);
    }
  }

  /** The highest cursor value so far as the ledger keeps it. */
  get watermark(): string | null {
    const { incremental } = this.#stream;
    if (incremental === undefined || this.#highest === undefined) return null;
    return watermarkText(this.#highest, incremental.from);
  }

  /** The schema of the records so far, as a Spark StructType. */
  get schema(): unknown {
    return this.#schema.toStructType();
  }

  /**
   * Takes a checked record in; says `false` where the lake, or this run, has it already.
   *
   * @param value Its value.
   * @param bytes Its bytes as they are staged.
   */
  accept(value: unknown, bytes: Uint8Array): boolean {
    if (!this.#acceptCursor(value, bytes)) return false;
    this.#schema.add(value);
    return true;
  }

  /** Takes the records of a staging file in again, after a crash. */
  async replay(path: string): Promise<void> {
    for await (const { value, bytes } of stagedRecords(path)) this.accept(value, bytes);
  }

  /**
   * Returns the records that the next run will see again.
   *
   * @param advanced Whether the watermark moves to the highest value; if not, the next run begins where this one did.
   * @param staged Path of the records of this run.
   */
  async boundary(advanced: boolean, staged: string): Promise<string[]> {
    if (advanced) {
      this.#prune();
      const begin = this.#nextBeginning();
      const kept = begin === undefined
        ? []
        : [...this.#published].filter((record) => isFrom(begin, cursorIn(record)));
      return [...kept, ...this.#recent.keys()];
    }
    if (!this.#pruned) return [...this.#published, ...this.#recent.keys()];
    const all = new Set(this.#published);
    for await (const { value, bytes } of stagedRecords(staged)) {
      const mark = this.#markOf(value, bytes);
      if (mark !== undefined) all.add(mark.record);
    }
    return [...all];
  }

  #acceptCursor(value: unknown, bytes: Uint8Array): boolean {
    const mark = this.#markOf(value, bytes);
    if (mark === undefined) return true;
    const { cursor, record } = mark;
    if (this.#published.has(record) || this.#recent.has(record)) return false;
    if (this.#highest === undefined || cursor > this.#highest) this.#highest = cursor;
    this.#recent.set(record, cursor);
    if (this.#recent.size >= this.#pruneAt) {
      this.#prune();
      // Where nearly all records are inside the lag, pruning each time would be quadratic.
      this.#pruneAt = Math.max(PRUNE_EVERY, this.#recent.size * 2);
    }
    return true;
  }

  /**
   * Returns a record's cursor value, and that with its own spelling and the record's key as one text; `undefined` for
   * a record that no watermark can place.
   */
  #markOf(value: unknown, bytes: Uint8Array) {
    const { incremental, primary_key: primaryKey } = this.#stream;
    if (incremental === undefined) return undefined;
    const cursor = cursorOf(valueAt(value, incremental.field), incremental.from);
    if (cursor === undefined) return undefined;
    const text = () => decoder.decode(bytes);
    // Two values that compare as equal, in one millisecond for example, are still two.
    const key = primaryKey.length > 0
      ? keyOf(value, [incremental.field, ...primaryKey], text)
      : text();
    return { cursor, record: JSON.stringify([cursor, key]) };
  }

  #prune(): void {
    const begin = this.#nextBeginning();
    for (const [record, cursor] of this.#recent) {
      if (begin !== undefined && isFrom(begin, cursor)) continue;
      this.#recent.delete(record);
      this.#pruned = true;
    }
  }

  /** Where the next run will begin to read. */
  #nextBeginning(): number | string | undefined {
    const { incremental } = this.#stream;
    const { watermark } = this;
    if (incremental === undefined || watermark === null) return undefined;
    return beginning(watermark, incremental);
  }
}

async function* stagedRecords(path: string) {
  for await (const { lines } of lineChunks(path)) {
    for (let start = 0; start < lines.length;) {
      const newline = lines.indexOf(0x0a, start);
      const end = newline < 0 ? lines.length : newline;
      const bytes = lines.subarray(start, end);
      if (bytes.length > 0) yield { value: JSON.parse(decoder.decode(bytes)) as unknown, bytes };
      start = end + 1;
    }
  }
}

function cursorIn(record: string): number | string {
  const [cursor] = JSON.parse(record) as [number | string, string];
  return cursor;
}
