import { retractionsOf, type RunRow, type StreamRow, streamsOf } from "../../audit/mod.ts";
import type { Database } from "../../db/mod.ts";
import { asTyped, formatBytes, formatCount, formatDuration, pathWord } from "../../terminal/mod.ts";
import {
  badge,
  type DataColumn,
  dataTable,
  type Markup,
  markup,
  page,
  type Part,
} from "./_markup.ts";
import { trend } from "./_trend.ts";

/** Rows of a table in the report of one run. */
const MOST_ROWS = 100;

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
      card("attempts", run.attempts),
    ]}</div>`,
    section("Streams", [streamParts(db, run, cwd)]),
    ...tablesOf(db, run.run_id, cwd),
  ], {
    title: `${run.pipeline} ${run.run_id}`,
    about: `Started ${timeOf(run.started_at)}, exit code ${run.exit_code ?? "none"}${
      run.backfill ? `, backfill ${run.backfill}` : ""
    }. ${aboutOf(db, now)}`,
  });
}

/** Returns a command about this database, to be pasted in any folder where the program is found. */
function typed({ path }: Database, words: string, cwd: string): string {
  return `${asTyped(`headwaters ${words}`, cwd)} -a ${pathWord(path)}`;
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
       s.files_rejected FROM run_summary AS s JOIN runs AS r USING (run_id)
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
    { title: "watermark", cell: (row) => row.watermark },
    { title: "error", cell: (row) => row.error_code },
  ];
}

function trends(runs: readonly Summary[]): Markup {
  return markup`<div class="grid wide">${[
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
  { title: "rejected", cell: (row) => row.rejected },
  { title: "duplicates", cell: (row) => row.duplicates },
  { title: "unchanged", cell: (row) => row.unchanged },
  { title: "out of range", cell: (row) => row.out_of_range },
  { title: "files", cell: (row) => row.files_published },
  { title: "files rejected", cell: (row) => row.files_rejected + row.files_still_rejected },
  { title: "requests", cell: (row) => row.requests },
  { title: "why it ended", cell: (row) => row.error_code ?? row.stop_reason },
];

const QUALITY = {
  "Columns that changed":
    `SELECT source || '.' || stream AS stream, version, value ->> 'field' AS field, value ->> 'change' AS change,
   value ->> 'from' AS before, value ->> 'to' AS now FROM contracts, json_each(iif(json_valid(changes), changes, '[]')) WHERE run_id = :run
   ORDER BY source, contracts.stream, field`,
  "Checks":
    `SELECT source || '.' || stream AS stream, field, rule, severity, violations, example FROM checks
   WHERE run_id = :run ORDER BY violations DESC, source, checks.stream, field, rule`,
};

type Values = Readonly<Record<string, string | number | null>>;

function columnsOf([first = {}]: readonly Values[]): DataColumn<Values>[] {
  return Object.keys(first).map((name) => ({
    title: name.replaceAll("_", " "),
    cell: (row) => name === "bytes" ? formatBytes(Number(row[name])) : row[name] ?? null,
  }));
}

/** The tables of one run: their columns as `audit` shows them, and the command that lists all rows of the table. */
function tablesOf(db: Database, run: string, cwd: string): (Markup | null)[] {
  const list = (title: string, source: string, query: string) => {
    const rows = db.all<Values>(
      `${query} LIMIT :limit`,
      { run, limit: MOST_ROWS + 1 },
    );
    const note = rows.length > MOST_ROWS
      ? markup`<p class="note">The first ${MOST_ROWS}; ${
        typed(db, `audit sql "select * from ${source} where run_id = '${run}'"`, cwd)
      } has all.</p>`
      : null;
    return section(title, [dataTable(rows.slice(0, MOST_ROWS), columnsOf(rows)), note]);
  };
  return [
    ...Object.entries(QUALITY).map(([title, query]) =>
      list(title, title === "Checks" ? "checks" : "contracts", query)
    ),
    list(
      "Rejected, by reason",
      "rejects",
      `SELECT source || '.' || stream AS stream, code, count(*) AS count, min(message) AS example FROM rejects WHERE run_id = :run
       GROUP BY source, rejects.stream, code ORDER BY count(*) DESC`,
    ),
    list(
      "Rejected records and lines",
      "rejects",
      `SELECT source || '.' || stream AS stream, code, origin, page, line, byte_offset, message FROM rejects WHERE run_id = :run
       ORDER BY reject_id`,
    ),
    list(
      "Files",
      "files",
      `SELECT source || '.' || stream AS stream, path, verdict, read, written, rejected, target, duplicate_of, error_message AS why
       FROM files WHERE run_id = :run ORDER BY verdict <> 'rejected', source, files.stream, path`,
    ),
    list(
      "Pages",
      "pages",
      `SELECT source || '.' || stream AS stream, number, status, attempts, records, bytes, url, request_id FROM pages WHERE run_id = :run
       ORDER BY attempts DESC, source, pages.stream, number`,
    ),
    list(
      "Parts in the lake",
      "publications",
      `SELECT source || '.' || stream AS stream, path, rows, bytes, status FROM publications
       WHERE run_id = :run AND kind IN ('part', 'rejects', 'file') ORDER BY publication_id`,
    ),
  ];
}

function section(title: string, parts: readonly Part[]): Markup | null {
  if (parts.every((part) => part === null)) return null;
  return markup`<section><h2>${title}</h2>${parts}</section>`;
}

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
