import { retractionsOf, type RunRow, type StreamRow, streamsOf } from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import { asTyped, formatCount, formatDuration } from "../../terminal/mod.ts";
import {
  badge,
  type DataColumn,
  dataTable,
  type Markup,
  markup,
  page,
  type Part,
  section,
} from "./_markup.ts";
import { tablesOf, typed } from "./_run_tables.ts";
import { timeline } from "./_timeline.ts";
import { trend } from "./_trend.ts";

/** What a report says of itself. */
export interface ReportOptions {
  /** When it is made, ms since 1970. */
  readonly now: number;
  /** Folder where the user is, for the commands that it names. */
  readonly cwd: string;
}

/** A run with the sums of its streams. */
type Summary = RunRow & {
  readonly seconds: number | null;
  readonly streams: number;
  readonly not_complete: number | null;
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly files_published: number;
  readonly files_rejected: number;
  readonly retries: number;
  readonly waited_ms: number;
  /** How old the newest value was that `max_age` saw, of the stream where it was oldest; ms. */
  readonly age_ms: number | null;
};

type Health = {
  readonly source: string;
  readonly stream: string;
  readonly outcome: string | null;
  readonly complete_at: string | null;
  readonly runs_since: number;
  readonly watermark: string | null;
  readonly error_code: string | null;
};

/** Returns the page of the newest runs: trends, the state of each stream, and each run with its streams. */
export function renderRuns(
  db: Database,
  { now, limit, cwd }: ReportOptions & { readonly limit: number },
): string {
  const runs = summaries(db, { limit });
  const names = [...new Set(runs.map(({ pipeline }) => pipeline))].join(", ");
  const title = runs.length === 0 ? "No run yet" : `Runs of ${names}`;
  return page([
    runs.length === 0 ? null : trends(runs.toReversed()),
    section("Streams", [dataTable(health(db), healthColumns(now))]),
    section(
      "Runs",
      runs.map((run, i) =>
        markup`<details id="${run.run_id}"${
          i === 0 ? markup` open` : null
        }>${markup`<summary><span>${timeOf(run.started_at)}</span><span>${
          stateOf(db, run)
        }</span>${[
          markup`<span>${run.written} written</span>`,
          run.rejected + run.files_rejected === 0
            ? null
            : markup`<span>${run.rejected} records, ${run.files_rejected} files rejected</span>`,
        ]}</summary>`}<p class="note">${
          typed(db, `pipeline report ${run.run_id}`, cwd)
        } has more</p>${streamParts(db, run, cwd)}</details>`
      ),
    ),
  ], { title, about: aboutOf(db, now) });
}

/** Returns the page of one run: its streams, rejects, files, pages and parts. */
export function renderRun(db: Database, run: RunRow, { now, cwd }: ReportOptions): string {
  const [sums] = summaries(db, { limit: 1, run: run.run_id });
  return page([
    markup`<div class="grid">${[
      card("outcome", stateOf(db, run)),
      card("took", tookOf(sums?.seconds ?? null)),
      card("read", sums?.read ?? 0),
      card("written", sums?.written ?? 0),
      card("rejected", sums?.rejected ?? 0),
      card("files", sums?.files_published ?? 0),
      card("files rejected", sums?.files_rejected ?? 0),
      card("retries", sums?.retries ?? 0),
      card("waited", formatDuration(sums?.waited_ms ?? 0)),
      card("attempts", run.attempts),
    ]}</div>`,
    section("Streams", [streamParts(db, run, cwd)]),
    section("Requests, retries and waits", [timeline(db, run.run_id)]),
    ...tablesOf(db, run.run_id, cwd),
  ], {
    title: `${run.pipeline} ${run.run_id}`,
    about: `Started ${timeOf(run.started_at)}, exit code ${run.exit_code ?? "none"}${
      run.backfill ? `, backfill ${run.backfill}` : ""
    }. ${aboutOf(db, now)}`,
  });
}

function aboutOf(db: Database, now: number): string {
  return `From ${db.path}, ${timeOf(new Date(now).toISOString())}`;
}

function summaries(
  db: Database,
  { limit, run = null }: { readonly limit: number; readonly run?: string | null },
): Summary[] {
  return db.all<Summary>(
    `SELECT r.*, s.seconds, s.streams, s.not_complete, s.read, s.written, s.rejected, s.duplicates, s.files_published,
       s.files_rejected, s.retries, s.waited_ms,
       (SELECT max(max(0, (julianday(r.started_at) - julianday(newest)) * 86400000)) FROM checks AS c WHERE c.run_id = r.run_id) AS age_ms
     FROM run_summary AS s JOIN runs AS r USING (run_id)
     WHERE :run IS NULL OR run_id = :run ORDER BY run_id DESC LIMIT :limit`,
    { run, limit },
  );
}

function health(db: Database): Health[] {
  return db.all<Health>(
    `SELECT source, stream, outcome, complete_at, runs_since, watermark, error_code FROM stream_health
     ORDER BY source, stream`,
  );
}

function healthColumns(now: number): DataColumn<Health>[] {
  return [
    { title: "stream", cell: (row) => `${row.source}.${row.stream}` },
    { title: "newest outcome", cell: ({ outcome }) => badge(outcome ?? "not ended") },
    {
      title: "last complete",
      cell: ({ complete_at: at }) =>
        at === null ? "never" : `${formatDuration(Math.max(0, now - Date.parse(at)))} ago`,
    },
    { title: "runs since", cell: (row) => row.runs_since },
    { title: "watermark", optional: true, cell: (row) => row.watermark },
    { title: "error", optional: true, cell: (row) => row.error_code },
  ];
}

function trends(runs: readonly Summary[]): Markup {
  return markup`<div class="grid trends">${[
    trend(runs, { title: "rows written", value: (run) => run.written, format: formatCount }),
    trend(runs, {
      title: "duration",
      value: ({ seconds }) => seconds,
      format: (seconds) => tookOf(seconds),
    }),
    trend(runs, {
      title: "streams not complete",
      // Streams of a run that is under way have no outcome yet.
      value: ({ not_complete, ended_at }) => ended_at === null ? null : not_complete ?? 0,
      format: formatCount,
    }),
    trend(runs, {
      title: "records rejected",
      value: (run) => run.rejected,
      format: formatCount,
    }),
    trend(runs, {
      title: "files rejected",
      value: (run) => run.files_rejected,
      format: formatCount,
    }),
    trend(runs, { title: "retries", value: (run) => run.retries, format: formatCount }),
    trend(runs, { title: "waited", value: (run) => run.waited_ms, format: formatDuration }),
    runs.every(({ age_ms }) => age_ms === null) ? null : trend(runs, {
      title: "age of the newest record",
      value: ({ age_ms }) => age_ms,
      format: formatDuration,
    }),
  ]}</div>`;
}

function streamParts(db: Database, { run_id }: Pick<RunRow, "run_id">, cwd: string): Markup {
  const rows = streamsOf(db, run_id);
  const said = new Set([
    ...rows.flatMap(({ verdict }) => verdict?.reasons ?? []),
    ...rows.flatMap((row) =>
      row.error_message === null ? [] : [`${row.source}.${row.stream}: ${row.error_message}`]
    ),
  ]);
  const reasons = [...said].map((reason) => markup`<li>${asTyped(reason, cwd)}</li>`);
  return markup`${dataTable(rows, STREAMS)}${
    reasons.length === 0 ? null : markup`<ul>${reasons}</ul>`
  }`;
}

const STREAMS: readonly DataColumn<StreamRow>[] = [
  { title: "stream", cell: (row) => `${row.source}.${row.stream}` },
  { title: "outcome", cell: (row) => badge(row.verdict?.outcome ?? row.phase) },
  { title: "read", cell: (row) => row.read },
  { title: "written", cell: (row) => row.written },
  { title: "rejected", optional: true, cell: (row) => row.rejected },
  { title: "duplicates", optional: true, cell: (row) => row.duplicates },
  { title: "unchanged", optional: true, cell: (row) => row.unchanged },
  { title: "out of range", optional: true, cell: (row) => row.out_of_range },
  { title: "files", optional: true, cell: (row) => row.files_published },
  {
    title: "files rejected",
    optional: true,
    cell: (row) => row.files_rejected + row.files_still_rejected,
  },
  { title: "requests", optional: true, cell: (row) => row.requests },
  { title: "retries", optional: true, cell: (row) => row.retries },
  {
    title: "waited",
    optional: true,
    isAmount: true,
    cell: (row) => row.waited_ms === 0 ? null : formatDuration(row.waited_ms),
  },
  { title: "why it ended", cell: (row) => row.error_code ?? row.stop_reason },
];

function card(title: string, value: Part): Markup {
  return markup`<div class="card"><span>${title}</span><b>${value}</b></div>`;
}

function stateOf(db: Database, { run_id, status }: RunRow): Markup {
  return badge(retractionsOf(db, run_id).length > 0 ? "retracted" : status);
}

function tookOf(seconds: number | null): string {
  return seconds === null ? "not ended" : formatDuration(Math.max(0, seconds) * 1000);
}

/** The seconds are enough for people. */
function timeOf(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z").replace("T", " ");
}
