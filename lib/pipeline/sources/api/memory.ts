import { type DotPath, isMoment, type TimeValue } from "../../../grammar/mod.ts";
import { checkRecord, keyOf } from "../../../quality/mod.ts";
import { SchemaInference } from "../../../schema/mod.ts";
import { isZonelessWatermark, parseWatermark, watermarkText } from "../../cursor.ts";
import type { Backfill } from "../../parse_backfill.ts";
import type { ApiMemoryOptions } from "./memory_options.ts";
import type {
  RecordDecision,
  RecordMemory,
  SourceRecord,
  StagedLines,
} from "../../record_batch.ts";
import { stagedRecordsOf } from "../../staging.ts";
import { placeInRange } from "./backfill.ts";
import { cursorIn, keysWithoutVersion, versionsIn } from "./boundary_records.ts";
import { brokenRecord } from "./broken_record.ts";
import { credentialFault, type Credentials } from "../_credentials.ts";
import { RecordFields } from "./record_fields.ts";
import type { ApiStream } from "./schema.ts";
import { RepeatedKey } from "./repeated_key.ts";
import { ShownBoundary } from "./shown_boundary.ts";
import { hashOf, type RememberedRecords } from "../../../audit/mod.ts";
import { askedFrom, keptFrom, rangeOf } from "./watermark.ts";

/** Records that are kept before those outside the lag are dropped: 200 to 300 bytes each. */
const PRUNE_EVERY = 4096;
const decoder = new TextDecoder();

/** What a record is known by: its place among the others, its bytes, and both with its key as one text. */
interface Mark {
  readonly cursor: TimeValue;
  readonly hash: Uint8Array;
  /** The hash as a text. */
  readonly version: string;
  readonly record: string;
}

/**
 * Decides on the records of an API and remembers their schema, the highest cursor value and the records inside the
 * lag, which the next run will see again.
 */
export class ApiMemory implements RecordMemory {
  readonly #stream: ApiStream;
  readonly #fields: RecordFields;
  /** Paths of what tells two records apart: the cursor and the key. */
  readonly #identity: readonly DotPath[];
  readonly #repeatedKey: RepeatedKey;
  readonly #schema = new SchemaInference();
  /** Boundary records of this run with their cursor value. */
  #recent = new Map<string, number | string>();
  /** Boundary records of earlier runs. */
  readonly #published: ReadonlySet<string>;
  /** Whether earlier runs' records are known by their hashes, for there is no boundary. */
  readonly #isRebuilt: boolean;
  /** Their versions: the key may have been another one. */
  readonly #versions: ReadonlySet<string>;
  /** Those that an earlier release kept without their version. */
  readonly #isKnownByKey: ReadonlySet<string>;
  readonly #backfill: Backfill | undefined;
  readonly #credentials: Credentials;
  readonly #remembered: RememberedRecords | undefined;
  /** From where the read expects records, and from where the user does. */
  readonly #range: ReturnType<typeof rangeOf>;
  readonly #now: number;
  /** Whether the API begins where it is asked to. */
  readonly shown: ShownBoundary;
  /** Runs in the transaction that intends to publish. */
  readonly intend: () => void;
  /** How many records were older than the read asked for. */
  #older = 0;
  readonly #asked: TimeValue | undefined;
  #highest: number | string | undefined;
  #isZoneless = false;
  #pruneAt = PRUNE_EVERY;
  #pruned = false;

  /** @param stream Its configuration. */
  constructor(stream: ApiStream, options: ApiMemoryOptions) {
    const { published = new Set<string>(), watermark, backfill, from, knownTo } = options;
    this.#stream = stream;
    this.#backfill = backfill;
    this.#credentials = options.credentials;
    this.#remembered = options.remembered;
    this.#published = published;
    this.#isRebuilt = options.published === undefined && this.#remembered?.isEmpty === false;
    this.#now = options.now;
    this.intend = options.intend;
    this.#fields = new RecordFields(stream);
    const { cursor, primaryKey } = this.#fields;
    const left = { published: options.published, from: backfill === undefined ? from : null };
    this.shown = new ShownBoundary(stream, this.#fields, left);
    this.#repeatedKey = new RepeatedKey(
      cursor === undefined ? primaryKey : [cursor, ...primaryKey],
    );
    this.#identity = cursor === undefined ? [] : [cursor, ...primaryKey];
    this.#versions = stream.incremental === undefined ? new Set() : versionsIn(published);
    this.#isKnownByKey = stream.incremental === undefined
      ? new Set()
      : keysWithoutVersion(published);
    const { incremental } = stream;
    this.#range = rangeOf(incremental, backfill === undefined ? { from, knownTo } : undefined);
    this.#asked = incremental && from !== null ? askedFrom(from, incremental) : undefined;
    if (incremental !== undefined && watermark !== null) {
      this.#highest = parseWatermark(watermark, incremental.format);
      this.#isZoneless = isZonelessWatermark(watermark);
    }
  }

  get watermark(): string | null {
    const { incremental } = this.#stream;
    if (incremental === undefined || this.#highest === undefined) return null;
    const { format } = incremental;
    return watermarkText(this.#highest, format, this.#isZoneless);
  }

  /** How many records were older than what the parameter asked for. */
  get older(): number {
    return this.#older;
  }

  get primaryKey(): readonly DotPath[] {
    return this.#fields.primaryKey;
  }

  get schema(): unknown {
    return this.#schema.toStructType();
  }

  decide(record: SourceRecord): RecordDecision {
    const { value, bytes } = record;
    const broken = brokenRecord(record, this.#stream.max_record_size);
    if (broken !== undefined) return broken;
    const place = this.#backfill && placeInRange(value, this.#fields, this.#backfill);
    if (place === "outside") return "out-of-range";
    const fault = checkRecord(value, this.#fields);
    if (fault !== undefined) return fault;
    const credential = this.#credentials.in(bytes);
    if (credential !== undefined) return credentialFault(credential);
    const twice = this.#repeatedKey.in(bytes, value);
    if (twice !== undefined) {
      return { code: "record-invalid", message: `the key "${twice}" comes twice in the record` };
    }
    const cursor = this.#fields.cursorOf(value);
    const { incremental } = this.#stream;
    if (incremental !== undefined && cursor === undefined) {
      // No watermark can place it: the next read would bring it again, and nobody could say that it did.
      return { code: "record-cursor-missing", message: this.#fields.wrongCursor(value) };
    }
    if (cursor !== undefined) this.shown.see(cursor, value, bytes);
    const age = cursor === undefined ? "expected" : this.#ageOf(cursor, bytes);
    if (age === "known") return "out-of-range";
    if (age === "published") return age;
    if (!this.#accept(value, bytes)) return "duplicate";
    return age === "late" ? "late" : "new";
  }

  isPublished({ value, bytes }: SourceRecord): boolean {
    const mark = this.#markOf(value, bytes);
    const isKnown = mark !== undefined && (this.#isShown(mark) || this.#remembered?.has(mark.hash));
    if (isKnown) this.#reach(mark.cursor);
    return isKnown === true;
  }

  async replay(staged: StagedLines): Promise<void> {
    for await (const { value, bytes } of stagedRecordsOf(staged)) this.#accept(value, bytes);
  }

  /**
   * Returns the records that the next run will see again.
   *
   * @param advanced Whether the watermark moves to the highest value; if not, the next run begins where this one did.
   * @param staged Path of the records of this run.
   */
  async boundary(advanced: boolean, staged: StagedLines): Promise<readonly string[] | undefined> {
    if (this.#stream.incremental === undefined) return undefined;
    // A record that this read has not brought, or rejected, is known by its hash alone: hashes go on deciding.
    if (this.#isRebuilt) return undefined;
    if (advanced) {
      this.#prune();
      const begin = this.#nextKept();
      const kept = [...this.#published].filter((record) =>
        begin === undefined || cursorIn(record) >= begin
      );
      return [...kept, ...this.#recent.keys()];
    }
    if (!this.#pruned) return [...this.#published, ...this.#recent.keys()];
    const all = new Set(this.#published);
    for await (const { value, bytes } of stagedRecordsOf(staged)) {
      const mark = this.#markOf(value, bytes);
      if (mark !== undefined) all.add(mark.record);
    }
    return [...all];
  }

  [Symbol.dispose](): void {
    this.#remembered?.[Symbol.dispose]();
  }

  /** Takes a checked record in; says `false` if the lake, or this run, has it already. */
  #accept(value: unknown, bytes: Uint8Array): boolean {
    const mark = this.#markOf(value, bytes);
    if (mark !== undefined && !this.#acceptMark(mark)) return false;
    if (mark !== undefined) this.#remembered?.add(mark.hash);
    this.#schema.add(value, bytes);
    return true;
  }

  /** Says what a record is that is older than what the read expects, or that a read before a reset has brought. */
  #ageOf(cursor: TimeValue, bytes: Uint8Array): "expected" | "known" | "late" | "published" {
    if (this.#asked !== undefined && cursor < this.#asked) this.#older++;
    const { kept, known, start } = this.#range;
    const isOld = kept !== undefined && cursor < kept;
    const mayBeKnown = isOld || known !== undefined && cursor < known;
    if (mayBeKnown && this.#remembered?.has(hashOf(bytes)) === true) {
      return isOld ? "known" : "published";
    }
    if (start !== undefined && cursor < start) return "known";
    // What was before the watermark was asked for only to see what is after it, and may be remembered no more.
    if (isOld && this.shown.reach > 0) return "known";
    return isOld ? "late" : "expected";
  }

  #acceptMark(mark: Mark): boolean {
    const { cursor, hash, record } = mark;
    // A record that is known counts as well: after a read that was partial the watermark has yet to reach it.
    this.#reach(cursor);
    if (this.#isShown(mark)) return false;
    if (this.#recent.has(record)) return false;
    this.#recent.set(record, cursor);
    if (this.#recent.size >= this.#pruneAt) {
      this.#prune();
      // Where nearly all records are inside the lag, pruning each time would be quadratic.
      this.#pruneAt = Math.max(PRUNE_EVERY, this.#recent.size * 2);
    }
    return !this.#isRebuilt || this.#remembered?.has(hash) !== true;
  }

  #reach(cursor: TimeValue): void {
    if (this.#isAhead(cursor)) return;
    if (this.#highest === undefined || cursor > this.#highest) this.#highest = cursor;
  }

  /** Whether the boundary has a record. */
  #isShown({ version, record }: Mark): boolean {
    return this.#versions.has(version) || this.#published.has(record);
  }

  /** Returns what a record is known by; `undefined` for one that no watermark can place. */
  #markOf(value: unknown, bytes: Uint8Array): Mark | undefined {
    const cursor = this.#fields.cursorOf(value);
    if (cursor === undefined) return undefined;
    const text = () => decoder.decode(bytes);
    this.#isZoneless ||= this.#fields.isZoneless(value);
    // Two values that compare as equal, in one millisecond for example, are still two.
    const isKeyed = this.#fields.primaryKey.length > 0;
    const key = isKeyed ? keyOf(value, this.#identity, text) : text();
    const hash = hashOf(bytes);
    // Changed again within the moment that the cursor names, it is a later version.
    const version = hash.toString("base64");
    const own = isKeyed && !this.#isKnownByKey.has(key) ? [version] : [];
    return { cursor, hash, version, record: JSON.stringify([cursor, key, ...own]) };
  }

  #prune(): void {
    const begin = this.#nextKept();
    for (const [record, cursor] of this.#recent) {
      if (begin === undefined || cursor >= begin) continue;
      this.#recent.delete(record);
      this.#pruned = true;
    }
  }

  /** A record dated 2099 must not keep the next run from reading what comes before. */
  #isAhead(cursor: TimeValue): boolean {
    const { incremental } = this.#stream;
    const isTime = incremental !== undefined && isMoment(incremental.format);
    return isTime && typeof cursor === "number" && cursor > this.#now;
  }

  /** From where the next run will expect records. */
  #nextKept(): TimeValue | undefined {
    const { incremental } = this.#stream;
    return incremental === undefined || this.watermark === null
      ? undefined
      : keptFrom(this.watermark, incremental);
  }
}
