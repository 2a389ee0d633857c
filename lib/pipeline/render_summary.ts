import { relative } from "@std/path";
import type { Outcome } from "../errors/mod.ts";
import { formatBytes, formatCount, formatDuration, type Style, table } from "../terminal/mod.ts";
import { shellWord } from "./_shell_word.ts";
import type { RunSummary, StreamSummary } from "./run_summary.ts";

/** Options of {@linkcode renderSummary}. */
export interface RenderSummaryOptions {
  readonly style: Style;
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  /** Columns to fit into. */
  readonly width: number;
  /** The command line that ran it, to be shown with what to do next. */
  readonly command: string;
}

const HEADLINES = {
  complete: "complete",
  partial: "partial: something is missing or too much was refused",
  suspended: "suspended: it goes on from here when started again",
  failed: "failed: it goes on from here when started again",
  config: "failed: the configuration does not fit",
  usage: "failed: the command line is wrong",
} as const satisfies Record<Outcome, string>;

/** Returns what a person wants to know after a run, to be read in ten seconds. */
export function renderSummary(summary: RunSummary, options: RenderSummaryOptions): string {
  const { style } = options;
  const color = summary.outcome === "complete" ? style.green : style.yellow;
  const attempt = summary.attempts > 1 ? `, attempt ${summary.attempts}` : "";
  const what = summary.backfill === null ? "" : ` backfill ${summary.backfill}`;
  const head = `${style.bold(summary.pipeline)}${what} ${color(HEADLINES[summary.outcome])} in ` +
    `${formatDuration(summary.duration_ms)} ${style.dim(`(run ${summary.run_id}${attempt})`)}`;
  return [
    "",
    head,
    ...summary.reasons.map((reason) => `  ${style.yellow("!")} ${reason}`),
    "",
    streamTable(summary, options),
    ...refused(summary, options),
    ...places(summary, options),
    "",
  ].join("\n");
}

function streamTable(summary: RunSummary, options: RenderSummaryOptions): string {
  const { totals } = summary;
  const rows = summary.streams.map((s) => [
    `${s.source}.${s.stream}`,
    formatCount(s.read),
    formatCount(s.written),
    formatCount(s.quarantined),
    formatCount(s.duplicates),
    published(s.published_files, s.published_bytes),
    verdict(s),
  ]);
  return table(
    [
      { title: "stream" },
      { title: "read", align: "right" },
      { title: "written", align: "right" },
      { title: "refused", align: "right" },
      { title: "had already", align: "right" },
      { title: "new files", align: "right" },
      { title: "how it ended" },
    ],
    [...rows, [
      "all",
      formatCount(totals.read),
      formatCount(totals.written),
      formatCount(totals.quarantined),
      formatCount(totals.duplicates),
      published(totals.published_files, totals.published_bytes),
      totals.read === totals.written + totals.quarantined + totals.duplicates
        ? "= written + refused + had already"
        : "",
    ]],
    { indent: "  ", heading: options.style.dim, width: options.width },
  );
}

function published(files: number, bytes: number): string {
  return files === 0 ? "-" : `${files} · ${formatBytes(bytes)}`;
}

function verdict(s: StreamSummary): string {
  const notes: string[] = [];
  if (s.status === "failed" || s.status === "suspended") {
    notes.push(`${s.status} (${s.error_code})`);
  } else if (s.kind === "api") {
    notes.push(`${s.proven ? "proven" : "not proven"}: ${stop(s)}`);
  } else notes.push(folder(s));
  if (s.out_of_range > 0) notes.push(`${formatCount(s.out_of_range)} out of range`);
  if (s.retries > 0) notes.push(`${s.retries} ${s.retries === 1 ? "retry" : "retries"}`);
  if (s.mode === "snapshot" && s.status === "complete" && s.written === 0 && s.read > 0) {
    notes.push("unchanged");
  }
  return notes.join(", ");
}

function stop(s: StreamSummary): string {
  const reason = s.stop_reason ?? "unknown";
  return s.declared_total === null ? reason : `${reason} ${formatCount(s.declared_total)}`;
}

function folder(s: StreamSummary): string {
  const counts: [number, string][] = [
    [s.pages - s.files_quarantined - s.files_duplicate, "taken in"],
    [s.files_quarantined, "refused"],
    [s.files_duplicate, "duplicate"],
    [s.files_known, "known"],
  ];
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? "no files" : `files: ${said.join(", ")}`;
}

function refused(summary: RunSummary, options: RenderSummaryOptions): string[] {
  const files = summary.files_refused.map((file) => [
    `${file.source}: ${file.path}`,
    file.code,
    withoutObject(file.message),
  ]);
  const records = summary.rejects.map((reject) => [
    `${reject.source}.${reject.stream}: ${formatCount(reject.count)}`,
    reject.code,
    reject.count === 1 ? reject.example : `such as: ${reject.example}`,
  ]);
  if (files.length + records.length === 0) return [];
  const columns = [{ title: "" }, { title: "" }, { title: "" }];
  return [
    `${options.style.bold("Refused")} and kept in quarantine`,
    table(columns, [...files, ...records], { indent: "  ", width: options.width }),
  ];
}

/** `Cannot prepare "x.csv": it is empty` stands beside the name of the file already. */
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
    ["ledger", show(summary.audit)],
    ...(summary.log === undefined ? [] : [["log", show(summary.log)] as [string, string]]),
    ["next", next(summary, options)],
  ];
  return [table([{ title: "" }, { title: "" }], rows, { indent: "  " }).trimEnd()];
}

function next(summary: RunSummary, { style, command }: RenderSummaryOptions): string {
  switch (summary.outcome) {
    case "complete":
      return summary.backfill === null
        ? `${style.cyan(command)}   again: only what is new is published`
        : `${style.cyan(command)}   goes on from its watermark, which the backfill left alone`;
    case "partial":
      return `${
        style.cyan(command.replace("pipeline", "pipeline status"))
      }   what is missing, by stream`;
    default: {
      const flag = summary.backfill === null ? "" : ` --backfill ${shellWord(summary.backfill)}`;
      return `${style.cyan(command + flag)}   again: it goes on from the last checkpoint`;
    }
  }
}
