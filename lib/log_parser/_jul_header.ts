import { julSeverity } from "./_jul_levels.ts";
import type { LogRecord } from "./_log_record.ts";

/** A level in German, French, Spanish, Italian, Portuguese, Japanese or Chinese, as Java translates it, or its own. */
const JUL_LEVEL = /^(\p{Lu}{4,15}|\p{Lo}{2,4}):(?: |$)/u;
const JUL_HEADER = /^([\w.$]+) [\w$<>]+$/;

/** Reads the second line of `java.util.logging`: `INFO: message`, below a time, a class and a method. */
export function readJulMessage(record: LogRecord, text: string): boolean {
  const { body = "", logger, timestamp_raw = "" } = record;
  if (record.severity_number !== undefined || timestamp_raw === "") return false;
  // Where all lines have it, the class has been read.
  const header = logger === undefined ? body : `${logger} ${body}`;
  const name = JUL_HEADER.exec(header)?.[1];
  // Without a package, a class and a method may be any two words.
  const isJul = name !== undefined &&
    (name.includes(".") || / (?:[AP]M|[午上下오]\S)$/.test(timestamp_raw));
  const level = isJul ? JUL_LEVEL.exec(text) : null;
  const written = level?.[1] ?? "";
  const number = julSeverity(written);
  if (level === null || number === undefined) return false;
  record.severity_text = written;
  record.severity_number = number;
  record.logger = header.replace(" ", ".");
  record.body = text.slice(level[0].length);
  return true;
}
