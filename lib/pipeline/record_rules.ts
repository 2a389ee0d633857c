import { Buffer } from "node:buffer";
import { newestSeen, saveChecks } from "../audit/mod.ts";
import { hasHalfSurrogate, hasLongNumber, isTooDeep } from "../grammar/mod.ts";
import {
  type CheckTally,
  PrivacyFilter,
  type PrivacyRules,
  RecordChecks,
  UncoveredValueError,
  type Violation,
} from "../quality/mod.ts";
import type { Reject } from "../errors/mod.ts";
import { logEvent } from "../logging/mod.ts";
import type { ContractFilter } from "./contract_filter.ts";
import { mayHide } from "./private_schema.ts";
import { withheld } from "./withheld.ts";
import type { RecordFault, RecordMemory, SourceRecord, StagedLines } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecordsOf } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const NONE: readonly Violation[] = [];
const NOTHING = new Uint8Array();

/** A record as the rules leave it. */
export interface RuledRecord {
  readonly record: SourceRecord;
  /** Its bytes before the contract left columns out. */
  readonly asSent: Uint8Array;
  /** Why it is rejected, whatever its memory says. */
  readonly fault: RecordFault | undefined;
  /** Rules of checks that it breaks; not counted yet. */
  readonly violations: readonly Violation[];
  /** What is kept of what it means, if the checks asked. */
  readonly value: unknown;
}

/** What the configuration asks of the records of a stream, before its memory decides on them. */
export class RecordRules {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  readonly #privacy: (sent: SourceRecord) => PrivacyFilter | undefined;
  readonly #filter: PrivacyFilter | undefined;
  readonly #contract: ContractFilter | undefined;
  #checks: RecordChecks | undefined;

  /** Goes on with what was counted before a stop. */
  constructor(ctx: RunContext, record: StreamRecord, memory: RecordMemory) {
    this.#ctx = ctx;
    this.#record = record;
    const filter = record.privacy && new PrivacyFilter(record.privacy);
    this.#privacy = privacyOf(record.privacy, filter);
    this.#filter = filter;
    // A reject has lost what is dropped before it is sent through again.
    if (filter !== undefined && ctx.replay === undefined) record.contract.watch(filter);
    this.#contract = record.contract.filter(memory);
    this.#checks = this.#newChecks(record.found as readonly CheckTally[]);
  }

  /** Applies the rules to a record as it was sent. */
  apply(sent: SourceRecord): RuledRecord {
    const privacy = this.#privacy(sent);
    const allowed = privacy === undefined ? sent : withoutPrivate(sent, privacy);
    const { record, fault: misfit } = this.#fit(allowed);
    const value = this.#checks && valueOf(record);
    // Checks see what was sent: of what privacy and the contract leave, an address would be none any more.
    const violations = value === undefined ? NONE : this.#checks?.violations(
      record === sent ? value : valueOf(sent),
      { kept: value, reject: sent.reject },
    ) ?? NONE;
    const fault = unreadable(record) ?? rejecting(violations) ?? misfit;
    return { record, asSent: allowed.bytes, fault, violations, value };
  }

  /** Has the contract look at a record, if it does at each. */
  #fit(record: SourceRecord): { readonly record: SourceRecord; readonly fault?: RecordFault } {
    // What is no object has no columns.
    return this.#contract?.apply(record, valueOf(record)) ?? { record };
  }

  /** What is no record has no columns that could be left out: nothing of it is kept but its length. */
  guard<Piece extends { readonly message: string; readonly raw: Uint8Array }>(piece: Piece): Piece {
    if (this.#record.privacy === undefined) return piece;
    return { ...piece, message: noRecord(piece.raw), raw: NOTHING };
  }

  /** Returns a reject without what may be private under a new name, which no column that is published would show. */
  guardReject(reject: Reject, sent: SourceRecord): Reject {
    const { privacy, contract } = this.#record;
    // One that is sent through again has lost what is dropped.
    if (privacy === undefined || reject.raw.length === 0 || sent.reject !== undefined) {
      return reject;
    }
    const filter = new PrivacyFilter(privacy);
    const value = valueOf(withoutPrivate({ ...sent, value: undefined }, filter));
    const { dropped } = filter;
    if (!mayHide(value, { known: contract.known(), dropped }, privacy)) return reject;
    const message = `${reject.message}; ${withheld(sent.bytes)}`;
    return { ...reject, message, raw: NOTHING };
  }

  /** Counts what a record breaks that is written. */
  keep({ record, violations, value }: RuledRecord): void {
    this.#contract?.keep(record.value);
    this.#checks?.count(violations);
    this.#checks?.keep(value);
  }

  /** Counts what a record breaks that is rejected for it. */
  reject({ fault, violations }: RuledRecord): void {
    if (fault?.code === "record-check") this.#checks?.count(violations);
  }

  /** Forgets what was read. */
  clear(): void {
    this.#contract?.clear();
    this.#filter?.dropped.clear();
    this.#checks = this.#newChecks();
  }

  /** Takes in again what is staged. */
  async replay(staged: StagedLines): Promise<void> {
    await this.#contract?.replay(staged);
    if (this.#checks === undefined) return;
    for await (const { value } of stagedRecordsOf(staged)) this.#checks.keep(value);
  }

  /** Returns what the checks found. A read that brings only what is new, or nothing, is as fresh as those before it. */
  end(read: number): readonly CheckTally[] {
    const { rescued = 0 } = this.#contract ?? {};
    if (rescued > 0) logEvent("records-rescued", { records: rescued });
    const goesOn = this.#record.row.mode !== "snapshot" || read === 0;
    this.#checks?.end((field) => goesOn ? newestSeen(this.#ctx.db, this.#record.key, field) : null);
    return this.#checks?.tallies ?? [];
  }

  /** Saves the counts, in the transaction of a checkpoint. */
  save(): void {
    if (this.#checks === undefined) return;
    saveChecks(this.#ctx.db, this.#record.key, this.#checks.tallies);
  }

  /** Columns of which a reject keeps a hash, as JSON; `undefined` if there are none. */
  get hashed(): string | undefined {
    const { hash } = this.#record.privacy ?? {};
    return hash && JSON.stringify(hash.columns);
  }

  #newChecks(before: readonly CheckTally[] = []): RecordChecks | undefined {
    const { checks, privacy } = this.#record;
    if (checks.length === 0) return undefined;
    return new RecordChecks(checks, { before, now: this.#ctx.now(), privacy });
  }
}

/** Returns the filter for a record; one that is sent through again keeps the hashes that it has. */
function privacyOf(
  rules: PrivacyRules | undefined,
  filter: PrivacyFilter | undefined,
): (sent: SourceRecord) => PrivacyFilter | undefined {
  if (rules === undefined) return () => undefined;
  return ({ reject }) => {
    if (rules.hash === undefined || !reject?.hashed) return filter;
    const kept = new Set(
      (JSON.parse(reject.hashed) as unknown[]).map((path) => JSON.stringify(path)),
    );
    const columns = rules.hash.columns.filter((path) => !kept.has(JSON.stringify(path)));
    return new PrivacyFilter({ ...rules, hash: { ...rules.hash, columns } });
  };
}

/** Returns a record with nothing that may not be kept; of one that is not valid nothing is left. */
function withoutPrivate(sent: SourceRecord, filter: PrivacyFilter): SourceRecord {
  const value = valueOf(sent);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && sent.isTooLarge !== true) {
    try {
      const bytes = encoder.encode(filter.apply(decoder.decode(sent.bytes)));
      return { ...sent, bytes, value: JSON.parse(decoder.decode(bytes)) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // nested too deeply
      if (error instanceof UncoveredValueError) {
        const fault = `${error.message}; ${withheld(sent.bytes)}`;
        return { ...sent, bytes: NOTHING, value: undefined, fault };
      }
    }
  }
  return { ...sent, bytes: NOTHING, value: undefined, fault: noRecord(sent.bytes) };
}

function noRecord(bytes: Uint8Array): string {
  return `it is no valid record; ${withheld(bytes)}`;
}

/** What a record means; `undefined` if it is not valid, which its memory finds. */
function valueOf({ value, bytes, fault }: SourceRecord): unknown {
  if (value !== undefined || fault !== undefined) return value;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined; // Its memory rejects it, and says why.
  }
}

/** Returns the first violation if it rejects the record. */
function rejecting([first]: readonly Violation[]): RecordFault | undefined {
  if (first?.tally.severity !== "reject") return undefined;
  const { code, message, field } = first;
  return { code, message, field };
}

/** Says what in a record engines do not read as it was sent; one that is not valid has worse faults. */
function unreadable({ bytes, fault }: SourceRecord): RecordFault | undefined {
  if (fault !== undefined) return undefined;
  const { buffer, byteOffset, length } = bytes;
  const view = Buffer.from(buffer, byteOffset, length);
  const isSuspect = view.includes("\\ud") || view.includes("\\uD");
  const message = isSuspect && hasHalfSurrogate(view.toString())
    ? "a text in the record holds half of a surrogate pair"
    : hasLongNumber(bytes)
    ? "a number in the record has more than 1,000 digits, which Spark does not read"
    : isTooDeep(bytes)
    ? "the record is nested deeper than 1,000 levels, which Spark does not read"
    : undefined;
  return message === undefined ? undefined : { code: "record-invalid", message };
}
