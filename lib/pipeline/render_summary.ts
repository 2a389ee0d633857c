import { join } from "node:path";
import {
  asTyped,
  displayWidth,
  escapeLine,
  formatBytes,
  formatCount,
  formatDuration,
  paragraph,
  type Style,
  table,
} from "../terminal/mod.ts";
import { changeInWords } from "./contract.ts";
import { goesOnWithout, nextSteps, shown } from "./next_steps.ts";
import { runWords } from "./replay_text.ts";
import type { RunSummary, RunTotals, StreamSummary } from "./run_summary.ts";
import { streamId } from "./source_type.ts";

/** Options of {@linkcode renderSummary}. */
export interface RenderSummaryOptions {
  /** Colors, or none. */
  readonly style: Style;
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  /** Columns to fit into. */
  readonly width: number;
  /** Returns a command line from a group, its command and what follows, to be shown with what to do next. */
  readonly command: (words: string) => string;
}

/** Returns what a person wants to know after a run, to be read in ten seconds. */
export function renderSummary(summary: RunSummary, options: RenderSummaryOptions): string {
  const { style } = options;
  const color = summary.outcome === "complete" ? style.green : style.yellow;
  const attempt = summary.attempts > 1 ? `, attempt ${summary.attempts}` : "";
  const part = summary.selected === null ? "" : ` ${summary.selected.join(", ")}`;
  const what = summary.backfill === null ? part : ` ${runWords(summary.backfill)}`;
  const head = `${style.bold(summary.pipeline)}${what} ${color(summary.outcome)} in ` +
    `${formatDuration(summary.duration_ms)} ${style.dim(`(run ${summary.run_id}${attempt})`)}`;
  return [
    "",
    head,
    ...once(summary.reasons).map((reason) => reasonLine(asTyped(reason, options.cwd), options)),
    "",
    streamTable(summary, options),
    ...earlier(summary, options),
    ...rejected(summary, options),
    ...checks(summary, options),
    ...columns(summary, options),
    ...places(summary, options),
    "",
  ].join("\n");
}

/** Says why something is not complete, wrapped. */
export function reasonLine(
  reason: string,
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  return paragraph(escapeLine(reason), width, "    ").trimEnd()
    .replace("    ", `  ${style.yellow("!")} `);
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
      { title: "stream", cutMiddle: true },
      { title: "read", align: "right" },
      ...fates.map(({ title }) => ({ title, align: "right" as const })),
      { title: "new files", align: "right", optional: 1 },
      { title: "how it ended", wraps: true },
    ],
    [
      ...summary.streams.map((s) => row(`${s.source}.${s.stream}`, s, verdict(s))),
      row(
        "all",
        totals,
        `${addsUp(totals) ? `read = ${sumOf(fates)}` : ""}${notPublished(totals)}`,
      ),
    ],
    { indent: "  ", heading: options.style.dim, width: options.width },
  );
}

function notPublished({ unpublished }: RunTotals): string {
  return unpublished === 0 ? "" : `, ${formatCount(unpublished)} not published`;
}

/** Says what an earlier attempt has read, and how what is new there is read all the same. */
function earlier(summary: RunSummary, { command, width }: RenderSummaryOptions): string[] {
  const read = summary.streams.filter((s) => s.earlier_attempt).map(streamId);
  if (read.length === 0) return [];
  const open = summary.streams.filter(({ phase }) => phase !== "ended").map(streamId);
  return [paragraph(
    `Ended in an earlier attempt, and not read again: ${goesOnWithout(read, open, command)}`,
    width,
    "  ",
  )];
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
    if (s.unpublished > 0) notes.push(isRefused(s) ? "not published" : "not published yet");
  } else if (s.pages > 0 || s.stop_reason !== "end-of-folder") {
    notes.push(`${s.outcome}: ${stop(s)}`);
  } else notes.push(s.outcome === "partial" ? `partial, ${folder(s)}` : folder(s));
  if (s.late > 0) notes.push(`${formatCount(s.late)} late`);
  if (s.retries > 0) notes.push(`${s.retries} ${s.retries === 1 ? "retry" : "retries"}`);
  return notes.join(", ");
}

/** Whether the stream is read again before anything of it is published. */
function isRefused({ error_code }: StreamSummary): boolean {
  return error_code === "contract-broken" || error_code === "check-failed";
}

function stop(s: StreamSummary): string {
  const [contradiction] = s.contradictions;
  const reason = contradiction?.code ?? s.stop_reason ?? "unknown";
  if (s.declared_total === null) return reason;
  const total = formatCount(s.declared_total);
  // After another word than that of a reached or counted total, a number alone reads as a count of what it says.
  const isTotal = reason === "total-reached" || reason === "snapshot-counted";
  return isTotal ? `${reason} ${total}` : `${reason}, ${total} declared`;
}

/** What became of the files of a folder. */
export function folder(s: FolderCounts): string {
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

/** Files of a stream by what became of them. */
type FolderCounts = Pick<
  StreamSummary,
  | "files_published"
  | "files_rejected"
  | "files_duplicate"
  | "files_unchanged"
  | "files_still_rejected"
  | "files_waiting"
>;

function rejected(summary: RunSummary, options: RenderSummaryOptions): string[] {
  const files = summary.rejected_files.map((file) => [
    escapeLine(`${file.source}: ${file.path}`),
    file.code,
    escapeLine(withoutObject(file.message)),
  ]);
  const records = summary.rejects.map((reject) => [
    `${reject.source}.${reject.stream}: ${formatCount(reject.count)}`,
    reject.code,
    escapeLine(
      [reject.count === 1 ? "" : "such as", placeOf(reject)].filter(Boolean).join(" ")
        .concat(": ", reject.example).replace(/^: /, ""),
    ),
  ]);
  if (files.length + records.length === 0) return [];
  const columns = [{ title: "", cutMiddle: true }, { title: "" }, { title: "" }];
  return [
    `${options.style.bold("Rejected")} and kept in ${
      shown(join(summary.lake, "quarantine"), options)
    }`,
    table(columns, [...files, ...records], { indent: "  ", width: options.width }),
  ];
}

/** A place in a file; the address of a page says less than its message. */
function placeOf({ origin, line }: RunSummary["rejects"][number]): string {
  return origin === null || line === null ? "" : `${origin} line ${line}`;
}

function columns({ columns: changes }: RunSummary, options: RenderSummaryOptions): string[] {
  if (changes.length === 0) return [];
  return [
    options.style.bold("Columns that changed"),
    ...changes.map((one) => `  ${one.source}.${one.stream}: ${escapeLine(changeInWords(one))}`),
    "",
  ];
}

function checks({ checks: found }: RunSummary, options: RenderSummaryOptions): string[] {
  if (found.length === 0) return [];
  const rows = found.map(({ source, stream, severity, violations, example }) => [
    `${source}.${stream}: ${formatCount(violations)}`,
    severity,
    escapeLine(example ?? ""),
  ]);
  const columns = [{ title: "", cutMiddle: true }, { title: "" }, { title: "" }];
  return [
    options.style.bold("Checks that found something"),
    table(columns, rows, { indent: "  ", width: options.width }),
  ];
}

/** `Cannot prepare "x.csv": it is empty` is next to the name of the file already. */
function withoutObject(message: string): string {
  return message.replace(/^Cannot \w+ "[^"]*": /, "");
}

function places(summary: RunSummary, options: RenderSummaryOptions): string[] {
  const { style, width } = options;
  const show = (path: string) => style.cyan(shown(path, options));
  const steps = nextSteps(summary, options).flatMap(([call, what], at): [string, string][] => {
    const title = at === 0 ? "next" : "";
    return displayWidth(`  audit  ${call}   ${what}`) <= width
      ? [[title, `${style.cyan(call)}   ${what}`]]
      : [[title, style.cyan(call)], ["", what]];
  });
  const rows: [string, string][] = [
    ["lake", show(summary.lake)],
    ["audit", show(summary.audit)],
    ...(summary.log === undefined ? [] : [["log", show(summary.log)] as [string, string]]),
    ...(summary.log_fault === null
      ? []
      : [["", `${style.yellow("!")} ${escapeLine(summary.log_fault)}`] as [string, string]]),
    ...steps,
  ];
  return [table([{ title: "" }, { title: "" }], rows, { indent: "  " }).trimEnd()];
}
