import { openAudit } from "../../lib/audit/mod.ts";
import type { Narrator, PhaseNumber, WorkFolders } from "../_narrator/mod.ts";
import { AUDIT } from "../02_files/take_in.ts";

/** The tables that a run of files writes. */
export const TABLES = ["runs", "streams", "files", "rejects"] as const;

/** Rows of each. */
export type RowCounts = Readonly<Record<(typeof TABLES)[number], number>>;

/** Counts the rows in the audit database of a phase. */
export function countRows(work: WorkFolders, phase: PhaseNumber): RowCounts {
  using db = openAudit(work.path(phase, AUDIT), { readOnly: true });
  const count = (table: string) =>
    db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  return {
    runs: count("runs"),
    streams: count("streams"),
    files: count("files"),
    rejects: count("rejects"),
  };
}

/** Shows the counts before and after something. */
export function showCounts(narrator: Narrator, before: RowCounts, after: RowCounts): void {
  narrator.table(
    [{ title: "" }, ...TABLES.map((title) => ({ title, align: "right" as const }))],
    [
      ["before", ...TABLES.map((table) => String(before[table]))],
      ["after", ...TABLES.map((table) => String(after[table]))],
    ],
  );
}
