// deno-lint-ignore-file no-unused-vars require-yield
/** What happened at one moment, in one line or many. */
export interface LogEvent {
  /** Number of its first line, from 1. */
  readonly line: number;
  /** Whether its first line is a header or a JSON object. */
  readonly header: boolean;
  /** Its lines, unchanged. */
  readonly lines: readonly string[];
}

/** Joins the lines of a log to events. */
export function* events(lines: Iterable<string>): Generator<LogEvent, void> {
  // TODO(you): what begins an event, and when do you know that one has ended?
  throw new Error("Not written yet: events() in this file; begin with lines that all are headers");
}
