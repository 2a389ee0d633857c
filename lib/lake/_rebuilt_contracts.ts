import { decodeTime } from "@std/ulid";
import type { ContractRow } from "../audit/mod.ts";
import { diffSchemas, nextSchema, type StructType } from "../schema/mod.ts";
import { RECORD } from "./_view_parts.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Returns the contract of a stream's columns with its versions, as its manifests made it. Of snapshots that are not kept
 * any more nothing is known, so that a type may be narrower than it was: a frozen contract holds all the more.
 *
 * @param manifests Those of one stream, in the order of their runs.
 */
export function rebuiltContracts(manifests: readonly Manifest[]): ContractRow[] {
  const rows: ContractRow[] = [];
  let before: StructType | undefined;
  for (const manifest of manifests.filter(hasColumns)) {
    const { run_id, source, stream, mode, complete, all_columns = false } = manifest;
    const schema = manifest.schema as StructType;
    const isWhole = all_columns || complete && mode === "snapshot";
    const after = before && nextSchema(before, schema, isWhole) || schema;
    if (JSON.stringify(after) === JSON.stringify(before)) continue;
    rows.push({
      ...{ source, stream, run_id, version: rows.length + 1 },
      decided_at: new Date(decodeTime(run_id)).toISOString(),
      schema: JSON.stringify(after),
      changes: JSON.stringify(before === undefined ? [] : diffSchemas(before, after)),
    });
    before = after;
  }
  return rows;
}

/** Whether a manifest has added to the contract: files have none, and one text a record says nothing of its columns. */
function hasColumns({ schema, files, supersedes, backfill }: Manifest): boolean {
  return supersedes === undefined && backfill === undefined &&
    files.every((file) => (file.source ?? file.sources) === undefined) &&
    ((schema as StructType | null)?.fields ?? []).length > 0 &&
    JSON.stringify(schema) !== JSON.stringify(RECORD);
}
