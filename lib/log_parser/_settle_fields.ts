import type { FileTimes } from "./_file_times.ts";
import { settleHttp } from "./_http_fields.ts";
import { type LogRecord, markPartial, setAttribute, type TextMap } from "./_log_record.ts";
import { settleMessage } from "./_message_values.ts";
import { settlePlace } from "./_source_place.ts";
import { settleWriter } from "./_writer_fields.ts";
import { settleEventTime, settleZone } from "./_zone_field.ts";

const EVENT_NAMES = ["event", "@mt", "MessageTemplate"] as const;

/**
 * Settles what only the whole line decides. Half a time is no time: it becomes an attribute, and the record is partial,
 * unless the line has another time.
 */
export function settleFields(record: LogRecord, times: FileTimes): void {
  settleHttp(record);
  settlePlace(record);
  settleMessage(record);
  const { attributes } = record;
  if (record.hasSign && attributes !== undefined) settleWriter(record, attributes, times);
  if (record.body === undefined && attributes !== undefined) {
    const name = EVENT_NAMES.find((one) => attributes[one] !== undefined);
    if (name !== undefined) record.body = attributes[name];
    if (name === "event") {
      delete attributes[name];
      if (Object.keys(attributes).length === 0) record.attributes = undefined;
    }
  }
  if (attributes !== undefined) {
    settleComponent(record, attributes);
    settleZone(record, attributes, times);
    settleEventTime(record, attributes, times);
  }
  for (const part of ["datePart", "timePart"] as const) {
    const found = record[part];
    if (found === undefined) continue;
    record[part] = undefined;
    setAttribute(record, found[0], found[1]);
    if (record.timestamp_raw !== undefined) continue;
    markPartial(
      record,
      `timestamp "${found[1]}" lacks its ${part === "datePart" ? "time" : "date"}`,
    );
  }
}

/** Names of what a record is about, where it has no logger of its own. */
const COMPONENTS = ["component", "subsystem", "subsys", "module"] as const;
/** Python's, whose logger is the name of the record. */
const OF_PYTHON = ["lineno", "pathname", "funcName", "levelno"] as const;
const IS_NAME = /^[\w.:/@$-]{1,64}$/;

/** Finds who wrote a record by a name that says so only there. */
function settleComponent(record: LogRecord, attributes: TextMap): void {
  const { host_name, process_pid, logger } = record;
  const { name } = attributes;
  if (name !== undefined && host_name !== undefined && process_pid !== undefined) {
    // bunyan numbers its version and calls the program so, pino the logger.
    const isBunyan = attributes["v"] === "0";
    const column = isBunyan ? "service_name" : "logger";
    if (isBunyan || /^[1-6]0$/.test(record.severity_text ?? "")) {
      record[column] ??= name;
      if (record[column] === name) delete attributes["name"];
    }
  }
  if (logger !== undefined || record.logger !== undefined) return;
  // Windows' events, as PowerShell exports them.
  if ("ProviderName" in attributes && "Id" in attributes) record.logger = attributes.ProviderName;
  const isPython = OF_PYTHON.some((one) => attributes[one] !== undefined);
  if (record.format !== "jsonl" && record.format !== "logfmt") return;
  const names = isPython ? ["name", ...COMPONENTS] : COMPONENTS;
  const key = names.find((one) => IS_NAME.test(attributes[one] ?? ""));
  if (key === undefined) return;
  record.logger = attributes[key];
  delete attributes[key];
  if (Object.keys(attributes).length === 0) record.attributes = undefined;
}
