import { type DotPath, parseDotPath } from "../../../grammar/mod.ts";
import { keyOf } from "../../../quality/mod.ts";
import type {
  RecordDecision,
  RecordMemory,
  SourceRecord,
  StagedRecords,
} from "../../record_batch.ts";
import { stagedRecordsOf } from "../../staging.ts";
import type { ApiMemory } from "./memory.ts";
import { hashKey, ReadKeys } from "./read_keys.ts";
import type { ApiStream } from "./schema.ts";

const decoder = new TextDecoder();

/** Options of {@linkcode DistinctMemory}. */
export interface DistinctMemoryOptions {
  readonly stream: Pick<ApiStream, "primary_key" | "pagination" | "repeats">;
  /** Makes the memory that decides on everything else; again when the stream is read again. */
  readonly make: (isAgain: boolean) => ApiMemory;
  /** Path of a file for keys that do not fit into memory. */
  readonly path: string;
}

/**
 * Knows the records of one read by their key, or in pages and offsets by their bytes where there is no key.
 *
 * The same bytes under the same key are a duplicate, other bytes a later version, which is kept. Both are signs that a
 * listing by pages or offsets moved while it was read.
 */
export class DistinctMemory implements RecordMemory {
  readonly #options: DistinctMemoryOptions;
  readonly #primaryKey: readonly DotPath[];
  readonly #keys: ReadKeys | undefined;
  #inner: ApiMemory;
  /** Records of this read that it had brought before, under the same key if they have one. */
  repeated = 0;
  nextSeen: string | null = null;
  /** Where a change feed goes on the next time. */
  feedToken: string | null = null;

  constructor(options: DistinctMemoryOptions) {
    const { stream, path, make } = options;
    this.#options = options;
    this.#primaryKey = stream.primary_key.map(parseDotPath);
    const { type } = stream.pagination;
    const counts = (type === "page" || type === "offset") && !stream.repeats;
    this.#keys = this.#primaryKey.length > 0 || counts ? new ReadKeys({ path }) : undefined;
    this.#inner = make(false);
  }

  get schema(): unknown {
    return this.#inner.schema;
  }

  get watermark(): string | null {
    return this.feedToken ?? this.#inner.watermark;
  }

  decide(record: SourceRecord, staged: StagedRecords): RecordDecision {
    const decision = this.#inner.decide(record);
    if (this.#keys === undefined || (decision !== "new" && decision !== "duplicate")) {
      return decision;
    }
    const key = this.#keyOf(record);
    const hash = hashKey(key ?? record.bytes);
    const found = this.#compare(record.bytes, { key, offsets: this.#keys.find(hash), staged });
    // What an earlier run published.
    if (decision === "duplicate" && found === "none") return decision;
    if (found !== "none") this.repeated++;
    if (found === "same" && key !== undefined) return "duplicate";
    this.#keys.add(hash, staged.recordBytes);
    return "new";
  }

  async replay(path: string): Promise<void> {
    await this.#inner.replay(path);
    if (this.#keys === undefined) return;
    let offset = 0;
    for await (const record of stagedRecordsOf(path)) {
      this.#keys.add(hashKey(this.#keyOf(record) ?? record.bytes), offset);
      offset += record.bytes.length + 1;
    }
  }

  boundary(advanced: boolean, staged: string): Promise<readonly string[] | undefined> {
    return this.#inner.boundary(advanced, staged);
  }

  /** Forgets this read: it starts over. */
  reset(): void {
    this.#inner = this.#options.make(true);
    this.#keys?.clear();
    this.repeated = 0;
  }

  /** Closes what the keys needed. */
  [Symbol.dispose](): void {
    this.#keys?.[Symbol.dispose]();
  }

  #keyOf({ value, bytes }: { readonly value: unknown; readonly bytes: Uint8Array }) {
    if (this.#primaryKey.length === 0) return undefined;
    return keyOf(value, this.#primaryKey, () => decoder.decode(bytes));
  }

  #compare(
    bytes: Uint8Array,
    known: {
      readonly key: string | undefined;
      readonly offsets: readonly number[];
      readonly staged: StagedRecords;
    },
  ): "none" | "same" | "other" {
    let found: "none" | "other" = "none";
    for (const offset of known.offsets) {
      const before = known.staged.readRecord(offset);
      if (isEqual(before, bytes)) return "same";
      if (known.key === undefined) continue;
      const value: unknown = JSON.parse(decoder.decode(before));
      if (this.#keyOf({ value, bytes: before }) === known.key) found = "other";
    }
    return found;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
