import { type RunRow, streamsOf } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { formatCount, type Style, table } from "../terminal/mod.ts";

/** Returns the last runs, and the streams of the newest. */
export function renderStatus(db: Database, runs: readonly RunRow[], style: Style): string {
  const [newest] = runs;
  if (newest === undefined) return "No run yet.\n";
  return [
    "",
    table(
      [
        { title: "run" },
        { title: "pipeline" },
        { title: "status" },
        { title: "exit", align: "right" },
        { title: "attempts", align: "right" },
        { title: "started" },
        { title: "ended" },
      ],
      runs.map((run) => [
        run.run_id,
        run.pipeline,
        run.status,
        run.exit_code === null ? "-" : String(run.exit_code),
        String(run.attempts),
        run.started_at,
        run.ended_at ?? "-",
      ]),
      { indent: "  ", heading: style.dim },
    ),
    `${style.bold("Streams of")} ${newest.run_id}`,
    table(
      [
        { title: "stream" },
        { title: "status" },
        { title: "read", align: "right" },
        { title: "written", align: "right" },
        { title: "refused", align: "right" },
        { title: "had already", align: "right" },
        { title: "why it ended" },
      ],
      streamsOf(db, newest.run_id).map((row) => [
        `${row.source}.${row.stream}`,
        row.status,
        formatCount(row.read),
        formatCount(row.written),
        formatCount(row.quarantined),
        formatCount(row.duplicates),
        row.error_message ?? row.stop_reason ?? "-",
      ]),
      { indent: "  ", heading: style.dim },
    ),
  ].join("\n");
}
