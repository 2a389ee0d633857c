import type { LogRecord } from "./_log_record.ts";

/** Sets the URL columns from a request target: origin form, absolute form, `host:port` or `*`. */
export function setTarget(record: LogRecord, target: string): void {
  record.url_original = target;
  let start = 0;
  if (target.charCodeAt(0) !== 47) {
    const scheme = target.indexOf("://");
    const slash = scheme > 0 ? target.indexOf("/", scheme + 3) : -1;
    if (slash < 0) return;
    start = slash;
  }
  const query = target.indexOf("?", start);
  if (query < 0) {
    record.url_path = start === 0 ? target : target.slice(start);
  } else {
    record.url_path = target.slice(start, query);
    record.url_query = target.slice(query + 1);
  }
}
