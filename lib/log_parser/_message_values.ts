import { durationNanos } from "./_duration.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { setTarget } from "./_url.ts";

/** Formats whose text is what a program wrote; others have names for what is in it. */
const OF_PROGRAMS: ReadonlySet<string> = new Set([
  ...["app", "rfc3164", "rfc5424", "ruby", "container"],
]);
const [UPPER_C, UPPER_S, BRACKET] = [67, 83, 91] as const;
/** Tags may stand before what Rails writes. */
const STARTED =
  /^(?:\[[^\][]{1,64}\] ){0,4}Started ([A-Z]{3,9}) "([^"]*)" for ([\da-fA-F.:]+) at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;
const COMPLETED =
  /^(?:\[[^\][]{1,64}\] ){0,4}Completed ([1-5]\d\d) (?:[A-Z][\w' -]{0,40} )?in (\d{1,9}(?:\.\d{1,6})?)ms(?: \((?:Views|ActiveRecord|Allocations|[A-Z][\w ]{1,30}): .*)?$/gm;
/** BIND's client, with its port and its key. */
const BIND_CLIENT =
  /^(?:[a-z][\w-]*: (?:debug \d+|info|notice|warning|error): )?client (?:@0x[\da-f]+ )?([\da-f.:]+)(?:%\w+)?#\d{1,5}(?:\/key \S+)?(?: \([^)]*\))?: /;
const DNSMASQ_CLIENT = /^(?:\d+ \S+ )?query\[[A-Z\d]+\] \S+ from ([\da-f.:]+)$/;
const AUDIT_PROCESS = /(?:^| )pid=(\d{1,10})(?= |$)/;
/** Where a user comes from; `?` is nowhere. */
const AUDIT_ADDRESS = /[ ']addr=([\da-fA-F.:]+)(?=[ ',]|$)/;
const AUDIT_HOST = /[ ']hostname=([\w.-]+)(?=[ ',]|$)/;
/** PHP's class and message; the place behind them is no part of the message, nor is what it adds to some. */
const UNCAUGHT = "Uncaught ";
const PHP_EXCEPTION = /^([A-Za-z_\\][\w\\]{0,255})(?:: (.*))?$/s;
const PHP_PLACE = /^[^\n]+:\d+$/;
const PHP_DEFINED = /(, called in [^\n]+ on line \d+) and defined$/;

/** Sets the columns of what the messages of some programs hold in places of their own. */
export function settleMessage(record: LogRecord): void {
  const { body, format } = record;
  if (body === undefined) return;
  if (format === "auditd") return readAudit(record, body);
  if (!OF_PROGRAMS.has(format)) return;
  const first = body.charCodeAt(0);
  if (first === BRACKET || first === UPPER_S) readStarted(record, body);
  if (first === BRACKET || first === UPPER_C) readCompleted(record, body);
  if (first < 97 && record.service_name !== "dnsmasq") return;
  const client = BIND_CLIENT.exec(body) ??
    (record.service_name === "dnsmasq" ? DNSMASQ_CLIENT.exec(body) : null);
  if (client !== null) record.client_address ??= client[1];
}

/** Sets the columns of what the lines below an event say. */
export function settleRest(record: LogRecord): void {
  const { format, body = "", error_stack } = record;
  if (format === "rails") readCompleted(record, body);
  if (format === "php" || error_stack?.startsWith("Stack trace:") === true) {
    readUncaught(record, body);
  }
}

function readUncaught(record: LogRecord, body: string): void {
  const at = body.indexOf(UNCAUGHT);
  const end = body.lastIndexOf(" in ");
  if (at < 0 || end < at) return;
  const match = PHP_EXCEPTION.exec(body.slice(at + UNCAUGHT.length, end));
  const place = body.slice(end + 4);
  if (match === null || !PHP_PLACE.test(place)) return;
  record.error_type = match[1];
  record.error_message = match[2]?.replace(PHP_DEFINED, "$1");
  if (record.attributes?.["source"] === undefined) setAttribute(record, "source", place);
}

function readAudit(record: LogRecord, body: string): void {
  record.process_pid ??= AUDIT_PROCESS.exec(body)?.[1];
  record.client_address ??= AUDIT_ADDRESS.exec(body)?.[1] ?? AUDIT_HOST.exec(body)?.[1];
}

function readStarted(record: LogRecord, body: string): void {
  const [, method, target, client] = STARTED.exec(body) ?? [];
  if (method === undefined || target === undefined || record.http_method !== undefined) return;
  record.http_method = method;
  setTarget(record, target);
  record.client_address ??= client;
}

/** Reads how a request ended; where requests are mixed up, none is the event's. */
function readCompleted(record: LogRecord, body: string): void {
  if (record.http_status !== undefined || !body.includes("Completed ")) return;
  const [first, second] = body.matchAll(COMPLETED);
  if (first === undefined || second !== undefined) return;
  record.http_status = Number(first[1]);
  record.duration_ns ??= durationNanos(first[2] ?? "", "ms");
}
