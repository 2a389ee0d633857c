import { type RunRow, type StreamRow, streamsOf } from "../audit/mod.ts";
import type { PipelineConfig } from "../config/mod.ts";
import type { Database } from "../db/mod.ts";
import type { Outcome } from "../errors/mod.ts";

/** Says whether what was read is complete and what was refused is within tolerance, and why not. */
export function judgeRun(
  db: Database,
  run: RunRow,
  config: PipelineConfig,
): { readonly outcome: Outcome; readonly reasons: readonly string[] } {
  const streams = streamsOf(db, run.run_id);
  const reasons = [...streams.flatMap(shortfall), ...overTolerance(streams, config.tolerance)];
  return { outcome: reasons.length > 0 ? "partial" : "complete", reasons };
}

function shortfall(row: StreamRow): string[] {
  const name = `${row.source}.${row.stream}`;
  if (row.error_code !== null) return [`${name}: ${row.error_message}`];
  if (row.status === "complete") return [];
  if (row.skipped_pages > 0) return [`${name}: ${row.skipped_pages} pages were skipped`];
  const received = row.read + row.out_of_range;
  if (row.declared_total !== null && row.declared_total !== received) {
    return [`${name}: ${received} records read, the API declared ${row.declared_total}`];
  }
  return [
    `${name}: completeness is not proven (reading stopped by ${row.stop_reason ?? row.status})`,
  ];
}

function overTolerance(
  streams: readonly StreamRow[],
  tolerance: PipelineConfig["tolerance"],
): string[] {
  const sum = (field: "read" | "quarantined" | "files_quarantined") =>
    streams.reduce((total, row) => total + row[field], 0);
  const [read, refused, files] = [sum("read"), sum("quarantined"), sum("files_quarantined")];
  const reasons: string[] = [];
  if (refused > read * tolerance.records) {
    const limit = `${tolerance.records * 100} % of ${read}`;
    reasons.push(`${refused} records were refused, tolerance.records allows ${limit}`);
  }
  if (files > tolerance.files) {
    reasons.push(`${files} files were refused, tolerance.files allows ${tolerance.files}`);
  }
  return reasons;
}
