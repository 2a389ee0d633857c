import { relative } from "node:path";
import { ERROR_CODES, type ErrorCode } from "../errors/mod.ts";
import {
  escapeLine,
  formatBytes,
  formatCount,
  formatDuration,
  type Style,
  table,
} from "../terminal/mod.ts";
import { shellWord } from "./_shell_word.ts";
import type { RunSummary, RunTotals, StreamSummary } from "./run_summary.ts";

/** Options of {@linkcode renderSummary}. */
export interface RenderSummaryOptions {
  /** Colours, or none. */
  readonly style: Style;
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  /** Columns to fit into. */
  readonly width: number;
  /** Returns a command line for this pipeline, to be shown with what to do next. */
  readonly command: (words: string) => string;
}

/** Returns what a person wants to know after a run, to be read in ten seconds. */
export function renderSummary(summary: RunSummary, options: RenderSummaryOptions): string {
  const { style } = options;
  const color = summary.outcome === "complete" ? style.green : style.yellow;
  const attempt = summary.attempts > 1 ? `, attempt ${summary.attempts}` : "";
  const what = summary.backfill === null ? "" : ` backfill ${summary.backfill}`;
  const head = `${style.bold(summary.pipeline)}${what} ${color(summary.outcome)} in ` +
    `${formatDuration(summary.duration_ms)} ${style.dim(`(run ${summary.run_id}${attempt})`)}`;
  return [
    "",
    head,
    ...once(summary.reasons).map((reason) => `  ${style.yellow("!")} ${escapeLine(reason)}`),
    "",
    streamTable(summary, options),
    ...rejected(summary, options),
    ...places(summary, options),
    "",
  ].join("\n");
}

/** Says a reason that several streams share once, with the names of all of them. */
function once(reasons: readonly string[]): string[] {
  const names = new Map<string, string[]>();
  for (const reason of reasons) {
    const [, name = "", text = reason] = /^([\w.]+): (.*)$/s.exec(reason) ?? [];
    names.set(text, [...names.get(text) ?? [], name]);
  }
  return [...names].map(([text, of]) => of.join() === "" ? text : `${of.join(", ")}: ${text}`);
}

/** What becomes of what was read, in the order of the columns; those without a count are left out. */
const FATES = [
  { field: "written", title: "written" },
  { field: "rejected", title: "rejected" },
  { field: "duplicates", title: "duplicate" },
  { field: "unchanged", title: "unchanged" },
  { field: "out_of_range", title: "out of range" },
] as const satisfies readonly { readonly field: keyof RunTotals; readonly title: string }[];

function streamTable(summary: RunSummary, options: RenderSummaryOptions): string {
  const { totals } = summary;
  const fates = FATES.filter(({ field }) => field === "written" || totals[field] > 0);
  const row = (name: string, counts: RunTotals | StreamSummary, end: string) => [
    name,
    formatCount(counts.read),
    ...fates.map(({ field }) => formatCount(counts[field])),
    published(counts.published_files, counts.published_bytes),
    end,
  ];
  return table(
    [
      { title: "stream" },
      { title: "read", align: "right" },
      ...fates.map(({ title }) => ({ title, align: "right" as const })),
      { title: "new files", align: "right", optional: 1 },
      { title: "how it ended" },
    ],
    [
      ...summary.streams.map((s) => row(`${s.source}.${s.stream}`, s, verdict(s))),
      row("all", totals, addsUp(totals) ? `read = ${sumOf(fates)}` : ""),
    ],
    { indent: "  ", heading: options.style.dim, width: options.width },
  );
}

function sumOf(fates: readonly { readonly title: string }[]): string {
  return fates.map(({ title }) => title).join(" + ");
}

/** The law of every stream: nothing that was read is unaccounted for. */
function addsUp(t: RunTotals): boolean {
  return t.read === t.written + t.rejected + t.duplicates + t.unchanged + t.out_of_range;
}

function published(files: number, bytes: number): string {
  return files === 0 ? "-" : `${files} · ${formatBytes(bytes)}`;
}

function verdict(s: StreamSummary): string {
  const notes: string[] = [];
  if (s.outcome === null || s.outcome === "failed" || s.outcome === "suspended") {
    const state = s.outcome ?? (s.read === 0 ? "not begun" : "stopped");
    notes.push(s.error_code === null ? state : `${state} (${s.error_code})`);
    if (s.written > 0 && s.published_files === 0) notes.push("not published yet");
  } else if (s.pages > 0 || s.stop_reason !== "end-of-folder") {
    notes.push(`${s.complete ? "complete" : "partial"}: ${stop(s)}`);
  } else notes.push(folder(s));
  if (s.late > 0) notes.push(`${formatCount(s.late)} late`);
  if (s.retries > 0) notes.push(`${s.retries} ${s.retries === 1 ? "retry" : "retries"}`);
  return notes.join(", ");
}

function stop(s: StreamSummary): string {
  const [contradiction] = s.contradictions;
  const reason = contradiction?.code ?? s.stop_reason ?? "unknown";
  return s.declared_total === null ? reason : `${reason} ${formatCount(s.declared_total)}`;
}

function folder(s: StreamSummary): string {
  const counts: [number, string][] = [
    [s.files_published, "published"],
    [s.files_rejected, "rejected"],
    [s.files_duplicate, "duplicate"],
    [s.files_unchanged, "unchanged"],
    [s.files_still_rejected, "still rejected"],
    [s.files_waiting, "waiting"],
  ];
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? "no files" : `files: ${said.join(", ")}`;
}

function rejected(summary: RunSummary, options: RenderSummaryOptions): string[] {
  const files = summary.rejected_files.map((file) => [
    escapeLine(`${file.source}: ${file.path}`),
    file.code,
    escapeLine(withoutObject(file.message)),
  ]);
  const records = summary.rejects.map((reject) => [
    `${reject.source}.${reject.stream}: ${formatCount(reject.count)}`,
    reject.code,
    escapeLine(reject.count === 1 ? reject.example : `such as: ${reject.example}`),
  ]);
  if (files.length + records.length === 0) return [];
  const columns = [{ title: "" }, { title: "" }, { title: "" }];
  return [
    `${options.style.bold("Rejected")} and kept in quarantine`,
    table(columns, [...files, ...records], { indent: "  ", width: options.width }),
  ];
}

/** `Cannot prepare "x.csv": it is empty` is next to the name of the file already. */
function withoutObject(message: string): string {
  return message.replace(/^Cannot \w+ "[^"]*": /, "");
}

function places(summary: RunSummary, options: RenderSummaryOptions): string[] {
  const { style, cwd } = options;
  const show = (path: string) => {
    const short = relative(cwd, path);
    return style.cyan(short.startsWith("..") ? path : short);
  };
  const rows: [string, string][] = [
    ["lake", show(summary.lake)],
    ["audit", show(summary.audit)],
    ...(summary.log === undefined ? [] : [["log", show(summary.log)] as [string, string]]),
    ...(summary.log_fault === null
      ? []
      : [["", `${style.yellow("!")} ${escapeLine(summary.log_fault)}`] as [string, string]]),
    ["next", next(summary, options)],
  ];
  return [table([{ title: "" }, { title: "" }], rows, { indent: "  " }).trimEnd()];
}

function next(summary: RunSummary, options: RenderSummaryOptions): string {
  const { style, command } = options;
  const flag = summary.backfill === null ? "" : ` --backfill ${shellWord(summary.backfill)}`;
  const call = (words: string) => style.cyan(command(words));
  const run = call("run");
  switch (summary.outcome) {
    case "complete":
      if (summary.streams.some(({ files_waiting }) => files_waiting > 0)) {
        return `${run}   in a moment: the waiting files have changed too lately (min_age)`;
      }
      return summary.backfill === null
        ? `${run}   again: only what is new is published`
        : `${run}   goes on from its watermark, which the backfill left alone`;
    case "partial": {
      const shrunk = summary.streams.find(({ contradictions }) =>
        contradictions.some(({ code }) => code === "snapshot-shrank")
      );
      if (shrunk === undefined) return `${call("status")}   what is missing, by stream`;
      const name = ` ${shrunk.source}.${shrunk.stream}`;
      return `${call(`accept${name}`)}   if it really has so few rows; then run it again`;
    }
    case "suspended":
      return `${call(`run${flag}`)}   again: it goes on from the last checkpoint`;
    default:
      return `${call(`run${flag}`)}   ${
        helpsToRepeat(summary) ? "again" : "once that is put right"
      }: it goes on from the last checkpoint`;
  }
}

/** Whether every error may be gone the next time. */
function helpsToRepeat({ streams }: RunSummary): boolean {
  return streams.every(({ error_code }) =>
    error_code === null || ERROR_CODES[error_code as ErrorCode]?.transient
  );
}
