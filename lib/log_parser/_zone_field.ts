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
    // What else is wrong with the line stays so.
    if (
      record.problems === 1 &&
      record.parse_error?.startsWith(`timestamp "${timestamp_raw.slice(0, 64)}"`) === true
    ) {
      record.parse_status = "ok";
      record.parse_error = undefined;
      record.problems = 0;
    }
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
