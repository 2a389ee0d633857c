import { epochClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import { levelOf, setLevelColumn } from "./_level_column.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { setTimestamp } from "./_timestamp.ts";

const EPOCH = /^1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?$/;
/** Zabbix writes its process before such a time. */
const ZABBIX = /^\d{8}:\d{6}\.\d{3}$/;
/** A level even where other lines have another word: Bamboo writes `build`, `command` and `error`. */
const SURE_LEVEL =
  /^[[(<]?(?:debug|info|warn|warning|error|fatal|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)[\])>]?:?$/;

/** A count of seconds in a prefix is the time, if the line's own has no zone. */
export function setPrefix(
  record: LogRecord,
  words: readonly string[],
  { levelAt }: { readonly levelAt: number },
  times: FileTimes,
): void {
  for (const [i, word] of words.entries()) {
    if (word === "-" || word === "") continue;
    const isSure = levelAt < 0 && words.length === 1 && SURE_LEVEL.test(word);
    if (isSure || i === levelAt && levelOf(word) !== undefined) {
      setLevelColumn(record, word);
      continue;
    }
    if (/^\d{1,7}:$/.test(word) && ZABBIX.test(record.timestamp_raw ?? "")) {
      record.process_pid = word.slice(0, -1);
      continue;
    }
    const key = /\.(?:log|txt|out|err)/.test(word) ? "file" : `prefix_${i + 1}`;
    if (!EPOCH.test(word) || record.tz_source === "explicit") {
      setAttribute(record, key, word);
      continue;
    }
    if (record.timestamp_raw !== undefined) {
      setAttribute(record, "local_time", record.timestamp_raw);
    }
    record.parse_status = "ok";
    record.parse_error = undefined;
    record.date_order = undefined;
    setTimestamp(record, word, epochClock(word), times);
  }
}
