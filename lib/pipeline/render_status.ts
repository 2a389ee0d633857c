import { type RunRow, type StreamRow, streamsOf } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { escapeLine, formatCount, formatDuration, type Style, table } from "../terminal/mod.ts";

/** How a status is shown. */
export interface StatusLook {
  /** Colours. */
  readonly style: Style;
  /** Columns to fit into; why a stream ended is never cut. */
  readonly width: number;
}

/** A run, and when it was retracted, if it was. */
export type ListedRun = RunRow & { readonly retracted_at: string | null };

/** Returns the last runs, and the streams of the newest. */
export function renderStatus(
  db: Database,
  runs: readonly ListedRun[],
  { style, width }: StatusLook,
): string {
  const [newest] = runs;
  if (newest === undefined) return "No run yet.\n";
  return [
    "",
    runTable(runs, { style, width }),
    `${style.bold("Streams of")} ${newest.run_id}`,
    table(
      [
        { title: "stream" },
        { title: "outcome" },
        { title: "read", align: "right" },
        { title: "written", align: "right" },
        { title: "rejected", align: "right" },
        { title: "duplicate", align: "right" },
        { title: "unchanged", align: "right" },
        { title: "why it ended" },
      ],
      streamsOf(db, newest.run_id).map((row) => [
        `${row.source}.${row.stream}`,
        row.verdict?.outcome ?? row.phase,
        formatCount(row.read),
        formatCount(row.written),
        formatCount(row.rejected),
        formatCount(row.duplicates),
        formatCount(row.unchanged),
        whyEnded(row),
      ]),
      { indent: "  ", heading: style.dim },
    ),
    ...streamsOf(db, newest.run_id).flatMap(({ verdict }) => verdict?.reasons ?? [])
      .map((reason) => `${style.yellow("!")} ${escapeLine(reason)}\n`),
  ].join("\n");
}

function runTable(runs: readonly ListedRun[], { style, width }: StatusLook): string {
  // A database that is only read may be older than the column.
  const backfills = runs.some((run) => run.backfill);
  return table(
    [
      { title: "run" },
      { title: "pipeline", optional: 1 },
      { title: "status" },
      { title: "exit", align: "right" },
      { title: "attempts", align: "right", optional: 3 },
      { title: "started" },
      { title: "took", align: "right", optional: 2 },
      ...(backfills ? [{ title: "backfill" }] : []),
    ],
    runs.map((run) => [
      run.run_id,
      run.pipeline,
      run.retracted_at === null ? run.status : "retracted",
      run.exit_code === null ? "-" : String(run.exit_code),
      String(run.attempts),
      // The seconds are enough for people; the database has the rest.
      `${run.started_at.slice(0, 19)}Z`,
      tookOf(run),
      ...(backfills ? [run.backfill || "-"] : []),
    ]),
    { indent: "  ", heading: style.dim, width },
  );
}

function tookOf({ started_at, ended_at }: RunRow): string {
  return ended_at === null ? "-" : formatDuration(Date.parse(ended_at) - Date.parse(started_at));
}

function whyEnded(row: StreamRow): string {
  const [contradiction] = row.verdict?.contradictions ?? [];
  const reason = row.error_message ?? contradiction?.message ?? row.stop_reason ?? "-";
  const more = row.out_of_range > 0 ? `, ${formatCount(row.out_of_range)} out of range` : "";
  return escapeLine(`${reason}${more}`);
}
