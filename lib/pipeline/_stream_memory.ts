import type { ApiStream } from "../config/mod.ts";
import { lineChunks } from "../files/mod.ts";
import { keyOf, valueAt } from "../quality/mod.ts";
import { SchemaInference } from "../schema/mod.ts";
import { cursorOf, lessLag, parseWatermark, watermarkText } from "./_watermark.ts";

const PRUNE_EVERY = 50_000;

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
  readonly #from: number | string | undefined;
  #highest: number | string | undefined;
  #pruneAt = PRUNE_EVERY;

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
      this.#from = parseWatermark(watermark, incremental.from);
      this.#highest = this.#from;
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

  /** Takes a checked record in; says `false` where the lake, or this run, has it already. */
  accept(value: unknown): boolean {
    if (this.#stream.incremental !== undefined && !this.#acceptCursor(value)) return false;
    this.#schema.add(value);
    return true;
  }

  /** Takes the records of a staging file in again, after a crash. */
  async replay(path: string): Promise<void> {
    for await (const { lines } of lineChunks(path)) {
      for (const line of new TextDecoder().decode(lines).split("\n")) {
        if (line !== "") this.accept(JSON.parse(line));
      }
    }
  }

  /**
   * Returns the records that the next run will see again.
   *
   * @param advanced Whether the watermark moves to the highest value; if not, the next run begins where this one did.
   */
  boundary(advanced: boolean): string[] {
    if (!advanced) return [...this.#published, ...this.#recent.keys()];
    this.#prune();
    const kept = [...this.#published].filter((record) => this.#isRecent(cursorIn(record)));
    return [...kept, ...this.#recent.keys()];
  }

  #acceptCursor(value: unknown): boolean {
    const { incremental, primary_key } = this.#stream;
    if (incremental === undefined) return true;
    const cursor = cursorOf(valueAt(value, incremental.field), incremental.from);
    if (cursor === undefined) return true;
    const key = primary_key.length > 0 ? keyOf(value, primary_key) : JSON.stringify(value);
    const record = JSON.stringify([cursor, key]);
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

  #prune(): void {
    for (const [record, cursor] of this.#recent) {
      if (!this.#isRecent(cursor)) this.#recent.delete(record);
    }
  }

  #isRecent(cursor: number | string): boolean {
    const { incremental } = this.#stream;
    if (incremental === undefined || this.#highest === undefined) return false;
    return cursor >= lessLag(this.#highest, incremental.lag);
  }
}

function cursorIn(record: string): number | string {
  const [cursor] = JSON.parse(record) as [number | string, string];
  return cursor;
}
