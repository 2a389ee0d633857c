import {
  ConfigError,
  exitCodeOfMany,
  IngestError,
  StorageError,
  SuspendedError,
  UsageError,
} from "../../errors/mod.ts";
import {
  countOf,
  escapeLine,
  failureDocument,
  failureText,
  formatBytes,
  formatCount,
  jsonDocument,
  rejectExcerpt,
  table,
} from "../../terminal/mod.ts";
import type { CommandContext } from "../command.ts";
import type { InputFile } from "../inputs.ts";
import type { LogTarget } from "./targets.ts";
import { metricRows } from "./metric_rows.ts";
import { isUsable } from "./parse_into.ts";
import type { ParsedLog } from "./parse_log_file.ts";

/** Rejected lines of one log that are shown. */
const SHOWN_REJECTS = 10;

/** A log, and where its results go if they are written. */
export type ReportedLog = InputFile & Partial<LogTarget>;

/** Says what became of each log. */
export class LogReport {
  readonly #context: CommandContext;
  readonly #json: boolean;
  readonly #documents: object[] = [];
  /** Files of records that are whole. */
  readonly written: string[] = [];
  #usable = 0;
  #faults = 0;

  /** @param context Where it goes. */
  constructor(context: CommandContext, json: boolean) {
    this.#context = context;
    this.#json = json;
  }

  /** Parses a log; one that cannot be read gets a line of its own and does not stop the others. */
  async add(log: ReportedLog, parse: () => Promise<ParsedLog>): Promise<void> {
    const { write, tell, style, signal, cwd } = this.#context;
    try {
      const parsed = await parse();
      if (isUsable(parsed)) {
        this.#usable++;
        if (log.records !== undefined) this.written.push(log.records);
      }
      this.#faults += parsed.quarantined;
      if (this.#json) this.#documents.push(asJson(log, parsed));
      else write(asText(log, parsed, this.#context));
    } catch (error) {
      if (signal.aborted || !isFaultOf(log, error)) throw error;
      this.#faults++;
      const { name } = log;
      this.#documents.push({ file: name, error: failureDocument(error, { path: name }, cwd) });
      const said = failureText(error, { path: name });
      tell(`${escapeLine(name)}: ${style.red(error.code)}, ${said}\n`);
    }
  }

  /** Ends the report and returns the exit code. */
  end(): number {
    if (this.#json) this.#context.write(jsonDocument({ files: this.#documents }));
    return this.code;
  }

  /** The exit code so far. */
  get code(): number {
    return exitCodeOfMany({ usable: this.#usable, faults: this.#faults });
  }
}

/** Whether an error is the fault of one log, and not of what is written. */
function isFaultOf(log: ReportedLog, error: unknown): error is IngestError {
  if (error instanceof UsageError || error instanceof ConfigError) return false;
  if (error instanceof SuspendedError) return false;
  if (error instanceof StorageError) return error.context["path"] === log.path;
  return error instanceof IngestError;
}

function asJson(log: ReportedLog, parsed: ParsedLog): object {
  const { quarantined: rejected, rejects, detection, metrics, ...counts } = parsed;
  const { errors, levels, statuses, statusClasses, latency, routes, volume } = metrics;
  return {
    file: log.name,
    records_file: isUsable(parsed) ? log.records ?? null : null,
    rejects_file: isUsable(parsed) && rejected > 0 ? log.rejects ?? null : null,
    ...counts,
    // Without records the log is not hashed and nothing is written.
    ...(log.records === undefined && { sha256: null, bytes: null }),
    rejected,
    detected: detection === undefined
      ? null
      : { format: detection.format ?? null, confidence: detection.confidence },
    metrics: {
      total_lines: parsed.lines,
      errors,
      warnings: levels.warn,
      info: levels.info,
      levels,
      error_types: metrics.errorTypes,
      peak_error_time: volume.peakErrors?.start ?? null,
      statuses,
      status_classes: statusClasses,
      response_bytes: metrics.responseBytes ?? null,
      latency_ns: latency ?? null,
      latency_ns_by_path: routes,
      volume: {
        bucket_minutes: volume.bucketMinutes,
        peak: volume.peak ?? null,
        buckets: volume.buckets,
      },
      top_paths: metrics.paths,
      top_clients: metrics.clients,
      top_user_agents: metrics.userAgents,
      first_timestamp: metrics.firstTimestamp ?? null,
      last_timestamp: metrics.lastTimestamp ?? null,
    },
    rejects: rejects.map(({ code, message, place: { line, byteOffset } }) => (
      { code, message, line, byte_offset: byteOffset }
    )),
    rejects_omitted: rejected - rejects.length,
  };
}

function asText(log: ReportedLog, parsed: ParsedLog, { style, width }: CommandContext): string {
  const { lines, records, continuation, quarantined, blank, directives, filtered } = parsed;
  const parts = [
    countOf(records, "record"),
    ...([
      [continuation, "continue an event"],
      [quarantined, "rejected"],
      [blank, "blank"],
      [directives, "directives"],
      [filtered, "left out"],
    ] as const).filter(([count]) => count > 0).map(([count, what]) =>
      `${formatCount(count)} ${what}`
    ),
  ];
  const name = style.bold(escapeLine(log.name));
  const formats = Object.entries(parsed.formats).map(([format, count]) =>
    `${format} ${formatCount(count)}`
  );
  const rows: [string, string][] = [["formats", formats.join("  ")], ...metricRows(parsed.metrics)];
  const isWritten = log.records !== undefined && isUsable(parsed);
  if (isWritten) {
    rows.push(["written", `${escapeLine(log.records ?? "")} (${formatBytes(parsed.bytes)})`]);
    if (quarantined > 0) rows.push(["rejects", escapeLine(log.rejects ?? "")]);
  } else if (log.records !== undefined) {
    const next =
      "no line of it is a record; say its format by --format, or describe it by --formats";
    rows.push(["written", `nothing: ${next}`]);
  }
  const shown = parsed.rejects.slice(0, SHOWN_REJECTS);
  const more = quarantined - shown.length;
  return [
    `${name}: ${countOf(lines, "line")} = ${parts.join(" + ")}\n`,
    table([{ title: "" }, { title: "" }], rows, { indent: "  ", width }),
    ...shown.map(({ code, message, place, raw }) =>
      `  ${style.yellow("rejected")} line ${place.line}: ${code}, ${escapeLine(message)}\n` +
      rejectExcerpt(log.name, { place, raw })
    ),
    more > 0
      ? `  ${style.yellow("rejected")} ${formatCount(more)} more${
        log.rejects === undefined ? "; --out keeps all of them" : ", all of them in the file above"
      }\n`
      : "",
  ].join("");
}
