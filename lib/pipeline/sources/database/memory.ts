import { hashOf, type RememberedRecords } from "../../../audit/mod.ts";
import type { DotPath } from "../../../grammar/mod.ts";
import type { TableInfo } from "../../../db/mod.ts";
import { TableSchema } from "../../../schema/mod.ts";
import type {
  RecordDecision,
  RecordMemory,
  SourceRecord,
  StagedLines,
} from "../../record_batch.ts";
import { stagedRecordsOf } from "../../staging.ts";
import type { Cursor, Rank } from "./cursor.ts";

/** Over so many complete reads a stream can be reset to a watermark. */
export const REMEMBERED_READS = 7;

const decoder = new TextDecoder();
const PRUNE_EVERY = 50_000;
/** The next simple value in an object that begins with its key columns. */
const FIELD = /[{,]"(?:[^"\\]|\\.)*":("(?:[^"\\]|\\.)*"|[^,}]*)/y;

/** What the memory of an incremental stream starts with. */
export interface IncrementalMemory {
  readonly cursor: Cursor;
  /** Name of the column. */
  readonly column: string;
  /** How many columns of a row say which it is, the incremental one first; none if only all of them do. */
  readonly keys: number;
  /** Rows of earlier runs that this one may see again; `undefined` if the stream is new or its database was rebuilt. */
  readonly published: ReadonlySet<string> | undefined;
  /** What a rebuilt database knows of them. */
  readonly remembered: RememberedRecords;
  /** Remembers what this run publishes. */
  readonly intend: () => void;
  /** The watermark so far, as in JSON. */
  readonly watermark: string | null;
  /** The watermark of {@linkcode REMEMBERED_READS} reads ago, as in JSON; `undefined` if there were not so many. */
  readonly oldest: string | undefined;
  /** The run's own clock when it began. */
  readonly now: number;
}

/** Decides on the rows of a table, and remembers those inside the lag, which the next run will see again. */
export class DatabaseMemory implements RecordMemory {
  readonly primaryKey: readonly DotPath[];
  readonly #schema: TableSchema;
  readonly #incremental: IncrementalMemory | undefined;
  readonly #recent = new Map<string, Rank>();
  #highest: Rank | undefined;
  #pruneAt = PRUNE_EVERY;
  #pruned = false;
  /** Whether earlier runs' rows are known by their hashes, for there is no boundary. */
  readonly #isRebuilt: boolean;

  /** @param incremental What an incremental stream starts with; `undefined` for a snapshot. */
  constructor(table: TableInfo, incremental?: IncrementalMemory) {
    this.primaryKey = (table.unique[0] ?? []).map((column) => [column]);
    this.#schema = new TableSchema(table.columns);
    this.#incremental = incremental;
    const { watermark, cursor, published, remembered } = incremental ?? {};
    this.#isRebuilt = published === undefined && remembered?.isEmpty === false;
    if (watermark) this.#highest = cursor?.rankOf(watermark);
  }

  get schema(): unknown {
    return this.#schema.toStructType();
  }

  get watermark(): string | null {
    return this.#highest === undefined
      ? null
      : this.#incremental?.cursor.jsonOf(this.#highest) ?? null;
  }

  decide({ bytes, fault, isTooLarge }: SourceRecord): RecordDecision {
    if (fault !== undefined) {
      return { code: isTooLarge ? "record-too-large" : "record-invalid", message: fault };
    }
    const needsValues = this.#schema.needsValues(bytes);
    const text = this.#incremental || needsValues ? decoder.decode(bytes) : "";
    if (this.#incremental !== undefined) {
      const mark = markOf(text, this.#incremental);
      if (mark === undefined) {
        const message = `no watermark can place its "${this.#incremental.column}"`;
        return { code: "record-cursor-missing", message };
      }
      if (!this.#accept(mark, this.#incremental)) return "duplicate";
      if (this.#isRebuilt && !isNew(bytes, this.#incremental)) return "duplicate";
    }
    if (needsValues) this.#schema.add(JSON.parse(text), bytes);
    return "new";
  }

  isPublished({ bytes, fault }: SourceRecord): boolean {
    if (this.#incremental === undefined || fault !== undefined) return false;
    const { published, remembered } = this.#incremental;
    const mark = markOf(decoder.decode(bytes), this.#incremental);
    const isKnown = mark !== undefined && (published?.has(mark.record) === true ||
      this.#isRebuilt && remembered.has(hashOf(bytes)));
    if (isKnown) this.#reach(mark.rank, this.#incremental);
    return isKnown;
  }

  async replay(staged: StagedLines): Promise<void> {
    for await (const { bytes } of stagedRecordsOf(staged)) this.decide({ bytes, value: undefined });
  }

  async boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined> {
    if (this.#incremental === undefined) return undefined;
    const { cursor, published = new Set(), oldest } = this.#incremental;
    // A row that this read has not brought is known by its hash alone: hashes go on deciding.
    if (this.#isRebuilt) return undefined;
    if (advanced) {
      this.#prune(cursor);
      // Those that a read would see again after a reset, too.
      const back = oldest === undefined ? undefined : cursor.rankOf(oldest);
      const from = back === undefined ? undefined : cursor.from(back);
      const next = this.#highest === undefined ? undefined : cursor.from(this.#highest);
      const kept = [...published].filter((record) => {
        if (from === undefined || next === undefined) return true;
        const rank = rankIn(record, next);
        return rank >= from || rank >= next;
      });
      return [...kept, ...this.#recent.keys()];
    }
    const all = new Set([...published, ...this.#recent.keys()]);
    if (!this.#pruned) return [...all];
    for await (const { bytes } of stagedRecordsOf(staged)) {
      const mark = markOf(decoder.decode(bytes), this.#incremental);
      if (mark !== undefined) all.add(mark.record);
    }
    return [...all];
  }

  /** Remembers the rows of this run as those of earlier ones are: in a boundary, or by their hashes. */
  intend(): void {
    if (this.#isRebuilt) this.#incremental?.intend();
  }

  /** Closes what the hashes needed. */
  [Symbol.dispose](): void {
    this.#incremental?.remembered[Symbol.dispose]();
  }

  /** Says `false` if an earlier run has published the row. */
  #accept(
    { rank, record }: { readonly rank: Rank; readonly record: string },
    incremental: IncrementalMemory,
  ): boolean {
    const { cursor, published } = incremental;
    this.#reach(rank, incremental);
    if (published?.has(record)) return false;
    this.#recent.set(record, rank);
    if (this.#recent.size >= this.#pruneAt) {
      this.#prune(cursor);
      this.#pruneAt = Math.max(PRUNE_EVERY, this.#recent.size * 2);
    }
    return true;
  }

  #reach(rank: Rank, { cursor, now }: IncrementalMemory): void {
    const reached = cursor.bounded(rank, now);
    if (this.#highest === undefined || reached > this.#highest) this.#highest = reached;
  }

  #prune(cursor: Cursor): void {
    if (this.#highest === undefined) return;
    const from = cursor.from(this.#highest);
    for (const [record, rank] of this.#recent) {
      if (rank >= from) continue;
      this.#recent.delete(record);
      this.#pruned = true;
    }
  }
}

/** Remembers a row; says `false` if it was remembered already. */
function isNew(bytes: Uint8Array, { remembered }: IncrementalMemory): boolean {
  const hash = hashOf(bytes);
  if (remembered.has(hash)) return false;
  remembered.add(hash);
  return true;
}

/** Returns a row's rank, and that with what says which row it is as one text. */
function markOf(text: string, { cursor, keys }: IncrementalMemory) {
  FIELD.lastIndex = 0;
  const values: string[] = [];
  for (let at = 0; at < Math.max(1, keys); at++) values.push(FIELD.exec(text)?.[1] ?? "null");
  const rank = cursor.rankOf(values[0] ?? "null");
  if (rank === undefined) return undefined;
  const record = JSON.stringify([String(rank), ...(keys === 0 ? [text] : values)]);
  return { rank, record };
}

function rankIn(record: string, like: Rank): Rank {
  const [rank = ""] = JSON.parse(record) as string[];
  return typeof like === "bigint" ? BigInt(rank) : rank;
}
