import { columnOfNumber, isDocumentedPid, NumberVotes } from "./_header_numbers.ts";
import type { Cursor } from "./_line_cursor.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import {
  isLogger,
  isThread,
  MOST_NAME,
  type Role,
  roleOf,
  type Vote,
  voteOf,
} from "./_value_roles.ts";

const SPACE = /[\s,;|]*[\])>]?:?[\s,;|]*/y;
const PID = /(?:\[(\d{1,10})\]:?|(\d{1,10}))(?: +---)?(?= |$)/y;
/** After the level a bare number may begin the message: `ERROR 404 not found`. */
export const SURE_PID = /(?:\[(\d{1,10})\]|(\d{1,10})(?= +---))(?: +---)?(?= |$)/y;
/** ClickHouse writes `[ 123 ] {query} <Level>`. */
const PADDED_THREAD = /\[ (\d{1,10}) \] (?=\{)/y;
/** What a message says of itself is no header, as Kafka's do. */
const OF_MESSAGE = /^\w+ \w+=/;
/** An address in brackets has its port after them, and text that goes on is text. */
const PORT = /(:\d{1,5})(?![\w.])/y;
/** How far a work is, its result, a list: words of a message, whatever stands before them. */
const PROGRESS =
  /^(?:OK|DONE|PASS|PASSED|FAIL|FAILED|SKIPPED|\d{1,5}\/\d{1,5}|\d{1,3}%|\d+(?:, \d+)+)$/;
const GOES_ON = /[\w./]/;
/** Log4j's `%t:%C@%L` holds thread, class and line. */
const THREAD_CLASS_LINE = /^(.*):([\w$.-]+)@(\d+)$/;
const NAME_AND_LINE = /^([A-Za-z_]\w*(?:\.\w+)+|[A-Z]\w*[a-z][A-Z]\w*) *:(\d+)$/;
/** Cassandra names its threads so, before the time. */
const CASSANDRA_THREAD = /^[\w./-]+:\d+$/;
const WORD = /^[\w.-]+$/;
const BARE_THREAD =
  /^(?:\w+[ _-])?(?:worker|scheduler|executor|dispatcher|consumer|producer|poller|cleaner|reaper|timer|listener|acceptor|selector|reactor|watchdog|flusher|housekeeper)$/i;
/** A bracket without these signs says no more than its text. */
const MAY_SAY_MORE = /[,:=@]|^(?:thread|tid|pid)|-[0-9a-f]{16}$/i;
/** A bracket that says what it holds. */
const NAMED = /^(thread|thread[_-]?id|tid|pid)(?:[=:] ?| )([^\s=,][^=,]*)$/i;
const THREAD_OF_ODL = /\b_ThreadName=(\S+)/;
const LOG4NET_THREAD = /^,\d{3} \[(\d{1,3})\] [A-Z]/;
/** Spring Cloud Sleuth: application, trace, span, whether they are exported. */
const SLEUTH = /^([\w.-]*),([0-9a-f]{16,32})?,([0-9a-f]{16})?(?:,(true|false)?)?$/;
const TRACE_AND_SPAN = /^([0-9a-f]{32})-([0-9a-f]{16})$/;

/** Number of the first bracket after the level; those before it count from 0. */
export const AFTER_LEVEL = 8;
/** Of a bracket between a level and the time. */
export const BEFORE_TIME = 7;
/** Values that show what the others are, too; and those that are remembered. */
const MOST_SHOWN = 200;
const MOST_KNOWN = 5000;

/** What the brackets of a file's lines hold, place by place. */
export class BracketVotes {
  readonly #shown: (Set<string> | undefined)[] = [];
  #votes: (Vote | undefined)[] | undefined;
  readonly #known = new Map<string, Role | undefined>();
  /** What its numbers are. */
  readonly numbers = new NumberVotes();
  /** A thread was where most files have their logger; unless the sample shows it, none is looked for. */
  hasThreadAsLogger = false;

  /** Ends the learning. */
  settle(): void {
    this.numbers.settle();
    this.#votes = this.#shown.map((values) => values === undefined ? undefined : voteOf(values));
  }

  /** What the bracket of a place holds; while it is learned, its text is noted. */
  roleAt(place: number, text: string): Role {
    if (this.#votes === undefined) {
      const shown = this.#shown[place] ??= new Set();
      if (shown.size < MOST_SHOWN) shown.add(text);
      return this.roleOf(text) ?? "context";
    }
    const vote = this.#votes[place];
    if (vote?.isSure === true) return vote.role;
    return this.roleOf(text) ?? vote?.role ?? "context";
  }

  get isSettled(): boolean {
    return this.#votes !== undefined;
  }

  /** What nearly all brackets of a place hold, but for numbers. */
  sureRoleAt(place: number): Role | undefined {
    const vote = this.#votes?.[place];
    return vote?.isSure === true ? vote.role : undefined;
  }

  /** What a text alone shows. */
  roleOf(text: string): Role | undefined {
    const known = this.#known.get(text);
    if (known !== undefined || this.#known.has(text)) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const role = roleOf(text);
    this.#known.set(text, role);
    return role;
  }
}

/** Reads `123 `, `[123] `, `[text] ` of a header, and sets what it is. */
export function readBracket(
  record: LogRecord,
  cursor: Cursor,
  votes: BracketVotes | undefined,
  number = PID,
): boolean {
  const { at, line } = cursor;
  if (record.process_pid === undefined) {
    const pid = cursor.take(number);
    if (pid !== undefined) {
      const isBracket = line.charCodeAt(at) === 91;
      // Threads without a name have a number.
      const isThread = isBracket && votes?.sureRoleAt(cursor.place) === "thread" &&
        !isDocumentedPid(cursor, at);
      const column = isThread
        ? "thread_name"
        : columnOfNumber(record, cursor, at, pid, votes?.numbers);
      if (column === undefined || record[column] !== undefined) addContext(record, pid);
      else record[column] = pid;
      if (isBracket) cursor.place++;
      cursor.skip(SPACE);
      return true;
    }
  }
  const isPadded = line.charCodeAt(at + 1) === 32 && record.thread_name === undefined;
  const thread = isPadded ? cursor.take(PADDED_THREAD) : undefined;
  if (thread !== undefined) {
    record.thread_name = thread;
    return true;
  }
  let text = cursor.takeBrackets()?.trim();
  if (text === undefined) return false;
  if (line.charCodeAt(cursor.at) === 58) text += cursor.take(PORT) ?? "";
  const isText = cursor.place >= AFTER_LEVEL && PROGRESS.test(text);
  if (isText || OF_MESSAGE.test(text) || GOES_ON.test(line[cursor.at] ?? "")) {
    cursor.at = at;
    return false;
  }
  setBracket(record, text, cursor.place++, votes);
  cursor.skip(SPACE);
  return true;
}

/** Sets what a bracket holds: by what it says of itself, or by what the brackets of its place are in all lines. */
export function setBracket(
  record: LogRecord,
  text: string,
  place: number,
  votes: BracketVotes | undefined,
): void {
  if (text === "") return;
  const isSure = votes?.sureRoleAt(place) === "thread" && !text.includes("=");
  if (isSure && record.thread_name === undefined) {
    record.thread_name = text;
    return;
  }
  // Looking for names in a longer text would take a time that grows with its square.
  if (text.length > MOST_NAME) return addContext(record, text);
  if (!MAY_SAY_MORE.test(text)) return setRole(record, text, roleIn(record, votes, place, text));
  if (setNamed(record, text)) return;
  const [, thread = "", owner, line] = THREAD_CLASS_LINE.exec(text) ?? [];
  if (owner !== undefined && line !== undefined && record.logger === undefined) {
    record.logger = owner;
    setAttribute(record, "line", line);
    if (record.thread_name === undefined) record.thread_name = thread;
    else addContext(record, thread);
    return;
  }
  const [, name, lineOfName] = text.includes(":") && place !== BEFORE_TIME
    ? NAME_AND_LINE.exec(text) ?? []
    : [];
  const role = roleIn(record, votes, place, name ?? text);
  const isName = role === "logger" && record.logger === undefined;
  if (isName && lineOfName !== undefined) setAttribute(record, "line", lineOfName);
  setRole(record, isName ? name ?? text : text, role);
}

function setRole(record: LogRecord, text: string, role: Role): void {
  if (role === "thread" && record.thread_name === undefined) record.thread_name = text;
  else if (role === "logger" && record.logger === undefined) record.logger = text;
  else if (role === "source" && record.attributes?.["source"] === undefined) {
    setAttribute(record, "source", text);
  } else addContext(record, text);
}

function roleIn(
  record: LogRecord,
  votes: BracketVotes | undefined,
  place: number,
  text: string,
): Role {
  const role = votes?.roleAt(place, text) ?? roleOf(text) ?? "context";
  if (place === BEFORE_TIME && CASSANDRA_THREAD.test(text)) return "thread";
  // Logstash has the name of a pipeline after its logger, which is "main" by default.
  const mayBePipeline = text === "main" && record.logger !== undefined && place > AFTER_LEVEL;
  return mayBePipeline && votes?.sureRoleAt(place) === undefined ? "context" : role;
}

/** What has no column of its own is kept, all of it in one place. */
export function addContext(record: LogRecord, text: string): void {
  const before = record.attributes?.["context"];
  setAttribute(record, "context", before === undefined ? text : `${before} ${text}`);
}

/** Sets what a bracket with a name in it says; `false`: it has none. */
export function setNamed(record: LogRecord, text: string): boolean {
  if (text.includes(",")) return setSleuth(record, text);
  const [, traceId, spanId] = TRACE_AND_SPAN.exec(text) ?? [];
  if (traceId !== undefined) {
    record.trace_id = traceId;
    record.span_id = spanId;
    return true;
  }
  const [, key, value] = NAMED.exec(text) ?? [];
  if (key !== undefined && value !== undefined) {
    const column = /^pid$/i.test(key) ? "process_pid" : "thread_name";
    if (record[column] !== undefined) return false;
    record[column] = value;
    return true;
  }
  record.thread_name ??= THREAD_OF_ODL.exec(text)?.[1];
  return false;
}

function setSleuth(record: LogRecord, text: string): boolean {
  const match = SLEUTH.exec(text);
  if (match === null || record.trace_id !== undefined) return false;
  const [, service, traceId, spanId, isExported] = match;
  if (service !== "") record.service_name ??= service;
  record.trace_id = traceId;
  record.span_id = spanId;
  if (isExported !== undefined) setAttribute(record, "exported", isExported);
  return true;
}

/** Moves what was taken for a logger to the thread, if it can only be one; returns whether it was. */
export function isThreadInstead(record: LogRecord, votes: BracketVotes | undefined): boolean {
  const { logger } = record;
  if (logger === undefined || record.thread_name !== undefined) return false;
  if (votes?.isSettled === true && !votes.hasThreadAsLogger) return false;
  // It may be the name of a module, too.
  if (logger === "main" || !isThread(logger)) return false;
  if (votes !== undefined) votes.hasThreadAsLogger = true;
  record.thread_name = logger;
  record.logger = undefined;
  return true;
}

/** Whether a bracket with the name of a thread follows. */
export function isThreadNext(
  record: LogRecord,
  cursor: Cursor,
  votes: BracketVotes | undefined,
): boolean {
  const { at } = cursor;
  if (record.thread_name !== undefined || votes === undefined) return false;
  const text = cursor.takeBrackets()?.trim();
  cursor.at = at;
  return text !== undefined && votes.roleOf(text) === "thread";
}

/** Sets what `(thread) [logger]` or `(logger) [thread]` say; `false`: they are neither. */
export function setPair(record: LogRecord, first: string, second: string): boolean {
  const isSecond = isThread(second) && !isThread(first);
  // Behind a number, a word in brackets may begin the message.
  if (/^\d+$/.test(first) && !isLogger(second)) return false;
  if (record.thread_name !== undefined || !isSecond && !WORD.test(second)) return false;
  [record.thread_name, record.logger] = isSecond ? [second, first] : [first, second];
  return true;
}

/** Moves a number, which began the header, to the thread. */
function moveToThread(record: LogRecord, thread: string): void {
  record.thread_name = thread;
  if (record.process_pid === thread) record.process_pid = undefined;
  const context = record.attributes?.["context"] ?? "";
  if (context === thread) delete record.attributes?.["context"];
  else if (context.startsWith(`${thread} `)) {
    setAttribute(record, "context", context.slice(thread.length + 1));
  }
}

/**
 * What log4j's `[%t] %p %c - ` holds may be one word, if it says what a thread does and the logger is after it; a number
 * as it and log4net write it, `time,123 [5] LEVEL Class - `, is a thread's.
 *
 * @param header The end of the time and what follows.
 */
export function adoptThread(record: LogRecord, header: string): void {
  const [, number] = LOG4NET_THREAD.exec(header) ?? [];
  if (number !== undefined) return moveToThread(record, number);
  const context = record.attributes?.["context"];
  if (context === undefined) return;
  if (!BARE_THREAD.test(context) || !isLogger(record.logger ?? "")) return;
  record.thread_name = context;
  delete record.attributes?.["context"];
}
