import { type LogRecord, setAttribute } from "./_log_record.ts";

/** AIX' syslogd names the host that sent it a message; a relay writes its own name before. */
const FORWARDED = /(?:(\S+) )?Message forwarded from ([^\s:]+): /y;
/** What ends a tag; `0002::` is an address. */
const TAG_END = /:$|\]$/;
const ADDRESS = /^(?=[^:]*\d)[\dA-Fa-f]{1,4}(?::[\dA-Fa-f]{1,4})*::$/;

/** Reads what AIX writes before a message that it forwards; returns the index after it. */
export function readForwarded(record: LogRecord, line: string, from: number): number {
  FORWARDED.lastIndex = from;
  const [all = "", relay, host] = FORWARDED.exec(line) ?? [];
  if (host !== undefined) record.host_name = host;
  if (relay !== undefined) setAttribute(record, "relay", relay);
  return from + all.length;
}

/** Whether the first word after the time may be the name of a host. */
export function mayBeHost(word: string): boolean {
  return !TAG_END.test(word) || ADDRESS.test(word);
}
