import type { Cursor } from "./_line_cursor.ts";
import type { LogRecord } from "./_log_record.ts";

/** What the numbers of one place are: of few processes, of the same one in all lines, or of counted threads. */
export type NumberRole = "process" | "one process" | "thread";

/** No process has a number of more digits; threads of C have their address. */
export const MOST_PID = 7;
/** From here on, numbers show what they are; a process writes so many lines. */
const ENOUGH_LINES = 20;
const LINES_OF_ONE = 5;
const LEAST_DIGITS = 2;
const LEAST_LARGE = 1000;
/** What has one value in all lines may be a short code. */
const LEAST_DIGITS_OF_ONE = 3;
/** Threads are counted from one on, and nearly all of them write. */
const LEAST_THREADS = 3;
const MOST_THREADS = 256;
const GAPS = 4;

/** Numbers that a place holds in documented formats only: what stands before them, and they with what follows. */
const DOCUMENTED: readonly (readonly [before: RegExp, number: RegExp])[] = [
  // Spring Boot.
  [/$/, /^\[?\d+\]? +---(?: |$)/],
  // oslo.log, Odoo.
  [/\d $/, /^\d+ [A-Z]{4,8} (?:[a-z_]\w*(?:\.\w+)+ \[|[a-z_]\w* \[(?:-\]|req-|None))/],
  [/\d $/, /^\d+ [A-Z]{4,8} [\w?.-]+ (?:odoo|openerp|werkzeug)[.:]/],
  // HDFS.
  [/^\d{6} \d{6} $/, /^\d+ [A-Z]{4,5} /],
  // gunicorn.
  [/ [+-]\d{4}\] $/, /^\[\d+\] \[[A-Z]{4,8}\] /],
  // PostgreSQL.
  [/ [A-Z]{3,5} $/, /^\[\d+\]:? (?:\S*@\S* )?[A-Z]{3,9}\d?: /],
  // fail2ban.
  [/ fail2ban\.\w+ +$/, /^\[\d+\]: /],
  // Salt.
  [/:\d+ *\]\[[A-Z]+ *\]$/, /^\[\d+\] /],
];
const MOST_BEFORE = 64;

/** What numbers of one place are, by all of them; `undefined`: something else, such as lines of code or codes of errors. */
export function numberRole(values: readonly string[]): NumberRole | undefined {
  if (values.length < ENOUGH_LINES) return undefined;
  const different = [...new Set(values)];
  const most = Math.max(...different.map(Number));
  if (different.length >= LEAST_THREADS && most < MOST_THREADS && most < different.length * GAPS) {
    return "thread";
  }
  const [first = ""] = different;
  if (different.length === 1) {
    return first.length >= LEAST_DIGITS_OF_ONE ? "one process" : undefined;
  }
  // Small numbers of any width are of lines of code.
  if (most < LEAST_LARGE && different.some((text) => text.length !== first.length)) {
    return undefined;
  }
  const areFew = different.length * LINES_OF_ONE <= values.length;
  return areFew && different.every((text) => text.length >= LEAST_DIGITS) ? "process" : undefined;
}

/** The numbers that the lines of a file have in their headers, place by place. */
export class NumberVotes {
  readonly #shown: { values: string[]; levels: Set<string | undefined> }[] = [];
  #roles: (NumberRole | undefined)[] | undefined;

  /** Ends the learning. */
  settle(): void {
    this.#roles = this.#shown.map((place) => {
      const role = numberRole(place.values);
      if (place.levels.has(undefined)) return role;
      // Behind a level stand the codes of errors as well: only the process of all lines is none.
      return role === "one process" && place.levels.size > 1 ? role : undefined;
    });
  }

  /** What the number of a place is; while it is learned, it is noted. */
  roleAt(place: number, text: string, level: string | undefined): NumberRole | undefined {
    if (this.#roles !== undefined) return this.#roles[place];
    const shown = this.#shown[place] ??= { values: [], levels: new Set() };
    shown.values.push(text);
    shown.levels.add(level);
    return undefined;
  }
}

/**
 * Which column a number in a header belongs to; `undefined`: none, since nothing shows what it is.
 *
 * @param at Where it begins, with its bracket.
 */
export function columnOfNumber(
  record: LogRecord,
  cursor: Cursor,
  at: number,
  text: string,
  votes: NumberVotes | undefined,
): "process_pid" | "thread_name" | undefined {
  const { line, place } = cursor;
  if (text.length > MOST_PID) return "thread_name";
  const isBracket = line.charCodeAt(at) === 91;
  // What follows the name of a class or module is a line of it, or the number of an event.
  const isFirst = record.logger === undefined && record.attributes?.["context"] === undefined;
  const role = isFirst
    ? votes?.roleAt(isBracket ? place * 2 : place * 2 + 1, text, record.severity_text)
    : undefined;
  if (role !== undefined && role !== "thread") return "process_pid";
  if (isDocumentedPid(cursor, at)) return "process_pid";
  return role === "thread" ? "thread_name" : undefined;
}

/** Whether a number, which begins at an index with its bracket, is a process in a documented format. */
export function isDocumentedPid({ line }: Cursor, at: number): boolean {
  const before = line.slice(Math.max(0, at - MOST_BEFORE), at);
  const number = line.slice(at, at + MOST_BEFORE);
  return DOCUMENTED.some(([start, end]) => end.test(number) && start.test(before));
}
