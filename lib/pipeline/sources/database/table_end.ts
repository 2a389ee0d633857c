import { missedRows, type TableEnd, type TableInfo, uncountedRows } from "../../../db/mod.ts";
import type { ReadEnd } from "../../verdict.ts";

/**
 * Decides what the end of a table is worth.
 *
 * Rows that were counted in the snapshot that they are of are all there are. Without a count the key is the evidence,
 * unless rows may share it. The strongest evidence is what people see as the reason.
 */
export function endOfTable(
  table: TableInfo,
  rows: number,
  { oneSnapshot, counted }: TableEnd,
): ReadEnd & { readonly total?: number | undefined } {
  const stopReason = "last-key";
  if (counted === undefined) {
    const message = uncountedRows(table);
    if (message !== undefined) {
      return { stopReason, evidence: [], contradictions: [{ code: "rows-not-counted", message }] };
    }
    const evidence = [oneSnapshot ? "one-snapshot" : stopReason] as const;
    return { stopReason: evidence[0], evidence, contradictions: [] };
  }
  if (counted === rows) {
    const evidence = ["snapshot-counted"] as const;
    return { stopReason: evidence[0], evidence, contradictions: [], total: counted };
  }
  const message = `its key leads to ${rows} rows, and the database counts ${counted} in the same ` +
    `snapshot: ${missedRows(table)}`;
  return {
    stopReason,
    evidence: [],
    contradictions: [{ code: "total-not-read", message }],
    total: counted,
  };
}
