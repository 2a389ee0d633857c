import {
  type ContractRow,
  insertContract,
  newestContract,
  readJson,
  type StreamRow,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { logEvent } from "../logging/mod.ts";
import { diffSchemas, nextSchema, type SchemaChange, type StructType } from "../schema/mod.ts";

/** What becomes of a read whose columns are not those of the contract. */
export const CONTRACT_MODES = ["evolve", "freeze", "reject", "rescue"] as const;

/** One of {@linkcode CONTRACT_MODES}. */
export type ContractMode = (typeof CONTRACT_MODES)[number];

/** The columns of a stream as a read leaves them. */
export interface Contract {
  /** What differs from the newest version. */
  readonly changes: readonly SchemaChange[];
  /** The version that publishing it adds; `undefined` if it adds none. */
  readonly next: ContractRow | undefined;
}

/**
 * Compares the columns of a read with the contract of its stream.
 *
 * @param about `isWhole`: whether these are all records that there are, so that a column may be gone.
 */
export function contractOf(
  db: Database,
  row: StreamRow,
  about: { readonly schema: StructType; readonly isWhole: boolean; readonly now: number },
): Contract {
  const { source, stream, run_id } = row;
  const { schema, now } = about;
  const known = newestContract(db, row);
  if (schema.fields.length === 0) return { changes: [], next: undefined };
  const before = known && readJson(db, "contracts", known.schema) as StructType;
  const after = before === undefined ? schema : nextSchema(before, schema, about.isWhole);
  const changes = before === undefined ? [] : diffSchemas(before, after);
  const isSame = known !== undefined && JSON.stringify(before) === JSON.stringify(after);
  const next = isSame ? undefined : {
    source,
    stream,
    version: (known?.version ?? 0) + 1,
    run_id,
    decided_at: new Date(now).toISOString(),
    schema: JSON.stringify(after),
    changes: JSON.stringify(changes),
  };
  return { changes, next };
}

/** Returns the columns of the newest version; `undefined` if nothing was ever published. */
export function knownColumns(db: Database, row: StreamRow): StructType | undefined {
  const known = newestContract(db, row);
  return known && readJson(db, "contracts", known.schema) as StructType;
}

/** Adds what a read has found to the contract, in the transaction that intends to publish it. */
export function keepContract(db: Database, { next }: Contract): void {
  if (next !== undefined) insertContract(db, next);
}

/** Logs what has changed. */
export function logContract({ changes }: Contract): void {
  for (const { change, field, from, to } of changes) {
    logEvent("contract-changed", { change, field, from: from ?? undefined, to: to ?? undefined });
  }
}

/** Says one change in words. */
export function changeInWords({ change, field, from, to }: SchemaChange): string {
  switch (change) {
    case "added":
      return `"${field}" (${to}) is new`;
    case "removed":
      return `"${field}" (${from}) is gone`;
    case "renamed":
      return `"${field}" is new and "${from}" of its type is gone: renamed, it seems`;
    case "retyped":
      return `"${field}" was ${from} and is ${to}`;
    default:
      return `"${field}" is missing in some records`;
  }
}
