import type { LogRecord } from "./_log_record.ts";
import { decodeQuoted } from "./_quoted.ts";

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

const COMMON_METHODS: ReadonlySet<string> = new Set(["GET", "POST", "HEAD", "PUT", "DELETE"]);

/** Reads a request line; what is no HTTP request (TLS bytes, `-`, nothing) stays as it was written, in `body`. */
export function setRequest(record: LogRecord, request: string): void {
  const space = request.indexOf(" ");
  const method = request.slice(0, Math.max(0, space));
  if (!COMMON_METHODS.has(method) && !/^[A-Z][A-Z_-]*$/i.test(method)) {
    if (!/^[- ]*$/.test(request)) record.body = request;
    return;
  }
  const protocol = request.lastIndexOf(" HTTP/");
  const end = protocol > space ? protocol : request.length;
  const target = request.slice(space + 1, end);
  if (protocol < space && !/^(?:[/*]|[a-z][a-z0-9+.-]*:)/i.test(target)) {
    record.body = request;
    return;
  }
  record.http_method = method;
  if (protocol >= space) record.http_version = request.slice(protocol + 6);
  setTarget(record, decodeQuoted(target));
}
