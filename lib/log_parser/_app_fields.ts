import {
  addContext,
  adoptThread,
  AFTER_LEVEL,
  type BracketVotes,
  isThreadInstead,
  isThreadNext,
  readBracket,
  setPair,
  SURE_PID,
} from "./_app_brackets.ts";
import { readAfterProcess, readJulLevel, readVsftpd } from "./_after_level.ts";
import { letterSeverity, severityNumber } from "./severity_number.ts";
import { isOfText, takeLastLogger, takeLogger } from "./_app_loggers.ts";
import { readLetterHead, readPairHead } from "./_app_pairs.ts";
import { Cursor } from "./_line_cursor.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";

const SPACE = /[\s,;|]*[\])>]?:?[\s,;|]*/y;
const LEVEL =
  /([[<(]? *)([A-Za-z]{3,13})(?:\d|:\d{1,2}(?=\])|\(\d{1,5}\)(?=:?\s))?((?: *[\])>])?:?)(?=[\s|\][:,;-]|$)/y;
/** A word such as "Error" often begins a message: with no sign around it, it is no level. */
const SIGN = /[[<(\])>:]/;
/** Levels that are words of other meaning where levels are rare. */
const ALSO_WORD = /^(?:FAIL|SUCCESS|NOTE|SYSTEM|LOG|CONFIG|FINE)$/;
/** What shows that a small word before it is a level: a mark, a wide gap, the end. */
const DELIMITED = /^(?: {2}|\t|\||$| [^\p{L}\p{N}])/u;
/** Levels that begin a text as well, most of them in small letters: "system rebooted", "alert sent", "SYSTEM STATS". */
const ALSO_TEXT =
  /^(?:fail|failure|success|note|system|log|config|fine|alert|panic|trace|assert|verbose|severe|NOTIFICATION|SYSTEM|NOTE|SUCCESS|FAIL|FAILURE)$/;
const PYTHON_LOGGER = /([A-Za-z_][\w.$/-]*) +- +(?=[A-Z]{3,8} )/y;
const DASH = /(?:-{1,3}|\|) +/y;
/** JBoss writes `[logger] (thread)` after its level. */
const JBOSS = /\[([a-z_]\w*(?:\.[\w$]+)+)\] \(([^()]*)\) /y;
/** Home Assistant writes `(thread) [logger]` there. */
const THREAD_FIRST = /\(([^()\s]+)\) \[([^\][]{1,64})\] /y;
/** Minecraft and JBoss: a thread and the level in one bracket. */
const THREAD_AND_LEVEL = /\[([^\][]{1,64})\/([A-Z]{4,8})\]:? */y;
/** etcd: a letter, a bar and a package. */
const LETTER = /([CEWNIDT]) \| (?=[\w/]+: )/y;
/** Sidekiq has `pid=7 tid=a` before its level. */
const PAIRS = /((?:[A-Za-z]\w*=[^\s=]+ +)+)(?=[A-Z]{4,8}: )/y;
/** BIND has a category before its level: `queries: info: text`. */
const CATEGORY = /([a-z][\w-]*): +(?=(?:debug(?: \d+)?|info|notice|warning|error|critical): )/y;
/** RouterOS has topics there, of which one is the level: `system,info,account`. */
const TOPICS = /([a-z][\w-]*(?:,!?[a-z][\w-]*)+) +/y;
const TOPIC_LEVEL = /^(?:critical|error|warning|info|debug)$/;
/** cloud-init writes `- module.py[LEVEL]: text`. */
const NAME_AND_LEVEL = /([A-Za-z_][\w.-]*)\[([A-Z]{4,8})\]: +/y;
/** Flask's default, `[time] LEVEL in module: text`. */
const IN_MODULE = /in ([A-Za-z_]\w*(?:\.\w+)*): /y;
/** A process of Erlang. */
const ERLANG = /(<\d+\.\d+\.\d+>) /y;
const CLASS_NAME = /(?:^|[.$])[A-Z]\w*$/;
/** ClickHouse writes the query's id in braces, fail2ban its logger, before the level. */
const BRACES = /\{([^{}\s]*)\} +/y;
const PLAIN_LOGGER = /([A-Za-z_]\w*(?:\.\w+)+) +(?=\[\d+\]: )/y;
const COLONS = /([A-Za-z_][\w.]*):(?=[^\s/])/y;
/** In the default patterns of Spark and Hadoop, `%p %c{1}: %m`, a logger stands always. */
const NAMED = /([A-Za-z_$][\w.$]*): /y;
/** Windows servicing logs: the component stands in a column of its own. */
const COLUMN = /([A-Z]{2,8}) {2,}/y;
/** What a file's lines mostly have; what only few have is a part of their messages. */
export interface AppHabits {
  /** A word without a sign around it may be a level in small letters. */
  readonly bareLevel: boolean;
  /** It is one even straight before text; without other lines that show it, "error reading x" is a text. */
  readonly smallLevel: boolean;
  /** Other levels show that such a word is one even if it may begin a text. */
  readonly anyWord: boolean;
  /** How many brackets after the level are a thread or the like. */
  readonly brackets: number;
  /** A bracket beyond them that can only be a thread is one, even if few lines have it. */
  readonly threads: boolean;
  /** After the level stands a logger. */
  readonly logger: boolean;
  /** A database and any logger follow the level, as in Odoo's. */
  readonly databases: boolean;
  /** It is one even if it may as well begin the text. */
  readonly anyLogger: boolean;
  /** The logger is in parentheses at the end of the line. */
  readonly lastLogger: boolean;
  /** The file has shown them. */
  readonly isLearned: boolean;
  /** What its brackets hold. */
  readonly votes: BracketVotes | undefined;
}

/** Habits of a file of which nothing is known. */
export const ANY_HABITS: AppHabits = {
  bareLevel: true,
  smallLevel: true,
  anyWord: false,
  brackets: 8,
  threads: false,
  logger: true,
  databases: false,
  anyLogger: true,
  lastLogger: false,
  isLearned: false,
  votes: undefined,
};

/** Reads `level, [thread], logger, message` in the usual orders; what follows is the message. */
export function setAppFields(
  record: LogRecord,
  line: string,
  from: number,
  levelFirst: string | undefined,
  habits = ANY_HABITS,
): void {
  const cursor = new Cursor(line, from);
  cursor.skip(SPACE);
  const start = cursor.at;
  if (levelFirst === undefined && !readToLevel(record, cursor, habits)) {
    unset(record);
    record.body = line.slice(start);
    return readVsftpd(record);
  }
  if (levelFirst !== undefined) setLevel(record, levelFirst);
  cursor.place = AFTER_LEVEL;
  cursor.skip(SPACE);
  // Python's default order has no space at all: `...,123:INFO:a.b:text`.
  // What stands in brackets behind `LEVEL:` is a part of the message, unless the file shows that all lines have it.
  const isBegun = !habits.isLearned && /:[ \t]+$/.test(line.slice(from, cursor.at));
  const habit = line[cursor.at - 1] === ":" ? COLONS : habitOf(line, from);
  if (line[from] === "]") record.logger = cursor.take(IN_MODULE) ?? record.logger;
  readToMessage(record, cursor, habit, isBegun ? { ...habits, brackets: 0 } : habits);
  if (record.thread_name === undefined && CLASS_NAME.test(record.logger ?? "")) {
    adoptThread(record, line.slice(from - 4, from + 16));
  }
  record.body = line.slice(cursor.at);
  if (habits.lastLogger && record.logger === undefined) takeLastLogger(record);
}

/** Forgets what was read of a header that is none. */
function unset(record: LogRecord): void {
  record.logger = undefined;
  record.thread_name = undefined;
  record.process_pid = undefined;
  record.service_name = undefined;
  record.trace_id = undefined;
  record.span_id = undefined;
  for (const key of ["context", "source", "line", "exported"]) delete record.attributes?.[key];
  if (Object.keys(record.attributes ?? {}).length === 0) record.attributes = undefined;
}

function readToLevel(record: LogRecord, cursor: Cursor, habits: AppHabits): boolean {
  for (let token = 0; token < 5; token++) {
    cursor.skip(DASH);
    const level = cursor.peek(LEVEL);
    if (level !== undefined && isLevel(level, habits)) {
      cursor.at += level[0].length;
      setLevel(record, level[2] ?? "");
      const number = /\((\d+)\)/.exec(level[0])?.[1];
      if (number !== undefined) setAttribute(record, "level_number", number);
      return true;
    }
    const logger = cursor.take(PYTHON_LOGGER) ?? cursor.take(PLAIN_LOGGER);
    if (logger !== undefined) {
      record.logger = logger;
      isThreadInstead(record, habits.votes);
      continue;
    }
    const at = cursor.at;
    if (readRareLevel(record, cursor)) return true;
    if (cursor.at > at) continue;
    const braces = cursor.take(BRACES);
    if (braces !== undefined) {
      if (braces !== "") addContext(record, braces);
      continue;
    }
    if (!readBracket(record, cursor, habits.votes)) return false;
  }
  return false;
}

/** Reads a level that stands with something else, or behind pairs. */
function readRareLevel(record: LogRecord, cursor: Cursor): boolean {
  const named = cursor.peek(NAME_AND_LEVEL);
  if (named !== undefined && severityNumber(named[2] ?? "") !== undefined) {
    record.logger = named[1];
    setLevel(record, named[2] ?? "");
    cursor.at += named[0].length;
    return true;
  }
  const bracket = cursor.peek(THREAD_AND_LEVEL);
  const letter = bracket === undefined ? cursor.peek(LETTER) : undefined;
  const number = bracket === undefined
    ? letterSeverity(letter?.[1] ?? "")
    : severityNumber(bracket[2] ?? "");
  const match = bracket ?? letter;
  if (match !== undefined && number !== undefined) {
    if (bracket !== undefined) record.thread_name = bracket[1];
    setLevel(record, bracket?.[2] ?? letter?.[1] ?? "");
    record.severity_number = number;
    cursor.at += match[0].length;
    return true;
  }
  const heads = [readPairHead, readLetterHead, readTopics, readJulLevel];
  if (heads.some((read) => read(record, cursor))) return true;
  for (const pair of cursor.take(PAIRS)?.trim().split(/ +/) ?? []) {
    setAttribute(record, pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
  }
  record.logger = cursor.take(CATEGORY) ?? record.logger;
  return false;
}

/** Reads topics as RouterOS writes them; of two levels among them the graver one counts. */
function readTopics(record: LogRecord, cursor: Cursor): boolean {
  const topics = cursor.peek(TOPICS);
  const [level] = (topics?.[1]?.split(",") ?? []).filter((topic) => TOPIC_LEVEL.test(topic))
    .sort((a, b) => (severityNumber(b) ?? 0) - (severityNumber(a) ?? 0));
  if (topics === undefined || level === undefined) return false;
  setLevel(record, level);
  setAttribute(record, "topics", topics[1] ?? "");
  cursor.at += topics[0].length;
  return true;
}

function isLevel(match: RegExpExecArray, habits: AppHabits): boolean {
  const [all, before = "", word = "", after = ""] = match;
  if (severityNumber(word) === undefined || isGlued(match)) return false;
  const rest = match.input.slice(match.index + all.length);
  const mayBe = habits.anyWord || !ALSO_TEXT.test(word);
  if (word === word.toUpperCase() && mayBe && (habits.bareLevel || !ALSO_WORD.test(word))) {
    return true;
  }
  const isSmall = word === word.toLowerCase() && (habits.smallLevel || DELIMITED.test(rest));
  if (isSmall && mayBe && habits.bareLevel) return true;
  return SIGN.test(before) || SIGN.test(after) || /^(?: {2}|\t|\|| \|)/.test(rest);
}

/** Whether a sign joins a word to the next one, as in "system,info" and "error-handler", and not to the one before, too. */
function isGlued({ 0: all, input, index }: RegExpExecArray): boolean {
  const sign = input[index + all.length] ?? "";
  return /[,;-]/.test(sign) && input[index - 1] !== sign &&
    /\w/.test(input[index + all.length + 1] ?? "");
}

/** What an expression for the logger may be, by the habits of who writes such a timestamp. */
function habitOf(line: string, timeEnd: number): RegExp | undefined {
  if (line.charCodeAt(timeEnd) === 44) return COLUMN;
  return line.charCodeAt(2) === 47 || timeEnd === 13 ? NAMED : undefined;
}

function readToMessage(
  record: LogRecord,
  cursor: Cursor,
  habit: RegExp | undefined,
  { brackets, threads, logger, databases, anyLogger, isLearned, votes }: AppHabits,
): void {
  const jboss = cursor.peek(JBOSS);
  if (jboss !== undefined && record.thread_name === undefined) {
    record.logger = jboss[1];
    record.thread_name = jboss[2];
    cursor.at += jboss[0].length;
    return;
  }
  const first = cursor.peek(THREAD_FIRST);
  if (first !== undefined && setPair(record, first[1] ?? "", first[2] ?? "")) {
    cursor.at += first[0].length;
    return;
  }
  if (readAfterProcess(record, cursor, databases)) return;
  record.thread_name ??= cursor.take(ERLANG);
  for (let token = 0; token < ANY_HABITS.brackets; token++) {
    cursor.skip(DASH);
    if (token >= brackets && !(threads && isThreadNext(record, cursor, votes))) break;
    if (!readBracket(record, cursor, votes, SURE_PID)) break;
  }
  cursor.skip(DASH);
  if (!logger || record.logger !== undefined && !(isLearned && isMain(record))) return;
  const start = cursor.at;
  if (record.logger !== undefined) {
    const name = takeLogger(record, cursor, habit);
    if (name !== undefined) [record.thread_name, record.logger] = [record.logger, name];
    return;
  }
  record.logger = takeLogger(record, cursor, habit);
  if (isThreadInstead(record, votes)) record.logger = takeLogger(record, cursor, habit);
  else if (!anyLogger && habit === undefined && isOfText(record)) {
    record.logger = undefined;
    cursor.at = start;
  }
}

/** Whether what is before the level is the name of the first thread, if a logger follows. */
function isMain({ logger, thread_name }: LogRecord): boolean {
  return thread_name === undefined && (logger === "main" || logger === "MainThread");
}

function setLevel(record: LogRecord, level: string): void {
  record.severity_text = level;
  record.severity_number = severityNumber(level) ?? letterSeverity(level);
}
