// deno-lint-ignore-file no-unused-vars
/** A good line. */
export interface LogRecord {
  readonly line: number;
  readonly time: string;
  readonly level: string;
  readonly message: string;
}

/** A line that is not good. */
export interface Reject {
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

/** What became of the lines. */
export interface LogReport {
  readonly records: readonly LogRecord[];
  readonly rejects: readonly Reject[];
  readonly blank: number;
  readonly lines: number;
}

/** Reads a log, and accounts for each of its lines. */
export function readLog(text: string): LogReport {
  // TODO(you): what can a line be, and where is each of these counted?
  throw new Error("Not written yet: readLog() in this file; begin with a text of one good line");
}
