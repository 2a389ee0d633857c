/**
 * The law comes first: lines = records + rejects + blank. A parser that keeps it can be wrong about a line, but it cannot
 * be silent about one, and a dashboard that shows the three numbers next to each other shows the day on which a format changed.
 *
 * Lines are numbered before anything is decided about them. A counter that is raised where a record is pushed counts records;
 * the number in a reject is then off by all rejects before it, and nobody finds the line that it speaks of.
 *
 * The reject keeps the line as it is, blanks and all: it is the only copy that can be parsed again once the parser is mended.
 * What is trimmed or decoded "to be nice" cannot be put back.
 *
 * An unknown level is no INFO. A default is an invented value that looks like a read one, and it is the errors that vanish in it.
 *
 * A line end closes a line and begins none. split() does not know that, and gives a last, empty piece.
 *
 * @module
 */
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

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (DEBUG|INFO|WARN|ERROR) (.*)$/s;

/** Reads a log, and accounts for each of its lines. */
export function readLog(text: string): LogReport {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const records: LogRecord[] = [];
  const rejects: Reject[] = [];
  let blank = 0;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    if (raw.trim() === "") {
      blank++;
      continue;
    }
    const [, time, level, message] = LINE.exec(raw) ?? [];
    if (time === undefined || level === undefined || message === undefined) {
      rejects.push({ line, reason: "expected a time, a level and a message", raw });
      continue;
    }
    records.push({ line, time, level, message });
  }
  return { records, rejects, blank, lines: lines.length };
}
