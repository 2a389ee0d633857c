import { Buffer } from "node:buffer";
import { newestSeen, saveChecks } from "../audit/mod.ts";
import { hasHalfSurrogate } from "../grammar/mod.ts";
import { type CheckTally, RecordChecks, type Violation } from "../quality/mod.ts";
import type { RecordFault, SourceRecord } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";
import { stagedRecordsOf } from "./staging.ts";
import type { StreamRecord } from "./stream_record.ts";

const decoder = new TextDecoder();
const NONE: readonly Violation[] = [];

/** A record as the rules leave it. */
export interface RuledRecord {
  readonly record: SourceRecord;
  /** Why it is rejected, whatever its memory says. */
  readonly fault: RecordFault | undefined;
  /** Rules of checks that it breaks; not counted yet. */
  readonly violations: readonly Violation[];
  /** What it means, if the checks asked. */
  readonly value: unknown;
}

/** What the configuration asks of the records of a stream, before its memory decides on them. */
export class RecordRules {
  readonly #ctx: RunContext;
  readonly #record: StreamRecord;
  #checks: RecordChecks | undefined;

  /** Goes on with what was counted before a stop. */
  constructor(ctx: RunContext, record: StreamRecord) {
    this.#ctx = ctx;
    this.#record = record;
    this.#checks = this.#newChecks(record.found as readonly CheckTally[]);
  }

  /** Applies the rules to a record as it was sent. */
  apply(sent: SourceRecord): RuledRecord {
    const value = this.#checks && valueOf(sent);
    const violations = value === undefined ? NONE : this.#checks?.violations(value) ?? NONE;
    const fault = halfSurrogate(sent) ?? rejecting(violations);
    return { record: sent, fault, violations, value };
  }

  /** Counts what a record breaks that is written. */
  keep({ violations, value }: RuledRecord): void {
    this.#checks?.count(violations);
    this.#checks?.keep(value);
  }

  /** Counts what a record breaks that is rejected for it. */
  reject({ fault, violations }: RuledRecord): void {
    if (fault?.code === "record-check") this.#checks?.count(violations);
  }

  /** Forgets what was read. */
  clear(): void {
    this.#checks = this.#newChecks();
  }

  /** Takes in again what is staged. */
  async replay(path: string): Promise<void> {
    if (this.#checks === undefined) return;
    for await (const { value } of stagedRecordsOf(path)) this.#checks.keep(value);
  }

  /** Returns what the checks found. A read that brings only what is new, or nothing, is as fresh as those before it. */
  end(read: number): readonly CheckTally[] {
    const goesOn = this.#record.row.mode !== "snapshot" || read === 0;
    this.#checks?.end((field) => goesOn ? newestSeen(this.#ctx.db, this.#record.key, field) : null);
    return this.#checks?.tallies ?? [];
  }

  /** Saves the counts, in the transaction of a checkpoint. */
  save(): void {
    if (this.#checks === undefined) return;
    saveChecks(this.#ctx.db, this.#record.key, this.#checks.tallies);
  }

  #newChecks(before: readonly CheckTally[] = []): RecordChecks | undefined {
    const { checks } = this.#record;
    if (checks.length === 0) return undefined;
    return new RecordChecks(checks, { before, now: this.#ctx.now() });
  }
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

/** No engine reads such a text as it was sent; a record that is not valid has worse faults. */
function halfSurrogate({ bytes, fault }: SourceRecord): RecordFault | undefined {
  const { buffer, byteOffset, length } = bytes;
  const view = Buffer.from(buffer, byteOffset, length);
  const isSuspect = view.includes("\\ud") || view.includes("\\uD");
  if (!isSuspect || fault !== undefined || !hasHalfSurrogate(view.toString())) return undefined;
  return { code: "record-invalid", message: "a text in the record holds half of a surrogate pair" };
}
