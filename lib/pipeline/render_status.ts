import { type RunRow, type StreamRow, streamsOf } from "../audit/mod.ts";
import type { Database } from "../db/mod.ts";
import { goesOnWithout, rejectLists, shown } from "./next_steps.ts";
import { folder, reasonLine } from "./render_summary.ts";
import { unpublishedOf } from "./run_summary.ts";
import { streamId } from "./source_type.ts";
import {
  asTyped,
  escapeLine,
  formatCount,
  formatDuration,
  paragraph,
  pathWord,
  type Style,
  table,
} from "../terminal/mod.ts";

/** How a status is shown. */
export interface StatusLook {
  /** Colors. */
  readonly style: Style;
  /** Columns to fit into. */
  readonly width: number;
  /** Folder where the user is. */
  readonly cwd: string;
  /** Returns a command line from a group, its command and what follows. */
  readonly command: (words: string) => string;
}

/** A run, and when it was retracted, if it was. */
export type ListedRun = RunRow & { readonly retracted_at: string | null };

/** Returns the last runs, and the streams of the newest. */
export function renderStatus(
  db: Database,
  runs: readonly ListedRun[],
  { style, width, cwd, command }: StatusLook,
): string {
  const [newest] = runs;
  if (newest === undefined) return "No run yet.\n";
  const rows = streamsOf(db, newest.run_id);
  return [
    "",
    runTable(runs, { style, width }),
    `${style.bold("Streams of")} ${newest.run_id}`,
    streamTable(db, rows, { style, width }),
    [
      ...rows.flatMap(({ verdict }) => verdict?.reasons ?? [])
        .map((reason) => `${reasonLine(asTyped(reason, cwd), { style, width })}\n`),
      ...rejects(db, rows, { cwd, command }),
      ...stillOpen(newest, rows, { width, command }),
    ].join(""),
  ].join("\n");
}

/** What is zero for all of them is left out; what is left is needed for the sum. */
function streamTable(
  db: Database,
  rows: readonly StreamRow[],
  { style, width }: Pick<StatusLook, "style" | "width">,
) {
  const fates = [
    { title: "duplicate", of: (row: StreamRow) => row.duplicates },
    { title: "unchanged", of: (row: StreamRow) => row.unchanged },
  ].filter(({ of }) => rows.some((row) => of(row) > 0));
  return table(
    [
      { title: "stream", cutMiddle: true },
      { title: "outcome" },
      { title: "read", align: "right", optional: 1 },
      { title: "written", align: "right" },
      { title: "rejected", align: "right" },
      ...fates.map(({ title }) => ({ title, align: "right" as const })),
      { title: "why it ended" },
    ],
    rows.map((row) => [
      streamId(row),
      row.verdict?.outcome ?? row.phase,
      formatCount(row.read),
      `${formatCount(row.written)}${unpublishedOf(db, row) > 0 ? ", not published" : ""}`,
      formatCount(row.rejected),
      ...fates.map(({ of }) => formatCount(of(row))),
      whyEnded(row),
    ]),
    { indent: "  ", heading: style.dim, width },
  );
}

/** What the next attempt of an unfinished run will not read again. */
function stillOpen(
  { status }: RunRow,
  rows: readonly StreamRow[],
  { width, command }: Pick<StatusLook, "width" | "command">,
): string[] {
  if (status !== "failed" && status !== "suspended") return [];
  const [ended, open] = [true, false].map((is) =>
    rows.filter(({ phase }) => (phase === "ended") === is).map(streamId)
  );
  if (!ended?.length || !open?.length) return [];
  const how = goesOnWithout(ended, open, command);
  return [paragraph(`Ended in this run, which does not read them again: ${how}`, width, "  ")];
}

/** Where what was rejected is listed, with the whole reason. */
function rejects(
  db: Database,
  rows: readonly StreamRow[],
  { cwd, command }: Pick<StatusLook, "cwd" | "command">,
): string[] {
  const lists = rejectLists({
    files: rows.some((row) => row.files_rejected + row.files_still_rejected > 0),
    records: rows.some((row) => row.rejected > 0),
  });
  return lists.map(([words, what]) =>
    `  ${command(words)} -a ${pathWord(shown(db.path, { cwd }))}   ${what}\n`
  );
}

function runTable(
  runs: readonly ListedRun[],
  { style, width }: Pick<StatusLook, "style" | "width">,
): string {
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
  const end = row.stop_reason === "end-of-folder" ? folder(row) : row.stop_reason;
  const reason = row.error_code ?? contradiction?.code ?? end ?? "-";
  const more = row.out_of_range > 0 ? `, ${formatCount(row.out_of_range)} out of range` : "";
  return escapeLine(`${reason}${more}`);
}
