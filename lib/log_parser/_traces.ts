import { durationNanos } from "./_duration.ts";
import {
  EXCEPTION_LENGTH,
  exceptionOf,
  isException,
  isNoCrash,
  isTraceback,
  raisedIn,
} from "./_exceptions.ts";
import { LogRecord } from "./_log_record.ts";
import { settleRest } from "./_message_values.ts";

const TRACE_LINE =
  /^(?:\s+(?:at |File "|from \S+:\d|\+ Exception Group Traceback |\.\.\. \d+ (?:more|common)|Suppressed: |thrown in )| ---> |Caused by: |Suppressed: |Traceback \(most recent|During handling of the above|The above exception was|goroutine \d+ \[|\[signal |created by | *\^+$|exit status \d|Stack trace:|\[stacktrace\]|#\d+ +|--- End of |Node\.js v\d|\S+\.rb:\d+:in |<asynchronous suspension>$)/;
const CRASH = /^(?:panic|fatal error): /;
/** A call in a trace of Go, which is not indented; a message may look like one. */
const GO_CALL = /^[\w./$*]+(?:\(\*?\w+\)[\w.]*)?\([^)]*\)$/;
/** What begins a trace of its own: Java, Python, Go, PHP, .NET, Ruby. */
const TRACE_START =
  /^(?:Exception in thread "|Traceback \(most recent call last\):|\s*\+ Exception Group Traceback |panic: |fatal error: |Unhandled exception[.:]|PHP Fatal error: |Uncaught |exception '[\w\\]+' with message '|\S+\.rb:\d+:in |(?:\/|file:|node:)\S+:\d+$)/;
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
/** What is below an exception, and below no line of text. */
const BELOW =
  /^(?:#\d+ .*[({]|\s+from \S+:\d|\s*\.\.\. \d+ (?:more|common)|Caused by: |Stack trace:|\[stacktrace\])/;
/** An exception is one in a record of this level even if nothing is below it. */
const ERROR = 17;

/** Says whether a line looks like a part of a stack trace; an indented line counts. */
export function isTraceLine(line: string): boolean {
  return isStackLine(line) || /^\s/.test(line) || GO_CALL.test(line) || isException(line, ERROR);
}

/** Says whether a line is a part of a trace beyond doubt. */
export function isTracePart(line: string): boolean {
  return isStackLine(line) || isException(line, ERROR) && CERTAIN_EXCEPTION.test(line);
}

/** Says whether a line may begin a trace even if no line above introduces it. */
export function isTraceStart(line: string): boolean {
  return TRACE_START.test(line) || exceptionOf(line) !== null && CERTAIN_EXCEPTION.test(line);
}

/** Whether a line is below an exception, or below a panic. */
export function isFrame(line: string): boolean {
  return FRAME.test(line) || BELOW.test(line) || /^goroutine \d+ \[/.test(line);
}

function isStackLine(line: string): boolean {
  return TRACE_LINE.test(line) || CRASH.test(line) && !isNoCrash(line);
}

/** Whether a trace so far has only the place at which Node stopped, or Dart's title: source or message follow. */
export function isNodePlace({ format, body = "" }: LogRecord): boolean {
  return format === "trace" && (NODE_PLACE.test(body) || body === "Unhandled exception:");
}

/** What Python writes between exceptions of one chain. */
const CHAINED = /^(?:During handling of the above|The above exception was)/;
/** One that is no part of a group. */
const NEXT_TRACEBACK = /^(?: {0,2}\+ Exception Group )?Traceback /;
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
  if (isTraceback(body)) {
    return last !== "" && NEXT_TRACEBACK.test(line) && !CHAINED.test(last);
  }
  return LAST_FRAME.test(last) && !CAUSE.test(line) && isTraceStart(line);
}

/** Says whether a line begins an event of its own even if another one is open. */
export function isRuntimeStart(line: string): boolean {
  return RUNTIME_START.test(line) && !isNoCrash(line);
}

/** Returns a record for the first line of a trace that nothing introduces: it is an event of its own. */
export function traceRecord(text: string): LogRecord | undefined {
  if (!isTraceStart(text)) return undefined;
  const record = new LogRecord("trace");
  record.joins = "traces";
  record.body = text;
  return record;
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
  if (rest.length > 0 || record.format === "php") settleRest(record);
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
  // A trace of its own is one whatever else it says.
  const level = record.format === "trace" ? ERROR : record.severity_number;
  const start = lines.findIndex((line, i) =>
    isStackLine(line) || isException(line.trimStart(), level) ||
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
  const cause = causeOf(stack.split(/\r?\n/), record.body ?? "");
  record.error_type = cause?.[1];
  record.error_message ??= cause?.[2];
}

/** The message of an event whose frames are below it. */
const ABOVE_FRAMES = /Traceback \(most recent call last\):\s*$/;

function causeOf(
  trace: readonly string[],
  body: string,
): readonly (string | undefined)[] | undefined {
  const first = trace[0] ?? "";
  // Python names the exception below the frames, the others above them.
  const head = ABOVE_FRAMES.exec(body)?.[0];
  const traceback = isTraceback(first) ? trace : head === undefined ? [] : [head, ...trace];
  const raised = raisedIn(traceback);
  if (raised !== undefined) return raised;
  if (first.startsWith("panic: ")) return /^(panic): (.*)$/.exec(first) ?? undefined;
  const thrown = thrownAt(trace, 0);
  if (thrown !== null) return thrown;
  for (const line of trace) {
    const text = line.replace(/^[\s|+-]+/, "");
    if (isException(text, ERROR)) return exceptionOf(text) ?? undefined;
  }
  const named = body.length > EXCEPTION_LENGTH ? null : RAILS.exec(body) ?? MONOLOG.exec(body);
  if (named !== null) return named;
  const [, message = "", type] = RUBY.exec(body) ?? RUBY.exec(first.slice(0, EXCEPTION_LENGTH)) ??
    [];
  if (type !== undefined) return ["", type, message];
  const inBody = body.slice(Math.max(0, body.lastIndexOf(" ", body.indexOf(": ") - 1) + 1));
  return isException(inBody, ERROR) ? exceptionOf(inBody) ?? undefined : undefined;
}

/** The class and message of a line that frames follow, whatever the class is called. */
function thrownAt(
  lines: readonly string[],
  i: number,
): readonly (string | undefined)[] | null {
  const line = lines[i] ?? "";
  const next = lines[i + 1] ?? "";
  if (line.length > EXCEPTION_LENGTH) return null;
  const isAbove = FRAME.test(next);
  return isAbove && THROWN.exec(line) || (isAbove || BELOW.test(next) ? exceptionOf(line) : null);
}
