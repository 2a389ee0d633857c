import type { LogRecord } from "./_log_record.ts";
import { severityNumber } from "./severity_number.ts";

/** A level in German, French, Spanish, Italian, Portuguese, Japanese or Chinese, as Java translates it, or its own. */
const JUL_LEVEL = /^(\p{Lu}{4,15}|\p{Lo}{2}):(?: |$)/u;
const JUL_LEVELS: Readonly<Record<string, string>> = {
  ...{
    SCHWERWIEGEND: "SEVERE",
    GRAVE: "SEVERE",
    "重大": "SEVERE",
    "致命的": "SEVERE",
    "严重": "SEVERE",
  },
  ...{
    WARNUNG: "WARNING",
    AVERTISSEMENT: "WARNING",
    ADVERTENCIA: "WARNING",
    AVVERTENZA: "WARNING",
  },
  ...{
    ADVERTÊNCIA: "WARNING",
    "警告": "WARNING",
    INFORMATION: "INFO",
    INFOS: "INFO",
    "情報": "INFO",
  },
  ...{ INFORMACIÓN: "INFO", INFORMAZIONI: "INFO", INFORMAÇÕES: "INFO", "信息": "INFO" },
  ...{ KONFIGURATION: "CONFIG", FEIN: "FINE", FEINER: "FINER" },
};
const IS_JUL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST)$/;
const JUL_HEADER = /^([\w.$]+) [\w$<>]+$/;

/** Reads the second line of `java.util.logging`: `INFO: message`, below a time, a class and a method. */
export function readJulMessage(record: LogRecord, text: string): boolean {
  const { body = "", logger, timestamp_raw = "" } = record;
  if (record.severity_number !== undefined || timestamp_raw === "") return false;
  // Where all lines have it, the class has been read.
  const header = logger === undefined ? body : `${logger} ${body}`;
  const name = JUL_HEADER.exec(header)?.[1];
  // Without a package, a class and a method may be any two words.
  const isJul = name !== undefined && (name.includes(".") || / [AP]M$/.test(timestamp_raw));
  const level = isJul ? JUL_LEVEL.exec(text) : null;
  const written = level?.[1] ?? "";
  const word = JUL_LEVELS[written] ?? written;
  if (level === null || !IS_JUL.test(word)) return false;
  record.severity_text = written;
  record.severity_number = severityNumber(word);
  record.logger = header.replace(" ", ".");
  record.body = text.slice(level[0].length);
  return true;
}
