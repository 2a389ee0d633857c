import { createHash } from "node:crypto";
import { join } from "node:path";
import { quarantinedRejects, quarantinesOf } from "../audit/mod.ts";
import { StorageError } from "../errors/mod.ts";
import { keyText, laterVersions } from "../lake/mod.ts";
import type { RecordBatch, RecordMemory, SourceRecord } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecordsOf } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";
import type { ReadEnd } from "./verdict.ts";

const BATCH_RECORDS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** What is in quarantine of these is not what was sent: a page, or a record without the credential that it held. */
const NOT_AS_SENT: ReadonlySet<string> = new Set(["page-failed", "record-credential"]);
const decoder = new TextDecoder();

/** A line of a quarantine file. */
interface RejectLine {
  readonly code: string;
  readonly raw?: string;
  readonly raw_base64?: string;
}

/** A rejected record, as it is sent through again. */
export type RejectedRecord = SourceRecord & {
  readonly reject: NonNullable<SourceRecord["reject"]>;
};

/** Yields the open rejects of a stream of records, in their order, as they were kept. */
export async function* rejectedRecords(
  ctx: RunContext,
  { key }: StreamRecord,
): AsyncGenerator<RejectedRecord> {
  for (const { run_id, path } of quarantinesOf(ctx.db, key)) {
    const noted = quarantinedRejects(ctx.db, { ...key, run_id });
    let at = 0;
    const lines = { path: join(ctx.disk.root, path), signal: ctx.signal };
    for await (const { value } of stagedRecordsOf(lines)) {
      const line = value as RejectLine;
      const one = noted[at++];
      if (one?.code !== line.code) throw altered(path);
      const bytes = rawOf(line);
      if (one.open === 0 || NOT_AS_SENT.has(one.code) || bytes.length !== one.bytes) continue;
      const reject = { id: one.reject_id, run_id, hashed: one.hashed };
      yield { bytes, ...parsed(bytes), reject };
    }
    if (at !== noted.length) throw altered(path);
  }
}

/** Returns the bytes that a line of quarantine holds. */
function rawOf({ raw, raw_base64 }: Omit<RejectLine, "code">): Uint8Array {
  return raw_base64 === undefined
    ? new TextEncoder().encode(raw ?? "")
    : Uint8Array.fromBase64(raw_base64);
}

function parsed(bytes: Uint8Array): Pick<SourceRecord, "value" | "fault"> {
  try {
    return { value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return { value: undefined, fault: "it is no valid JSON" };
  }
}

function altered(path: string): StorageError {
  return new StorageError(
    "lake-damaged",
    `Cannot replay "${path}": its lines are not those that the audit database knows`,
    { context: { path } },
  );
}

/** Rejected records that are sent through again, and what was published since they were rejected. */
export class Replay {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  readonly #memory: RecordMemory;
  /** Newest version of a key that was published after one of its rejects. */
  readonly #later = new Map<string, { readonly run_id: string; readonly rank: Rank }>();
  /** Hashes of what was taken in by this replay: what came every night was rejected every night. */
  readonly #taken = new Set<string>();

  private constructor(ctx: RunContext, record: StreamRecord, memory: RecordMemory) {
    this.#ctx = ctx;
    this.#record = record;
    this.#memory = memory;
  }

  /** Looks for what was published since. */
  static async open(ctx: RunContext, record: StreamRecord, memory: RecordMemory): Promise<Replay> {
    const replay = new Replay(ctx, record, memory);
    await replay.#findLater();
    for await (const { bytes } of stagedIfAny(ctx, record)) replay.#taken.add(hashOf(bytes));
    return replay;
  }

  /** Yields them in batches; the position is how many were yielded. */
  async *batches(position: unknown): AsyncGenerator<RecordBatch, ReadEnd> {
    const done = Number(position ?? 0);
    let [count, number] = [0, this.#record.row.pages];
    let [records, bytes]: [RejectedRecord[], number] = [[], 0];
    const batch = () => {
      const full = { records, position: count, number: ++number, requests: 0, bytes };
      [records, bytes] = [[], 0];
      return full;
    };
    for await (const record of rejectedRecords(this.#ctx, this.#record)) {
      if (++count <= done) continue;
      records.push(record);
      bytes += record.bytes.length;
      if (records.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) yield batch();
    }
    if (records.length > 0) yield batch();
    return { stopReason: "replayed", evidence: ["replayed"], contradictions: [] };
  }

  /** Says whether readers have it already, or a later version of it. */
  isPublished({ reject, bytes, value }: SourceRecord): boolean {
    const { primaryKey = [] } = this.#memory;
    if (this.#taken.has(hashOf(bytes))) return true;
    if (primaryKey.length === 0 || reject === undefined) return false;
    const later = this.#later.get(keyText(value, primaryKey));
    if (later === undefined) return false;
    const rank = this.#memory.rankOf?.(value);
    if (rank !== undefined && later.rank !== undefined && later.rank !== rank) {
      return later.rank > rank;
    }
    return later.run_id > reject.run_id;
  }

  /** Remembers what is taken in. */
  keep({ bytes }: SourceRecord): void {
    this.#taken.add(hashOf(bytes));
  }

  async #findLater(): Promise<void> {
    const { db, disk, signal } = this.#ctx;
    const { primaryKey = [], rankColumns = [] } = this.#memory;
    if (primaryKey.length === 0) return;
    const keys = new Set<string>();
    let since: string | undefined;
    for await (const { value, reject } of rejectedRecords(this.#ctx, this.#record)) {
      keys.add(keyText(value, primaryKey));
      if (since === undefined || reject.run_id < since) since = reject.run_id;
    }
    if (since === undefined) return;
    const { source, stream, run_id: own } = this.#record.key;
    const about = { source, stream, since, primaryKey, keys, columns: rankColumns };
    for await (
      const { key, run_id, record } of laterVersions(db, { ...about, lake: disk.root, signal })
    ) {
      const rank = this.#memory.rankOf?.(record);
      const before = this.#later.get(key)?.rank;
      if (run_id === own || before !== undefined && rank !== undefined && rank < before) continue;
      this.#later.set(key, { run_id, rank });
    }
  }
}

type Rank = number | string | undefined;

function stagedIfAny(ctx: RunContext, record: StreamRecord) {
  return record.row.written > 0 ? stagedRecordsOf(ctx.stagedRecords(record.row)) : [];
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
