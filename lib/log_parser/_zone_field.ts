import { epochClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import type { LogRecord, TextMap } from "./_log_record.ts";
import { setTimestamp } from "./_timestamp.ts";
import { isShared, type WrittenZone, zoneOf } from "./_zones.ts";

/** Formats whose fields have names of their own. */
const NAMED: ReadonlySet<string> = new Set(["csv", "jsonl", "logfmt", "ltsv"]);
/** Names of a field that holds the zone of the record's time; an offset is surer than a name. */
const ZONE_FIELDS = [
  ...["utc_offset", "utcOffset", "tz", "TZ", "timezone", "timeZone", "Timezone", "time_zone"],
  "zone",
] as const;
const LATEST_MINUTES = 14 * 60;
const IS_PLACE = /^(?:US|[A-Z][a-z]+)\/[A-Z]/;

/** Reads a time that has no zone of its own by the one that stands in another field. */
export function settleZone(record: LogRecord, attributes: TextMap, times: FileTimes): void {
  const { unzoned, timestamp_raw } = record;
  if (unzoned === undefined || timestamp_raw === undefined || !NAMED.has(record.format)) return;
  for (const name of ZONE_FIELDS) {
    const text = attributes[name];
    const offset = text === undefined ? undefined : fieldZone(text);
    if (text === undefined || offset === undefined) continue;
    forgetProblem(record, timestamp_raw);
    const zoneName = isShared(text) ? text : undefined;
    setTimestamp(record, timestamp_raw, { ...unzoned, offset, zoneName }, times);
    return;
  }
}

/** A number alone may count minutes, hours or seconds; a rack is a zone, too. */
function fieldZone(text: string): WrittenZone | undefined {
  if (text.includes("/") && !IS_PLACE.test(text)) return undefined;
  const zone = zoneOf(/^(?:utc|gmt|z)/.test(text) ? text.toUpperCase() : text);
  return typeof zone === "number" && Math.abs(zone) > LATEST_MINUTES ? undefined : zone;
}

/** Forgets what was wrong with a time; what else is wrong with the line stays so. */
function forgetProblem(record: LogRecord, raw: string): void {
  if (
    record.problems === 1 &&
    record.parse_error?.startsWith(`timestamp "${raw.slice(0, 64)}"`) === true
  ) {
    record.parse_status = "ok";
    record.parse_error = undefined;
    record.problems = 0;
  }
}

/** Reads the time of a FortiGate, whose own has no zone before version 6.2, by its count since 1970. */
export function settleEventTime(record: LogRecord, attributes: TextMap, times: FileTimes): void {
  const { eventtime, devid, logid } = attributes;
  const { unzoned, timestamp_raw, tz_source } = record;
  if (eventtime === undefined || unzoned === undefined || timestamp_raw === undefined) return;
  if ((devid && logid) === undefined || tz_source === "explicit") return;
  if (!/^1\d{9}(?:\d{3}|\d{6}|\d{9})?$/.test(eventtime)) return;
  forgetProblem(record, timestamp_raw);
  delete attributes["eventtime"];
  attributes["local_time"] = timestamp_raw;
  record.date_order = undefined;
  setTimestamp(record, eventtime, epochClock(eventtime), times);
}
