import { hash } from "node:crypto";
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
import { type Cursor, isBefore, type Rank } from "./cursor.ts";
import { formsOf, type Mark, rankTextOf, RowMarks } from "./row_marks.ts";

/** Over so many complete reads a stream can be reset to a watermark. */
export const REMEMBERED_READS = 7;

/** What stands for a rank in the record of a rejected row; no rank is so. */
const REJECTED = "rejected";
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const PRUNE_EVERY = 50_000;
/** More rejected rows than this are not remembered; the next run rejects the others again. */
const MOST_REJECTED = 50_000;
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
  readonly #marks: RowMarks | undefined;
  readonly #recent = new Map<string, Rank>();
  /** Those of this read. */
  readonly #rejected = new Set<string>();
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
    this.#marks = incremental && marksOf(incremental);
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
      const mark = this.#marks?.next(text);
      if (mark === undefined) {
        const message = `no watermark can place its "${this.#incremental.column}"`;
        return { code: "record-cursor-missing", message };
      }
      if (!this.#accept(mark, this.#incremental)) return "duplicate";
      if (this.#isRebuilt && !isNew(text, this.#incremental)) return "duplicate";
    }
    if (needsValues) this.#schema.add(JSON.parse(text), bytes);
    return "new";
  }

  isPublished({ bytes, fault }: SourceRecord): boolean {
    if (this.#incremental === undefined || fault !== undefined) return false;
    const text = decoder.decode(bytes);
    const mark = this.#marks?.next(text);
    const isKnown = mark !== undefined &&
      (mark.isPublished || this.#isRebuilt && isRemembered(text, this.#incremental));
    if (isKnown) this.#reach(mark.rank, this.#incremental);
    return isKnown;
  }

  wasRejected({ bytes }: SourceRecord): boolean {
    if (this.#incremental === undefined) return false;
    const record = rejectedRecordOf(bytes);
    if (this.#isRebuilt) return !isNew(record, this.#incremental);
    if (this.#rejected.size < MOST_REJECTED) this.#rejected.add(record);
    return this.#incremental.published?.has(record) === true;
  }

  async replay(staged: StagedLines): Promise<void> {
    for await (const { bytes } of stagedRecordsOf(staged)) this.decide({ bytes, value: undefined });
  }

  async boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined> {
    if (this.#incremental === undefined) return undefined;
    // A row that this read has not brought is known by its hash alone: hashes go on deciding.
    if (this.#isRebuilt) return undefined;
    if (advanced) this.#prune(this.#incremental.cursor);
    const recent = new Set(this.#recent.keys());
    if (!advanced && this.#pruned) {
      const marks = marksOf(this.#incremental);
      for await (const { bytes } of stagedRecordsOf(staged)) {
        const mark = marks.next(decoder.decode(bytes));
        if (mark !== undefined) recent.add(mark.record);
      }
    }
    const kept = this.#kept(advanced, this.#incremental, recent);
    return [...new Set([...kept, ...this.#rejected]), ...recent];
  }

  /** Returns those of earlier runs that the next read, or one after a reset, would see again. */
  #kept(
    advanced: boolean,
    { cursor, published = new Set(), oldest }: IncrementalMemory,
    recent: ReadonlySet<string>,
  ): readonly string[] {
    const back = oldest === undefined ? undefined : cursor.rankOf(oldest);
    const from = back === undefined ? undefined : cursor.from(back);
    const next = this.#highest === undefined ? undefined : cursor.from(this.#highest);
    const rows = new Set(recent.values().map((record) => this.#marks?.rowOf(record)));
    return [...published].filter((record) => {
      // What is rejected still was seen again, unless not all was read.
      if (rankTextOf(record) === REJECTED) return !advanced;
      // A row has one version, the latest: should it become what it was, that is one more.
      if (rows.has(this.#marks?.rowOf(record))) return false;
      if (!advanced || from === undefined || next === undefined) return true;
      const rank = rankIn(record, next);
      return !isBefore(rank, from) || !isBefore(rank, next);
    });
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
  #accept({ rank, record, isPublished }: Mark, incremental: IncrementalMemory): boolean {
    const { cursor } = incremental;
    this.#reach(rank, incremental);
    if (isPublished) return false;
    this.#recent.set(record, rank);
    if (this.#recent.size >= this.#pruneAt) {
      this.#prune(cursor);
      this.#pruneAt = Math.max(PRUNE_EVERY, this.#recent.size * 2);
    }
    return true;
  }

  #reach(rank: Rank, { cursor, now }: IncrementalMemory): void {
    this.#highest = cursor.highest(this.#highest, rank, now);
  }

  #prune(cursor: Cursor): void {
    if (this.#highest === undefined) return;
    const from = cursor.from(this.#highest);
    for (const [record, rank] of this.#recent) {
      if (!isBefore(rank, from)) continue;
      this.#recent.delete(record);
      this.#pruned = true;
    }
  }
}

/** A rejected row may have no rank. */
function rejectedRecordOf(bytes: Uint8Array): string {
  return JSON.stringify([REJECTED, hash("sha256", bytes, "hex").slice(0, 24)]);
}

/** Remembers a row; says `false` if it was remembered already. */
function isNew(text: string, incremental: IncrementalMemory): boolean {
  if (isRemembered(text, incremental)) return false;
  incremental.remembered.add(hashOf(encoder.encode(text)));
  return true;
}

function isRemembered(text: string, { remembered }: IncrementalMemory): boolean {
  return formsOf(text).some((form) => remembered.has(hashOf(encoder.encode(form))));
}

function marksOf({ cursor, keys, published = new Set() }: IncrementalMemory): RowMarks {
  return new RowMarks({ cursor, keys, published });
}

function rankIn(record: string, like: Rank): Rank {
  const rank = rankTextOf(record);
  return typeof like === "bigint" ? BigInt(rank) : rank;
}
