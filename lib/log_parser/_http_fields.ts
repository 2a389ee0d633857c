import type { Meaning } from "./_field_names.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";

/** What a name that not only HTTP uses may say: `status`, `path`, `target`, `url`, `method`, `host`. */
export const HTTP_SIGN = 1;
/** Method or status stand in the record itself, not in an object such as `http` within it. */
export const IS_FLAT = 2;

/** Its name is not of HTTP alone. */
export const IS_DOUBTFUL = 4;

const METHODS: ReadonlySet<string> = new Set(
  "GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE PROPFIND PROPPATCH MKCOL PURGE".split(" "),
);
/** Formats whose writers name their fields as they like. */
const FREE_FORMATS: ReadonlySet<string> = new Set(["jsonl", "logfmt", "csv"]);
const METHOD_NAME = /^(?:method|verb|req(?:uest)?\.method)$/i;
const URL_NAME = /^(?:ur[li]|req\.url|request\.uri)$/i;
const FILE_NAME = /^(?:target|path)$/i;
const OF_WEB = /^(?:\/|\*$|(?:https?|wss?):\/\/)/i;
const OF_HTTP = /\b(?:https?|requests?|response)\b/i;
const AUTHORITY = /^\w+:\/\/([^/?#]+)/;
/** Codes that servers, proxies and load balancers send; 137 or 255 is how a process ended. */
const KNOWN_STATUS =
  /^(?:10[0-3]|20[0-8]|226|30[0-8]|4(?:0\d|1\d|2[0-9]|31|44|51|60|61|63|64|9[4-9])|5(?:0\d|1[01]|2\d|30|61|98|99))$/;

/** Folders of a machine: what begins so is a file unless a method or the like is next to it. */
const OF_DISK =
  /^\/(?:bin|boot|data|dev|etc|home|lib(?:32|64)?|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|Users|usr|var|Volumes)(?:\/|$)/;

/** Whether a value under such a name can be the method of an HTTP request. */
export function isMethod(record: LogRecord, key: string, value: string): boolean {
  if (!METHOD_NAME.test(key) || !FREE_FORMATS.has(record.format)) return true;
  // Kubernetes has verbs of its own: get, list, watch.
  return METHODS.has(key === "verb" ? value : value.toUpperCase());
}

const KNOWN = Uint8Array.from({ length: 1000 }, (_, i) => Number(KNOWN_STATUS.test(String(i))));

/** Whether a status is one of HTTP by its number. */
export function isKnownStatus(status: number | undefined): boolean {
  return status !== undefined && KNOWN[status] === 1;
}

/** Whether a text is a method of HTTP. */
export function isHttpMethod(text: string): boolean {
  return METHODS.has(text);
}

/** What the name of a field of JSON says before its value is seen; 0: nothing. */
export function signOf(key: string, meaning: Meaning | undefined): number {
  if (meaning === "status") return key.toLowerCase() === "status" ? IS_DOUBTFUL : HTTP_SIGN;
  if (meaning === "target" || meaning === "path") {
    return FILE_NAME.test(key) ? IS_DOUBTFUL : HTTP_SIGN;
  }
  return meaning === "user_agent" ? HTTP_SIGN : 0;
}

/** Notes what a field that was set says of its record. */
export function noteHttp(
  record: LogRecord,
  column: "http_method" | "http_status" | "url_original",
  key: string,
  value: string,
): void {
  if (column === "url_original") {
    const isSure = URL_NAME.test(key) ? OF_WEB.test(value) : !FILE_NAME.test(key);
    if (isSure) record.httpSigns |= HTTP_SIGN;
    else record.doubtfulTarget = key;
    return;
  }
  if (!key.includes(".")) record.httpSigns |= IS_FLAT;
  if (column === "http_method" ? METHODS.has(value) : key.toLowerCase() !== "status") {
    record.httpSigns |= HTTP_SIGN;
  } else if (column === "http_status") record.doubtfulStatus = key;
  else record.doubtfulMethod = key;
}

/** Leaves in its columns only what another field shows to be of HTTP; the rest becomes attributes again. */
export function settleHttp(record: LogRecord): void {
  if (!FREE_FORMATS.has(record.format)) return;
  const { doubtfulStatus, doubtfulTarget, doubtfulMethod } = record;
  if ((doubtfulStatus ?? doubtfulTarget ?? doubtfulMethod) !== undefined && !isOfHttp(record)) {
    dropDoubtful(record);
  }
  const { bareHost, host_name } = record;
  if (bareHost === undefined || host_name === undefined || !isRequestHost(record)) return;
  setAttribute(record, bareHost, host_name);
  record.host_name = undefined;
}

function dropDoubtful(record: LogRecord): void {
  const { doubtfulStatus: status, doubtfulTarget: target, doubtfulMethod: method } = record;
  const { http_method, http_status, url_original, duration_ns, client_address } = record;
  const isRoute = duration_ns !== undefined && url_original?.startsWith("/") === true &&
    !OF_DISK.test(url_original);
  const isServed = isKnownStatus(http_status) &&
    ((duration_ns ?? client_address) !== undefined || OF_HTTP.test(record.body ?? ""));
  if (method !== undefined && http_method !== undefined) {
    setAttribute(record, method, http_method);
    record.http_method = undefined;
  }
  if (status !== undefined && !isServed) {
    setAttribute(record, status, String(http_status));
    record.http_status = undefined;
  }
  if (record.http_status === undefined) record.httpSigns = 0;
  if (target !== undefined && url_original !== undefined && !isRoute) {
    setAttribute(record, target, url_original);
    record.url_original = record.url_path = record.url_query = undefined;
  }
}

function isOfHttp(record: LogRecord): boolean {
  const { httpSigns, http_version, referrer, user_agent } = record;
  if ((httpSigns & HTTP_SIGN) !== 0) return true;
  if ((http_version ?? referrer ?? user_agent) !== undefined) return true;
  return record.url_original?.startsWith("/") === true && isKnownStatus(record.http_status);
}

/** In a record of a request or a connection `host` is what was asked, and not the machine that wrote it; Logstash adds its own. */
function isRequestHost(
  { httpSigns, attributes, url_original = "", host_name }: LogRecord,
): boolean {
  if (attributes?.["@version"] !== undefined) return false;
  if (attributes?.["id.resp_h"] !== undefined) return true; // Zeek's.
  return (httpSigns & IS_FLAT) !== 0 || AUTHORITY.exec(url_original)?.[1] === host_name;
}
