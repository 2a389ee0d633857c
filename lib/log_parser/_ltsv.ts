import type { LineParser } from "./_line_parser.ts";
import { LogRecord } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import { NOTHING } from "./_table_formats.ts";
import { setRequest } from "./_url.ts";

const LTSV_LABELS = /^[\w.-]+:[^\t]*(?:\t[\w.-]+:[^\t]*)+$/;
/** What LTSV's own list of labels means by them. */
const LTSV_NAMES: Readonly<Record<string, string>> = {
  ...{ host: "client_ip", ua: "user_agent", size: "bytes_sent", uri: "target", vhost: "service" },
  ...{ reqtime: "request_time", reqtime_microsec: "duration_us", user: "user.name" },
};

/** Labelled tab-separated values. */
export const LTSV: LineParser = {
  formats: ["ltsv"],
  joins: "none",
  isUnambiguous: true,
  parse(line, times) {
    if (!line.includes("\t") || !LTSV_LABELS.test(line)) return undefined;
    const record = new LogRecord("ltsv");
    for (const pair of line.split("\t")) {
      const colon = pair.indexOf(":");
      const label = pair.slice(0, colon);
      const value = pair.slice(colon + 1);
      if (NOTHING.has(value)) continue;
      if (label === "req" && record.url_original === undefined) setRequest(record, value);
      else {setNamedField(
          record,
          LTSV_NAMES[label] ?? label,
          label === "time" ? value.replace(/^\[|\]$/g, "") : value,
          times,
        );}
    }
    return record.timestamp_raw ?? record.severity_text ? record : undefined;
  },
};
