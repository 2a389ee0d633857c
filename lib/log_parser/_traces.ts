import type { LogRecord } from "./_log_record.ts";

const EXCEPTION =
  /^(?:Exception in thread "[^"]*" |Caused by: |Uncaught |Unhandled exception\. )?((?:[A-Za-z_$][\w$]*[.:]{1,2})*[A-Za-z_$][\w$]*(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)\w*)(?:: (.*))?$/;
const TRACE_LINE =
  /^(?:\s+(?:at |File "|\.\.\. \d+ (?:more|common)|Suppressed: )|Caused by: |Suppressed: |Traceback \(most recent|goroutine \d+ \[|panic: |Stack trace:|#\d+ +|--- End of )/;

/** Longer lines are no exception names; the limit also bounds the expression's work. */
const EXCEPTION_LENGTH = 2048;

/** Says whether a line looks like a part of a stack trace; an indented line counts. */
export function isTraceLine(line: string): boolean {
  return TRACE_LINE.test(line) || /^\s/.test(line) || exceptionOf(line) !== null;
}

/**
 * Gives the lines that follow a header to its record: a stack trace goes to `error_*`, what stands
 * before it belongs to the message.
 */
export function attachLines(record: LogRecord, lines: readonly string[]): void {
  const start = lines.findIndex((line) => TRACE_LINE.test(line) || exceptionOf(line) !== null);
  const text = start < 0 ? lines : lines.slice(0, start);
  if (text.length > 0) record.body = [record.body ?? "", ...text].join("\n");
  if (start < 0) return;
  const trace = lines.slice(start);
  record.error_stack = trace.join("\n");
  const cause = causeOf(trace, record.body ?? "");
  record.error_type ??= cause?.[1];
  record.error_message ??= cause?.[2];
}

function causeOf(trace: readonly string[], body: string): RegExpExecArray | undefined {
  const first = trace[0] ?? "";
  if (first.startsWith("panic: ")) return /^(panic): (.*)$/.exec(first) ?? undefined;
  // Python names the exception below the frames, the others above them.
  const ordered = first.startsWith("Traceback ") ? trace.toReversed() : trace;
  for (const line of ordered) {
    const match = exceptionOf(line);
    if (match !== null) return match;
  }
  const inBody = body.slice(Math.max(0, body.lastIndexOf(" ", body.indexOf(": ") - 1) + 1));
  return exceptionOf(inBody) ?? undefined;
}

function exceptionOf(line: string): RegExpExecArray | null {
  return line.length <= EXCEPTION_LENGTH ? EXCEPTION.exec(line) : null;
}
