import { type EventInfo, EVENTS, type LogLevel } from "./events.ts";
import { configureSync, type LogRecord, resetSync } from "@logtape/logtape";
import { storageError, writeError } from "../io/mod.ts";
import { type Entry, formatJson, toEntry } from "./_entry.ts";
import { entryOf, formatEvent } from "./_event_line.ts";
import { sendEventsTo } from "./log_event.ts";
import { LineFile } from "./line_file.ts";
import { formatTerminal } from "./_terminal_line.ts";
import { redact } from "./redact.ts";
import { RunLog } from "./run_log.ts";
import { traceEvent } from "./telemetry.ts";
import { CONTEXT_STORAGE } from "./with_correlation.ts";

/** Options of {@linkcode startLogging}. */
export interface LoggingOptions {
  /** Id of the run; every line carries it. */
  readonly runId: string;
  /** File that the lines are appended to as JSON. @default {no file} */
  readonly file?: string;
  /** Form of the lines on the terminal. */
  readonly terminal: "pretty" | "json" | "none";
  /** Lowest level that is logged. @default {"info"} */
  readonly level?: LogLevel;
  /** Lowest level that is shown on the terminal. @default {level} */
  readonly terminalLevel?: LogLevel;
  /** Fields that the terminal shows in its readable form; the file has all. @default {all} */
  readonly terminalFields?: readonly string[];
  /** Writes one line, given without its end, to the terminal. @default {standard error} */
  readonly write?: (line: string) => void;
  /** Told, in one sentence and once, if the file cannot be written; the work goes on. @default {`write`} */
  readonly onFileFault?: (message: string) => void;
  /**
   * The log is a run's: what it counted is logged after each so many ms and at its end, and a last line says how it ended
   * whatever ends it. @default {it is not}
   */
  readonly metricsMs?: number;
  /** Whether the terminal's lines are colored. @default {on a terminal, unless NO_COLOR is set} */
  readonly color?: boolean;
}

/** The latest configuration: an earlier one that is disposed of late must not end it. */
let active: symbol | undefined;

/**
 * Sends the log lines of the whole process to a file, to the terminal, or to both.
 *
 * No line holds a credential: see {@linkcode redact}. The file gets one JSON object a line with `time`, `level`,
 * `severity`, `category`, `event`, `message`, then the correlation fields, then those of the event; errors keep code,
 * context, causes and stack. It is written once a second, after an error and by {@linkcode flushLog}, and synced when
 * logging ends; it goes on in a new piece when it is large or old, and closed pieces are compressed meanwhile.
 *
 * @returns What ends logging.
 * @throws {StorageError} If the file cannot be opened.
 */
export function startLogging(options: LoggingOptions): AsyncDisposable {
  const write = options.write ?? writeToStandardError;
  const { onFileFault = write } = options;
  const level = options.level ?? "info";
  const file = options.file === undefined ? undefined : LineFile.open(options.file, {
    onFailure: (error) =>
      onFileFault(redact(storageError("write", options.file ?? "", error).message)),
  });
  const run = options.metricsMs === undefined ? undefined : new RunLog(options.metricsMs);
  const { runId } = options;
  const sinks: Sink[] = [];
  if (file) sinks.push((line) => writeToFile(file, line));
  if (options.terminal !== "none") sinks.push(terminalSink(options, write));
  const own = active = Symbol(runId);
  const lowest = LEVELS.indexOf(level);
  sendEventsTo((logged) => {
    const { level } = EVENTS[logged.event] as EventInfo;
    if (LEVELS.indexOf(level) < lowest) return;
    // First, so that what it adds comes before the last line.
    run?.see(logged);
    traceEvent(logged, runId);
    const lineOf = (stack: boolean) => formatEvent(logged, runId, { stack });
    try {
      for (const sink of sinks) sink({ level, json: lineOf, entry: () => entryOf(lineOf(false)) });
    } catch {
      // A terminal that has gone away must not end the run; the file says itself when it cannot be written.
    }
  }, () => file?.flush());
  const others = (record: LogRecord) => {
    const entry = (stack = false) => toEntry(record, runId, { stack });
    const line = { level: record.level, json: (stack: boolean) => formatJson(entry(stack)), entry };
    for (const sink of sinks) sink(line);
  };
  configureSync({
    reset: true,
    sinks: { others },
    filters: {},
    contextLocalStorage: CONTEXT_STORAGE,
    loggers: [
      { category: [], sinks: ["others"], lowestLevel: level },
      { category: ["logtape", "meta"], lowestLevel: "warning" },
    ],
  });
  return handleOf(own, file, run);
}

function handleOf(
  own: symbol,
  file: LineFile | undefined,
  run: RunLog | undefined,
): AsyncDisposable {
  // Deno.exit() and a crash give no other chance to say how it ended and to write what is still buffered.
  const end = () => {
    if (active === own) run?.end("suspended");
    file?.flush();
  };
  const crash = (event: ErrorEvent | PromiseRejectionEvent) => {
    // Somebody has taken it, and the run goes on.
    if (event.defaultPrevented) return;
    if (active === own) run?.crash("error" in event ? event.error : event.reason);
    file?.flush();
  };
  globalThis.addEventListener("unload", end);
  globalThis.addEventListener("error", crash);
  globalThis.addEventListener("unhandledrejection", crash);
  return {
    async [Symbol.asyncDispose]() {
      globalThis.removeEventListener("unload", end);
      globalThis.removeEventListener("error", crash);
      globalThis.removeEventListener("unhandledrejection", crash);
      if (active === own) {
        run?.end("failed");
        sendEventsTo(undefined);
        resetSync();
      }
      await file?.[Symbol.asyncDispose]();
    },
  };
}

/** A line in each of its forms. */
interface Line {
  readonly level: LogLevel;
  /** As JSON, with the stacks of errors or without them. */
  json(stack: boolean): string;
  entry(): Entry;
}

type Sink = (line: Line) => void;

function writeToFile(file: LineFile, { level, json }: Line): void {
  file.append(json(true));
  if (level === "error" || level === "fatal") file.flush();
}

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warning", "error", "fatal"];

function terminalSink(options: LoggingOptions, write: (line: string) => void): Sink {
  const lowest = LEVELS.indexOf(options.terminalLevel ?? "trace");
  const color = options.color ??
    (options.write === undefined && Deno.stderr.isTerminal() && !Deno.noColor);
  return ({ level, json, entry }) => {
    if (LEVELS.indexOf(level) < lowest) return;
    write(
      options.terminal === "json"
        ? json(false)
        : formatTerminal(entry(), { color, fields: options.terminalFields }),
    );
  };
}

function writeToStandardError(line: string): void {
  writeError(`${line}\n`);
}
