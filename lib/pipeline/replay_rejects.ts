import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  countOpenRejects,
  knowsQuarantine,
  quarantinedRejects,
  quarantinesOf,
  type StreamName,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { StorageError, UsageError } from "../errors/mod.ts";
import { type DotPath, parseExactly } from "../grammar/mod.ts";
import { attempt, exists } from "../io/mod.ts";
import { keyText, laterVersions, quarantineFolder } from "../lake/mod.ts";
import { countOf } from "../terminal/mod.ts";
import type { RecordBatch, RecordMemory, SourceRecord } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecordsOf } from "./staging.ts";
import { streamId } from "./source_type.ts";
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
  readonly field?: string;
  readonly raw?: string;
  readonly raw_base64?: string;
}

/** A rejected record, as it is sent through again. */
export type RejectedRecord = SourceRecord & {
  readonly reject: NonNullable<SourceRecord["reject"]>;
};

/** Where rejects are. */
export interface RejectPlaces {
  readonly db: Database;
  /** Folder of the lake. */
  readonly lake: string;
  readonly signal?: AbortSignal;
}

/** Yields the open rejects of a stream of records that are kept as they were sent, in their order. */
export async function* rejectedRecords(
  { db, lake, signal = new AbortController().signal }: RejectPlaces,
  { source, stream }: StreamName,
): AsyncGenerator<RejectedRecord> {
  for (const { run_id, path } of quarantinesOf(db, { source, stream })) {
    const noted = quarantinedRejects(db, { source, stream, run_id });
    let at = 0;
    const lines = { path: join(lake, path), signal };
    for await (const { value } of stagedRecordsOf(lines)) {
      const line = value as RejectLine;
      const one = noted[at++];
      if (one?.code !== line.code) throw altered(path);
      const bytes = rawOf(line);
      if (one.open === 0 || NOT_AS_SENT.has(one.code) || bytes.length !== one.bytes) continue;
      const field = line.code === "record-check" ? line.field : undefined;
      const reject = { id: one.reject_id, run_id, hashed: one.hashed, field };
      yield { bytes, ...parsed(bytes), reject };
    }
    if (at !== noted.length) throw altered(path);
  }
}

/**
 * Returns what a replay of a stream would send, for people.
 *
 * @throws {UsageError} As the replay itself, by {@linkcode refuseUnknown}.
 */
export async function replayNote(places: RejectPlaces, name: StreamName): Promise<string> {
  refuseUnknown(places, name);
  let sent = 0;
  for await (const _ of rejectedRecords(places, name)) sent++;
  const kept = countOpenRejects(places.db, name) - sent;
  const others = kept === 0
    ? ""
    : `; ${kept} more stay there, of which quarantine has not what was sent`;
  const unknown = unknownRejects(places, name);
  const lost = unknown === undefined ? "" : `; ${unknown}`;
  return `${streamId(name)}: ${
    countOf(sent, "record")
  } in quarantine would be sent through again${others}${lost}`;
}

/**
 * Refuses to replay a stream without open rejects if it has some that the audit database does not know, as after a
 * rebuild: that there is nothing to do would be wrong.
 *
 * @throws {UsageError} That says where they are.
 */
export function refuseUnknown(places: RejectPlaces, name: StreamName): void {
  if (countOpenRejects(places.db, name) > 0) return;
  const unknown = unknownRejects(places, name);
  if (unknown === undefined) return;
  throw new UsageError("usage", `Cannot replay ${streamId(name)}: ${unknown}`);
}

/** Says that there are rejects of runs which the audit database does not know. */
function unknownRejects({ db, lake }: RejectPlaces, name: StreamName): string | undefined {
  const folder = quarantineFolder(name);
  const path = join(lake, folder);
  if (!exists(path)) return undefined;
  const unknown = attempt("list", path, () => [...Deno.readDirSync(path)])
    .filter((one) => !knowsQuarantine(db, `${folder}/${one.name}`)).length;
  return unknown === 0
    ? undefined
    : `the audit database does not know the rejects in ${
      countOf(unknown, "file")
    } of "${folder}", ` +
      "as one that was rebuilt does not; they come in only if the source sends them again";
}

/** Returns the bytes that a line of quarantine holds. */
function rawOf({ raw, raw_base64 }: Pick<RejectLine, "raw" | "raw_base64">): Uint8Array {
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
    for await (const record of rejectedRecords(placesOf(this.#ctx), this.#record.key)) {
      if (++count <= done) continue;
      records.push(record);
      bytes += record.bytes.length;
      if (records.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) yield batch();
    }
    if (records.length > 0) yield batch();
    return { stopReason: "replayed", evidence: ["replayed"], contradictions: [] };
  }

  /** Says whether readers have it already, or a later version of it. */
  isPublished(record: SourceRecord): boolean {
    const { reject, bytes, value } = record;
    const { primaryKey = [] } = this.#memory;
    if (this.#taken.has(hashOf(bytes))) return true;
    if (primaryKey.length === 0 || reject === undefined) return false;
    const later = this.#later.get(exactKey(record, primaryKey));
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
    for await (const record of rejectedRecords(placesOf(this.#ctx), this.#record.key)) {
      const { reject } = record;
      keys.add(exactKey(record, primaryKey));
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

function exactKey(
  { bytes, value, fault }: SourceRecord,
  primaryKey: readonly DotPath[],
): string {
  const exact = fault === undefined ? parseExactly(decoder.decode(bytes)) : value;
  return keyText(exact, primaryKey);
}

function placesOf({ db, disk, signal }: RunContext): RejectPlaces {
  return { db, lake: disk.root, signal };
}

type Rank = number | string | undefined;

function stagedIfAny(ctx: RunContext, record: StreamRecord) {
  return record.row.written > 0 ? stagedRecordsOf(ctx.stagedRecords(record.row)) : [];
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
