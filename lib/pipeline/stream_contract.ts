import type { StreamRow } from "../audit/mod.ts";
import { formatDotPath } from "../grammar/mod.ts";
import type { PrivacyFilter, PrivacyRules } from "../quality/mod.ts";
import type { StructType } from "../schema/mod.ts";
import { type Contract, type ContractMode, contractOf, knownColumns } from "./contract.ts";
import { ContractFilter, withRescued } from "./contract_filter.ts";
import { privateSchema } from "./private_schema.ts";
import type { RecordMemory } from "./record_batch.ts";
import type { RunContext } from "./run_context.ts";

const NO_COLUMNS: StructType = { type: "struct", fields: [] };

/** What a stream of a configuration asks of its columns. */
export interface ColumnRules {
  /** What becomes of changed columns. */
  readonly mode: ContractMode;
  /** What may not be kept of its records. @default all may */
  readonly privacy: PrivacyRules | undefined;
}

/** The columns of one stream of a run, and what its contract makes of them. */
export class StreamContract {
  readonly #ctx: RunContext;
  readonly #row: StreamRow;
  readonly #rules: ColumnRules;
  #known: StructType | undefined;
  #filter: ContractFilter | undefined;
  #dropped: ReadonlySet<string> | undefined;

  /** @param row The stream in its run. */
  constructor(ctx: RunContext, row: StreamRow, rules: ColumnRules) {
    this.#ctx = ctx;
    this.#row = row;
    this.#rules = rules;
  }

  /** Returns the columns before this read; `undefined` if nothing was published yet. */
  known(): StructType | undefined {
    return this.#known ??= knownColumns(this.#ctx.db, this.#row);
  }

  /** Returns what looks at each record: only if the contract rejects or rescues, and none before there is one. */
  filter(memory: RecordMemory): ContractFilter | undefined {
    const { mode } = this.#rules;
    if (mode !== "reject" && mode !== "rescue") return undefined;
    const known = this.known();
    return this.#filter ??= known && new ContractFilter(known, mode, memory);
  }

  /** Compares by what privacy leaves out of the records that are read from now on. */
  watch({ dropped }: PrivacyFilter): void {
    this.#dropped = dropped;
  }

  /** Returns the columns as they are published. */
  published(memory: RecordMemory): StructType {
    const read = this.#read(memory);
    return this.filter(memory)?.published(read) ?? read;
  }

  /**
   * Compares the columns with those that were known.
   *
   * @param memory `undefined` for a stream of files, whose columns no contract has.
   */
  compare(
    memory: RecordMemory | undefined,
    { isComplete }: { readonly isComplete: boolean },
  ): Contract {
    const { db, now } = this.#ctx;
    const schema = memory === undefined ? NO_COLUMNS : this.published(memory);
    const contract = contractOf(db, this.#row, {
      schema,
      // A column that was left out of all records is in none.
      read: memory === undefined ? schema : withRescued(this.#read(memory), schema),
      isWhole: memory?.columns !== undefined || isComplete && this.#row.mode === "snapshot",
      rescued: this.#filter?.changes,
      now: now(),
    });
    // A table says its columns whatever rows were read.
    const given = memory?.columns?.map(({ name }) => formatDotPath([name])) ?? [];
    return { ...contract, dropped: this.#dropped && new Set([...this.#dropped, ...given]) };
  }

  #read({ schema }: RecordMemory): StructType {
    return privateSchema(schema as StructType, this.#rules.privacy);
  }
}
