import { addContext } from "./_app_brackets.ts";
import { julSeverity } from "./_jul_levels.ts";
import type { Cursor } from "./_line_cursor.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";

/** oslo.log: after a process id, a logger and the request's ids. */
export const OSLO =
  /([a-z_]\w*(?:\.\w+)+) +(?=\[)|([a-z_]\w*) +(?=\[(?:-|req-[^\][]*|None[^\][]*)\] )/y;
const OSLO_REQUEST = /\[(-|(?:None )?(?:req-)[^\][]{1,250})\] +/y;
/** Odoo: after a process id, a database and a logger; of others than its own only the file shows it. */
const ODOO = /([\w?.-]+) ((?:odoo|openerp|werkzeug)(?:\.\w+)*): /y;
const ANY_ODOO = /([\w?.-]+) ([A-Za-z_]\w*(?:\.\w+)*): /y;

const COLUMN_LOGGER = /([A-Za-z_]\w*(?:\.\w+)+)(?: *\| *|\t *)/y;

/** Reads a logger between bars or tabs. */
export function takeColumnLogger(cursor: Cursor): string | undefined {
  const before = cursor.line.slice(Math.max(0, cursor.at - 4), cursor.at);
  return /[|\t] *$/.test(before) ? cursor.take(COLUMN_LOGGER) : undefined;
}

/** Tomcat writes the level in the language of its machine. */
const WORD_BEFORE_THREAD = /(\p{Lo}{2,4}) (?=\[)/uy;

/** Reads a level of java.util.logging in another script. */
export function readJulLevel(record: LogRecord, cursor: Cursor): boolean {
  const match = cursor.peek(WORD_BEFORE_THREAD);
  const number = julSeverity(match?.[1] ?? "");
  if (match === undefined || number === undefined) return false;
  record.severity_text = match[1];
  record.severity_number = number;
  cursor.at += match[0].length;
  return true;
}

/** Reads what oslo.log and Odoo write after the number of a process and the level. */
export function readAfterProcess(record: LogRecord, cursor: Cursor, databases: boolean): boolean {
  if (databases) takeProcess(record);
  if (record.process_pid === undefined || record.logger !== undefined) return false;
  const odoo = cursor.peek(databases ? ANY_ODOO : ODOO);
  if (odoo !== undefined) {
    if (odoo[1] !== "?") setAttribute(record, "database", odoo[1] ?? "");
    record.logger = odoo[2];
    cursor.at += odoo[0].length;
    return true;
  }
  const { at } = cursor;
  const logger = cursor.take(OSLO);
  const request = logger === undefined ? undefined : cursor.take(OSLO_REQUEST);
  if (request === undefined) {
    cursor.at = at;
    return false;
  }
  record.logger = logger;
  if (request !== "-") addContext(record, request);
  return true;
}

/** What few lines do not show: the number before the level of an Odoo is its process. */
function takeProcess(record: LogRecord): void {
  const context = record.attributes?.["context"] ?? "";
  if (record.process_pid !== undefined || !/^\d{1,7}$/.test(context)) return;
  record.process_pid = context;
  record.attributes = undefined;
}

/** vsftpd has no level: after its process stand the user, if one is known, and what was done for which client. */
const VSFTPD =
  /^\[pid (\d{1,7})\] (?:\[([^\][]{1,64})\] )?(?=(?:(?:OK|FAIL) [A-Z]+|CONNECT|FTP (?:command|response)|DEBUG): Client "([^"\s]{1,64})")/;

/** Reads the process, user and client of vsftpd. */
export function readVsftpd(record: LogRecord): void {
  const [head, pid, user, client] = VSFTPD.exec(record.body ?? "") ?? [];
  if (head === undefined) return;
  record.process_pid = pid;
  record.user_name = user;
  record.client_address = client;
  record.body = record.body?.slice(head.length);
}
