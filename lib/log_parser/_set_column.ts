import { addContext, setNamed } from "./_app_brackets.ts";
import type { AppColumns } from "./_app_columns.ts";
import { type Column, LETTER } from "./_app_tokens.ts";
import { MOST_PID } from "./_header_numbers.ts";
import { isLevel, levelOf, setLevelColumn } from "./_level_column.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { type Role, roleOf } from "./_value_roles.ts";

/** A pair names itself. */
const PAIR = /^([A-Za-z][\w.]*)=([^\s=]+)$/;
const DIGITS = /^\d{1,10}$/;
const THREAD_NUMBER = /^(?:\d{1,12}|0x[0-9a-f]+|0[0-9a-f]{7})$/;
/** A process of Erlang. */
const ERLANG = /^<\d+\.\d+\.\d+>$/;
/** ClickHouse's thread. */
const PADDED = /^\[ \d{1,10} \]$/;
/** A word that names a component by its place alone; one in small letters may be a user, a host or a database. */
const COMPONENT = /^(?=.*[A-Z._])[A-Za-z_][\w.]*[A-Za-z_]$|^[a-z]+\.\d{1,3}$/;

const NAME_AND_NUMBER = /^([A-Za-z_][\w./-]*)\[(\d{1,10})\]$/;
const PROGRAM = /^[a-z_][a-z0-9_/-]*$/;

/** Sets what a column of a line holds. */
export function setColumn(
  record: LogRecord,
  token: string,
  index: number,
  columns: AppColumns,
): void {
  const { kinds, roles } = columns;
  const kind = kinds[index];
  const level = kinds.indexOf("level");
  const text = withoutSigns(token);
  if (kind === "level") return setLevelColumn(record, token);
  if (kind === "dash" || text === "") return;
  if (kind === "name" && level < 0 && record.severity_number === undefined && isNamed(token)) {
    return setLevelColumn(record, token);
  }
  const key = `column_${index + 1}`;
  const role = roles[index] ?? roleOf(text);
  if ((ERLANG.test(token) || PADDED.test(token)) && record.thread_name === undefined) {
    record.thread_name = PADDED.test(token) ? text : token;
  } else if (kind === "number" || DIGITS.test(text)) {
    setNumber(record, text, key, numberColumn(columns, index));
  } else if (kind === "brackets") setValue(record, text, key, role);
  else if (record.logger === undefined && isComponent(token, text, index, columns, role)) {
    setLogger(record, text);
  } else setValue(record, text, key, role);
}

/** Sets a value by its role, or as an attribute of a neutral name. */
export function setValue(
  record: LogRecord,
  text: string,
  key: string,
  role: Role | undefined = roleOf(text),
): void {
  if (text === "" || setNamed(record, text)) return;
  const pair = PAIR.exec(text);
  if (pair !== null) setAttribute(record, pair[1] ?? "", pair[2] ?? "");
  else if (role === "thread" && record.thread_name === undefined) record.thread_name = text;
  else if (role === "logger" && record.logger === undefined) setLogger(record, text);
  else setAttribute(record, role === "source" ? "source" : key, text);
}

/** Sets a number: of hexadecimal ones only what C and Java write is a thread, since others are the numbers of requests. */
function setNumber(
  record: LogRecord,
  text: string,
  key: string,
  column: "process_pid" | "thread_name" | undefined,
): void {
  const name = column === "process_pid" && (!DIGITS.test(text) || text.length > MOST_PID)
    ? "thread_name"
    : column;
  if (name === undefined || record[name] !== undefined || !THREAD_NUMBER.test(text)) {
    setAttribute(record, key, text);
  } else record[name] = text;
}

/**
 * What the numbers of a column are: of processes, if all of them look so and stand next to the time or the level; a number
 * behind the process is a thread's. One behind a name is a line of code or the number of an event.
 */
function numberColumn(
  { kinds, roles }: AppColumns,
  index: number,
): "process_pid" | "thread_name" | undefined {
  const level = kinds.indexOf("level");
  const before = kinds.findLastIndex((kind, i) => i < index && kind !== "dash");
  const isFirst = before < 0;
  const isBehindNumber = /process/.test(roles[before] ?? "");
  if (level < 0 || !isFirst && before !== level && !isBehindNumber) return undefined;
  const role = roles[index];
  if (isBehindNumber || role === "thread") return "thread_name";
  if (before === level) return role === "one process" ? "process_pid" : undefined;
  return role === "process" || role === "one process" ? "process_pid" : undefined;
}

/** A piece without the brackets that are around it, and without its colon. */
export function withoutSigns(token: string): string {
  const text = token.replace(/:$/, "");
  return (/^[[(<].*[\])>]$/.test(text) ? text.slice(1, -1) : text).trim();
}

/** Whether a name is a level, among others that are none: FreeRADIUS has `Auth:` in the place of `Info:`. */
function isNamed(token: string): boolean {
  return /^[A-Z][a-z]{3,12}:$/.test(token) && levelOf(token) !== undefined &&
    isLevel([token.slice(0, -1)], true);
}

/** A program may have a process: `ntpd[1000]`; the number behind a class or module is that of an event. */
function setLogger(record: LogRecord, text: string): void {
  const [, name, number] = NAME_AND_NUMBER.exec(text) ?? [];
  record.logger = name ?? text;
  if (number === undefined) return;
  if (PROGRAM.test(record.logger) && record.process_pid === undefined) record.process_pid = number;
  else addContext(record, number);
}

/**
 * Whether a word names the component by its place: of several before the level the last one, if no other column is a
 * name. A place in the code is one, if nothing else is.
 */
function isComponent(
  token: string,
  text: string,
  index: number,
  { kinds, roles }: AppColumns,
  role: Role | undefined,
): boolean {
  if (role === "thread" || role === "logger") return role === "logger";
  if (role === "source") {
    return !roles.includes("logger") && !kinds.includes("brackets") && !hasOther(kinds, index);
  }
  if (kinds[index] === "name") return !token.startsWith("<");
  if (kinds[index] !== "word" || kinds.includes("name") || roles.includes("logger")) return false;
  if (!COMPONENT.test(text) || LETTER.test(text)) return false;
  const level = kinds.indexOf("level");
  if (level < 0) return index === kinds.indexOf("word");
  return index > level || kinds.lastIndexOf("word", level) === index;
}

/** Whether a word of another column may name the component. */
function hasOther(kinds: readonly Column[], index: number): boolean {
  return kinds.some((kind, i) => kind === "word" && i !== index);
}
