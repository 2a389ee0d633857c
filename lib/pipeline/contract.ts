import {
  contractChanges,
  type ContractRow,
  insertContract,
  newestContract,
  readJson,
  type StreamRow,
} from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { logEvent } from "../logging/mod.ts";
import {
  diffSchemas,
  nextSchema,
  type SchemaChange,
  type StructField,
  type StructType,
} from "../schema/mod.ts";

/** Column that holds a record as it was sent, if some of its columns do not fit. */
export const RESCUED = "_rescued";

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
  /** The columns before it; `undefined` if nothing was ever published. */
  readonly known: StructType | undefined;
  /** Those of the records that were read. */
  readonly read: StructType;
  /** Dot paths of the columns that privacy has left out of them. @default {nobody knows} */
  readonly dropped?: ReadonlySet<string> | undefined;
}

/**
 * Compares the columns of a read with the contract of its stream.
 *
 * @param about `schema`: the columns as they are published. `isWhole`: whether these are all that there are, so that one
 * may be gone.
 */
export function contractOf(
  db: Database,
  row: StreamRow,
  about: {
    readonly schema: StructType;
    readonly read: StructType;
    readonly isWhole: boolean;
    /** What differed in columns that are rescued. @default [] */
    readonly rescued?: readonly SchemaChange[] | undefined;
    readonly now: number;
  },
): Contract {
  const { source, stream, run_id } = row;
  const { schema, read, now } = about;
  const newest = newestContract(db, row);
  const known = newest && readJson(db, "contracts", newest.schema) as StructType;
  const columns = { known, read };
  if (schema.fields.length === 0) return { changes: [], next: undefined, ...columns };
  const after = known === undefined ? schema : columnsAfter(known, schema, about.isWhole);
  const rescued = unsaid(db, row, about.rescued ?? []);
  const changes = known === undefined ? [] : [...changesIn(known, after), ...rescued];
  const isSame = known !== undefined && rescued.length === 0 &&
    JSON.stringify(known) === JSON.stringify(after);
  const next = isSame ? undefined : {
    source,
    stream,
    version: (newest?.version ?? 0) + 1,
    run_id,
    decided_at: new Date(now).toISOString(),
    schema: JSON.stringify(after),
    changes: JSON.stringify(changes),
  };
  return { changes, next, ...columns };
}

/** A column that is rescued every night is said once. */
function unsaid(db: Database, row: StreamRow, rescued: readonly SchemaChange[]): SchemaChange[] {
  if (rescued.length === 0) return [];
  const said = new Set(
    contractChanges(db, row).flatMap((text) => readJson(db, "contracts", text) as SchemaChange[])
      .filter((change) => change.rescued).map(changeInWords),
  );
  return rescued.filter((change) => !said.has(changeInWords(change)));
}

/** What was rescued is in the records of one night, and readers have its column from then on. */
function columnsAfter(known: StructType, read: StructType, isWhole: boolean): StructType {
  const after = nextSchema(known, read, isWhole);
  const kept = rescuedIn(after).length === 0 ? rescuedIn(known) : [];
  return { ...after, fields: [...after.fields, ...kept] };
}

/** A column of the source that is gone has not become ours. */
function changesIn(known: StructType, after: StructType): SchemaChange[] {
  const own = (one: StructType) => ({
    ...one,
    fields: one.fields.filter(({ name }) => name !== RESCUED),
  });
  const isNew = rescuedIn(known).length === 0 && rescuedIn(after).length > 0;
  const added = { change: "added", field: RESCUED, from: null, to: "string" } as const;
  return [...diffSchemas(own(known), own(after)), ...(isNew ? [added] : [])];
}

function rescuedIn({ fields }: StructType): StructField[] {
  return fields.filter(({ name }) => name === RESCUED);
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
  for (const { change, field, from, to, rescued } of changes) {
    const types = { from: from ?? undefined, to: to ?? undefined };
    logEvent("contract-changed", { change, field, ...types, kept_in: rescued && RESCUED });
  }
}

/** Says one change in words. */
export function changeInWords({ rescued, ...change }: SchemaChange): string {
  return `${differenceInWords(change)}${rescued ? `; in ${RESCUED}` : ""}`;
}

function differenceInWords({ change, field, from, to }: SchemaChange): string {
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
