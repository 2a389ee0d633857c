import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Row } from "../../db/mod.ts";
import {
  countOf,
  escapeLine,
  formatBytes,
  formatCount,
  formatDuration,
  paragraph,
  type Style,
  truncate,
} from "../../terminal/mod.ts";

/** One line of a run's log. */
export type TimelineEntry = Readonly<Record<string, unknown>>;

/** Returns the pieces of a run's log that are in a folder, the oldest first. */
export function logPieces(folder: string, runId: string): string[] {
  let names: string[];
  try {
    names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return []; // Without a log there is no timeline, and the tables are shown.
  }
  const pattern = new RegExp(`^${RegExp.escape(runId)}(?:\\.(\\d+))?\\.jsonl(?:\\.gz)?$`);
  return names.flatMap((name) => {
    const [found, number = "Infinity"] = pattern.exec(name) ?? [];
    return found === undefined ? [] : [{ name, at: Number(number) }];
  }).sort((a, b) => a.at - b.at).map(({ name }) => join(folder, name));
}

/** Reads the lines of a run's log; one that a kill has torn is left out. */
export function* readTimeline(pieces: readonly string[]): Generator<TimelineEntry> {
  for (const piece of pieces) {
    const bytes = Deno.readFileSync(piece);
    const text = new TextDecoder().decode(piece.endsWith(".gz") ? gunzipSync(bytes) : bytes);
    for (const line of text.split("\n")) {
      const entry = line.startsWith("{") ? parsed(line) : undefined;
      if (entry !== undefined) yield entry;
    }
  }
}

function parsed(line: string): TimelineEntry | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Torn; the log says itself that its run was cut off.
  }
}

/** Debug lines of one event and stream that are shown; what is more is counted. */
const MOST_ALIKE = 3;
const INDENT = " ".repeat(11);

/** Writes the lines of a run as a timeline for people, stage by stage. */
export function* renderTimeline(
  entries: Iterable<TimelineEntry>,
  { style, width }: { readonly style: Style; readonly width: number },
): Generator<string> {
  let begun = NaN;
  const more = new Map<string, Map<string, number>>();
  for (const entry of entries) {
    const time = Date.parse(String(entry["time"]));
    const name = String(entry["event"] ?? "");
    if (Number.isNaN(begun) || name === "run-started" && Number(entry["attempt"]) > 1) {
      begun = time;
      yield style.bold(`from ${escapeLine(String(entry["time"]))}`) + "\n";
    }
    const stream = streamOf(entry);
    const alike = more.get(stream) ?? new Map<string, number>();
    more.set(stream, alike);
    if (entry["level"] === "debug") {
      const count = (alike.get(name) ?? 0) + 1;
      alike.set(name, count);
      if (count > MOST_ALIKE) continue;
    }
    if (name === "stream-ended") yield* notShown(alike, { style, width });
    const offset = `+${((time - begun) / 1000).toFixed(3)}`.padStart(9);
    const words = [stream, eventText(entry), ...wordsOf(entry, width)].filter((word) => word);
    const text = paragraph(words.join(" "), width, INDENT);
    const isBad = ["warning", "error", "fatal"].includes(String(entry["level"]));
    yield offset + (isBad ? style.red(text.slice(offset.length)) : text.slice(offset.length));
  }
  for (const alike of more.values()) yield* notShown(alike, { style, width });
}

function* notShown(
  alike: Map<string, number>,
  { style, width }: { readonly style: Style; readonly width: number },
): Generator<string> {
  const rest = [...alike].filter(([, count]) => count > MOST_ALIKE)
    .map(([name, count]) => `${formatCount(count - MOST_ALIKE)} ${name}`);
  alike.clear();
  if (rest.length === 0) return;
  yield style.dim(paragraph(`and ${rest.join(", ")}: --json has them`, width, INDENT));
}

function streamOf({ source, stream }: TimelineEntry): string {
  return escapeLine([source, stream].filter((name) => name !== undefined).join("."));
}

/** The name of the event says it shortest; another package's line has its message. */
function eventText({ event, message }: TimelineEntry): string {
  return escapeLine(typeof event === "string" ? event : String(message));
}

/** Fields that a person needs nowhere, or that stand elsewhere in the line. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...["time", "level", "severity", "category", "event", "message", "run_id", "source", "stream"],
  ...["trace_id", "span_id", "sha256", "method"],
]);

function wordsOf(entry: TimelineEntry, width: number): string[] {
  return Object.entries(entry).filter(([name, value]) => !LEFT_OUT.has(name) && !isEmpty(value))
    .map(([name, value]) =>
      truncate(escapeLine(`${name}=${valueText(name, value)}`), width - INDENT.length)
    );
}

function isEmpty(value: unknown): boolean {
  return value === 0 || value === "" || JSON.stringify(value) === "{}";
}

function valueText(name: string, value: unknown): string {
  if (typeof value === "number" && value >= 0) {
    if (name.endsWith("_ms")) return formatDuration(value).replace(" ", "");
    if (/(?:^|_)bytes$/.test(name)) return formatBytes(value).replace(" ", "");
    return String(value);
  }
  if (typeof value === "string") return /\s/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(isError(value) ? errorText(value) : value);
}

interface LoggedError {
  readonly name: unknown;
  readonly code?: unknown;
  readonly message: unknown;
  readonly cause?: unknown;
}

function isError(value: unknown): value is LoggedError {
  return typeof value === "object" && value !== null && "name" in value && "message" in value;
}

function errorText({ code, name, message, cause }: LoggedError): string {
  const own = `${code ?? name}: ${message}`;
  return isError(cause) ? `${own} <- ${errorText(cause)}` : own;
}

/** What the audit database says of each stream of the run, and of what it published. */
export function renderVerdict(
  { streams, publications }: {
    readonly streams: readonly Row[];
    readonly publications: readonly Row[];
  },
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  const count = (row: Row, name: string) => `${formatCount(Number(row[name]))} ${name}`;
  const lines = streams.map((row) => {
    const kinds = ["read", "written", "rejected", "duplicates", "unchanged"];
    const counts = kinds.filter((name) => row[name] !== 0).map((name) => count(row, name));
    const why = [row["stop_reason"], row["error_code"]].filter((text) => text !== null);
    const name = `${row["source"]}.${row["stream"]}`;
    return `${name} ${row["outcome"] ?? "unfinished"}: ${[...why, ...counts].join(", ")}`;
  });
  const parts = publications.map((row) => {
    const rows = row["kind"] === "manifest" ? [] : [countOf(Number(row["rows"]), "row")];
    const bytes = formatBytes(Number(row["bytes"]));
    return [`${row["path"]} ${row["status"]}`, ...rows, bytes].join(", ");
  });
  const section = (title: string, rows: readonly string[]) =>
    rows.length === 0
      ? ""
      : `${style.bold(title)}\n${
        rows.map((row) => paragraph(escapeLine(row), width, "  ")).join("")
      }`;
  return section("verdict, by the audit database", lines) + section("in the lake", parts);
}
