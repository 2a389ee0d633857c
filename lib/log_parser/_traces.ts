import { durationNanos } from "./_duration.ts";
import { LogRecord } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";

const EXCEPTION =
  /^(?:Exception in thread "[^"]*" |Caused by: |Uncaught |Unhandled exception\. )?((?:[A-Za-z_$][\w$]*[.:]{1,2})*(?:[A-Za-z_$][\w$]*)?(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)\w*)(?:: (.*))?$/;
const TRACE_LINE =
  /^(?:\s+(?:at |File "|from \S+:\d|\+ Exception Group Traceback |\.\.\. \d+ (?:more|common)|Suppressed: |thrown in )| ---> |Caused by: |Suppressed: |Traceback \(most recent|During handling of the above|The above exception was|goroutine \d+ \[|panic: |fatal error: |\[signal |created by | *\^+$|exit status \d|Stack trace:|\[stacktrace\]|#\d+ +|--- End of |Node\.js v\d|\S+\.rb:\d+:in |<asynchronous suspension>$)/;
/** A call in a trace of Go, which is not indented; a message may look like one. */
const GO_CALL = /^[\w./$*]+(?:\(\*?\w+\)[\w.]*)?\([^)]*\)$/;
/** What begins a trace of its own: Java, Python, Go, PHP, .NET, Ruby. */
const TRACE_START =
  /^(?:Exception in thread "|Traceback \(most recent call last\):|panic: |fatal error: |Unhandled exception[.:]|PHP Fatal error: |Uncaught |exception '[\w\\]+' with message '|\S+\.rb:\d+:in |(?:\/|file:|node:)\S+:\d+$)/;
const NODE_PLACE = /^(?:\/|file:|node:)\S+:\d+$/;
/** What a runtime writes as it gives up, after whatever line was the last one of a logger. */
const RUNTIME_START = /^(?:Exception in thread "|panic: |fatal error: |Unhandled exception[.:])/;
/** Rails: `NoMethodError (undefined method 'x'):` */
const RAILS = /^([A-Z][\w:]*(?:Error|Exception)[\w:]*) \((.*)\):?$/;
/** Monolog, within the context: `(Exception(code: 0): text at /a.php:3)`. */
const MONOLOG = /"\[object\] \(([\w\\]+)\(code: \d+\): (.*?) at /;
const RUBY = /^(?:\S+\.rb:\d+:in [^:]*: )?(.*) \(([A-Z][\w:]*(?:Error|Exception))\)$/;
/** A frame of Java, .NET or Node: whatever class the line above names has been thrown. */
const FRAME =
  /^\s+at (?:(?:async |new )?\S{1,999}(?: \[as [^\]]{1,99}\])? ?\(|\S{1,999}:\d+(?::\d+)?$)/;
const THROWN = /^((?:[A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*|[A-Z][\w$]*(?=: ))(?:: (.*))?$/;
/** The place of a call in a trace of Go; the line above names the function. */
const GO_PLACE = /^\t\S+\.go:\d+/;
/** A qualified name, or one with a message. */
const CERTAIN_EXCEPTION = /^(?:Caused by: )?(?:[\w$]+[.:]+[\w$.:]+|[A-Z][\w$]*: )/;

/** Longer lines are no exception names; the limit also bounds the expression's work. */
const EXCEPTION_LENGTH = 2048;

/** Says whether a line looks like a part of a stack trace; an indented line counts. */
export function isTraceLine(line: string): boolean {
  return TRACE_LINE.test(line) || /^\s/.test(line) || GO_CALL.test(line) ||
    exceptionOf(line) !== null;
}

/** Says whether a line is a part of a trace beyond doubt. */
export function isTracePart(line: string): boolean {
  return TRACE_LINE.test(line) || exceptionOf(line) !== null && CERTAIN_EXCEPTION.test(line);
}

/** Says whether a line begins a trace even if no line above introduces it. */
export function isTraceStart(line: string): boolean {
  return TRACE_START.test(line) || exceptionOf(line) !== null && CERTAIN_EXCEPTION.test(line);
}

/** Whether a trace so far has only the place at which Node stopped, or Dart's title: source or message follow. */
export function isNodePlace({ format, body = "" }: LogRecord): boolean {
  return format === "trace" && (NODE_PLACE.test(body) || body === "Unhandled exception:");
}

/** What Python writes between exceptions of one chain. */
const CHAINED = /^(?:During handling of the above|The above exception was)/;
const CAUSE = /^(?:Caused by|Suppressed): /;
/** The end of a trace of Java, .NET, Node, PHP or Ruby, as far as one line can show it. */
const LAST_FRAME = /^(?:\s+at |\s*\.\.\. \d+ |#\d+ |\s+thrown in |\s+from )/;

/** Says whether a line begins another trace after one that nothing introduces. */
export function isNextTrace(
  { body = "" }: LogRecord,
  rest: readonly string[],
  line: string,
): boolean {
  const last = rest.at(-1) ?? "";
  // In Python's, the exception stands below the frames.
  if (body.startsWith("Traceback ")) {
    return last !== "" && line.startsWith("Traceback ") && !CHAINED.test(last);
  }
  return LAST_FRAME.test(last) && !CAUSE.test(line) && isTraceStart(line);
}

/** Says whether a line begins an event of its own even if another one is open. */
export function isRuntimeStart(line: string): boolean {
  return RUNTIME_START.test(line);
}

/** Returns a record for the first line of a trace that nothing introduces: it is an event of its own. */
export function traceRecord(text: string): LogRecord | undefined {
  if (!isTraceStart(text)) return undefined;
  const record = new LogRecord("trace");
  record.body = text;
  return record;
}

/** A level in German, French, Spanish, Italian, Portuguese, Japanese or Chinese, as Java translates it, or its own. */
const JUL_LEVEL = /^(\p{Lu}{4,15}|\p{Lo}{2}):(?: |$)/u;
const JUL_LEVELS: Readonly<Record<string, string>> = {
  ...{
    SCHWERWIEGEND: "SEVERE",
    GRAVE: "SEVERE",
    "重大": "SEVERE",
    "致命的": "SEVERE",
    "严重": "SEVERE",
  },
  ...{
    WARNUNG: "WARNING",
    AVERTISSEMENT: "WARNING",
    ADVERTENCIA: "WARNING",
    AVVERTENZA: "WARNING",
  },
  ...{
    ADVERTÊNCIA: "WARNING",
    "警告": "WARNING",
    INFORMATION: "INFO",
    INFOS: "INFO",
    "情報": "INFO",
  },
  ...{ INFORMACIÓN: "INFO", INFORMAZIONI: "INFO", INFORMAÇÕES: "INFO", "信息": "INFO" },
  ...{ KONFIGURATION: "CONFIG", FEIN: "FINE", FEINER: "FINER" },
};
const IS_JUL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST)$/;
const JUL_HEADER = /^([\w.$]+) [\w$<>]+$/;

/** Reads the second line of `java.util.logging`: `INFO: message`, below a time, a class and a method. */
export function readJulMessage(record: LogRecord, text: string): boolean {
  const { body = "", logger, timestamp_raw = "" } = record;
  if (record.severity_number !== undefined || timestamp_raw === "") return false;
  // Where all lines have it, the class has been read.
  const header = logger === undefined ? body : `${logger} ${body}`;
  const name = JUL_HEADER.exec(header)?.[1];
  // Without a package, a class and a method may be any two words.
  const isJul = name !== undefined && (name.includes(".") || / [AP]M$/.test(timestamp_raw));
  const level = isJul ? JUL_LEVEL.exec(text) : null;
  const written = level?.[1] ?? "";
  const word = JUL_LEVELS[written] ?? written;
  if (level === null || !IS_JUL.test(word)) return false;
  record.severity_text = written;
  record.severity_number = severityNumber(word);
  record.logger = header.replace(" ", ".");
  record.body = text.slice(level[0].length);
  return true;
}

const ASP_NET_LEVEL = /^(?:trce|dbug|info|warn|fail|crit)$/;

/** Gives a record the lines below its first one. */
export function attachRest(record: LogRecord, rest: readonly string[]): void {
  if (record.format === "trace") attachTrace(record, rest);
  else if (record.format === "aspnet" || isAspNet(record, rest)) {
    attachLines(
      record,
      rest.map((line) => line.replace(/^ {6}/, "")),
    );
  } else if (rest.length > 0) attachLines(record, rest);
  if (record.format === "mysql") readQueryTime(record);
}

/** ASP.NET Core's console with a time: the message is indented below the level and the class. */
function isAspNet({ body, severity_text, logger }: LogRecord, rest: readonly string[]): boolean {
  return body === "" && logger !== undefined && ASP_NET_LEVEL.test(severity_text ?? "") &&
    rest[0]?.startsWith("      ") === true;
}

/** MySQL's slow log says how long a query took; of several in one second, none is the event's. */
function readQueryTime(record: LogRecord): void {
  const [first, second] = record.body?.matchAll(/^# Query_time: (\d+\.\d+) /gm) ?? [];
  if (second === undefined) record.duration_ns = durationNanos(first?.[1] ?? "", "s");
}

/** Gives a trace that stands alone its columns. */
function attachTrace(record: LogRecord, rest: readonly string[]): void {
  const first = record.body ?? "";
  attachLines(record, [first, ...rest]);
  record.error_stack ??= [first, ...rest].join("\n");
  record.body = record.error_message ?? first;
}

/**
 * Gives the lines that follow a header to its record: a stack trace goes to `error_*`, what stands
 * before it belongs to the message.
 */
function attachLines(record: LogRecord, lines: readonly string[]): void {
  const start = lines.findIndex((line, i) =>
    TRACE_LINE.test(line) || exceptionOf(line.trimStart()) !== null ||
    GO_PLACE.test(lines[i + 1] ?? "") || thrownAt(lines, i) !== null
  );
  const text = lines.slice(0, start < 0 ? lines.length : start);
  while (start >= 0 && text.at(-1)?.trim() === "") text.pop();
  if (text.length > 0) {
    record.body = [...record.body ? [record.body] : [], ...text].join("\n");
  }
  if (start < 0) return;
  record.error_stack = lines.slice(start).join("\n");
  setCause(record, record.error_stack);
}

/** Sets type and message of what a trace shows, if the record does not have them. */
export function setCause(record: LogRecord, stack: string): void {
  if (record.error_type !== undefined) return;
  const cause = causeOf(stack.split("\n"), record.body ?? "");
  record.error_type = cause?.[1];
  record.error_message ??= cause?.[2];
}

function causeOf(
  trace: readonly string[],
  body: string,
): readonly (string | undefined)[] | undefined {
  const first = trace[0] ?? "";
  if (first.startsWith("panic: ")) return /^(panic): (.*)$/.exec(first) ?? undefined;
  const thrown = thrownAt(trace, 0);
  if (thrown !== null) return thrown;
  // Python names the exception below the frames, the others above them.
  const ordered = first.startsWith("Traceback ") ? trace.toReversed() : trace;
  for (const line of ordered) {
    const match = exceptionOf(line.replace(/^[\s|+-]+/, ""));
    if (match !== null) return match;
  }
  const named = body.length > EXCEPTION_LENGTH ? null : RAILS.exec(body) ?? MONOLOG.exec(body);
  if (named !== null) return named;
  const [, message = "", type] = RUBY.exec(body) ?? RUBY.exec(first.slice(0, EXCEPTION_LENGTH)) ??
    [];
  if (type !== undefined) return ["", type, message];
  const inBody = body.slice(Math.max(0, body.lastIndexOf(" ", body.indexOf(": ") - 1) + 1));
  return exceptionOf(inBody) ?? undefined;
}

/** The class and message of a line that frames follow, whatever the class is called. */
function thrownAt(lines: readonly string[], i: number): RegExpExecArray | null {
  const line = lines[i] ?? "";
  const isThrown = FRAME.test(lines[i + 1] ?? "") && line.length <= EXCEPTION_LENGTH;
  return isThrown ? THROWN.exec(line) : null;
}

function exceptionOf(line: string): RegExpExecArray | null {
  return line.length <= EXCEPTION_LENGTH ? EXCEPTION.exec(line) : null;
}
