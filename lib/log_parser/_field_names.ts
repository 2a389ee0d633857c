import type { DurationUnit } from "./_duration.ts";

/** A column that holds text as it was written. */
export type TextColumn =
  | "body"
  | "service_name"
  | "host_name"
  | "logger"
  | "process_pid"
  | "thread_name"
  | "client_address"
  | "user_name"
  | "http_method"
  | "referrer"
  | "user_agent"
  | "error_type"
  | "error_message"
  | "error_stack"
  | "trace_id"
  | "span_id";
/** What a name says of its value: a column, a piece of one, or a duration in a unit. */
export type Meaning =
  | TextColumn
  | "time"
  | "level"
  | "target"
  | "request"
  | "path"
  | "query"
  | "version"
  | "status"
  | "bytes"
  | "duration"
  | DurationUnit;

/** Names that libraries give to what has a column here; case does not matter. */
const NAMES = {
  time:
    "ts time timestamp @timestamp t date datetime asctime eventtime event_time time_unix_nano timeunixnano @t time_local time_iso8601 starttime start_time timegenerated timecreated log.timestamp t.$date t.$date.$numberlong startutc __realtime_timestamp stagetimestamp record.time.timestamp date-time edgestarttimestamp unixtime",
  level:
    "level lvl severity log.level loglevel levelname level_name severitytext severity_text @l priority_name log_level record.level.name error_severity @level leveldisplayname",
  body:
    "msg message fields.message log body log.message @m jsonpayload.message textpayload short_message body.stringvalue renderedmessage record.message @message",
  service_name:
    "service service.name service_name app application syslog_identifier program appname app_name resource.labels.container_name",
  host_name: "host hostname host.name host_name _hostname machinename",
  logger:
    "logger logger_name loggername log.logger sourcecontext properties.sourcecontext category @module logger.name",
  process_pid: "pid process_pid process.pid process_id processid _pid",
  thread_name:
    "thread thread_name threadname thread.name process.thread.name threadid logger.thread_name",
  client_address:
    "client_ip client-ip client_address remote_addr remote_ip client.address http.client.address client.ip source.ip remoteaddress remoteaddr c-ip clienthost clientip client_addr request.remote_ip httprequest.remoteip remote_host sourceipaddress calleripaddress httprequest.clientip req.remoteaddress properties.clientip source.address id.orig_h",
  user_name:
    "remote_user user_name user.name cs-username username clientusername user useridentity.username user.username usr.name",
  http_method:
    "method http_method request_method http.method http.request.method cs-method requestmethod request.method httprequest.requestmethod verb req.method httpmethod clientrequestmethod httprequest.httpmethod http.http_method properties.httpmethod",
  target:
    "target url_original uri cs-uri url request_uri http.url url.original requestpath request.uri httprequest.requesturl http.target req.url clientrequesturi httprequest.uri properties.requesturi",
  request: "request",
  path: "path cs-uri-stem url.path http.path resourcepath",
  query: "cs-uri-query url.query properties.requestquery",
  version:
    "protocol proto http_version http.version server_protocol request_protocol request.proto httprequest.protocol cs-protocol clientrequestprotocol properties.httpversion cs-version",
  status:
    "status status_code http_status statuscode http.status http.status_code http.response.status_code sc-status downstreamstatus httprequest.status response_status res.statuscode response_code response.status responsestatus.code edgeresponsestatus properties.httpstatus properties.httpstatuscode",
  bytes:
    "bytes_sent body_bytes_sent response_bytes sc-bytes http.response.body.bytes downstreamcontentsize httprequest.responsesize edgeresponsebytes response_body_size properties.responsebytes properties.sentbytes http.response.body.size",
  referrer:
    "referer referrer http_referer http_referrer http.request.referrer cs(referer) httprequest.referer request_referer clientrequestreferer request.headers.referer req.headers.referer http.request.header.referer http.referer properties.referer",
  user_agent:
    "user_agent http_user_agent useragent user_agent.original cs(user-agent) httprequest.useragent clientrequestuseragent request_user_agent http.http_user_agent request_user-agent req.headers.user-agent request.headers.user-agent http.request.header.user-agent http.useragent properties.useragent",
  error_type:
    "error.type err.type exception.type exception.class error_type exception.class_name thrown.name err.name error.kind",
  error_message:
    "error err error.message err.message exception.message error_message thrown.message exception.exception_message errormessage",
  error_stack:
    "stack stack_trace stacktrace exc_info exception error.stack error.stack_trace err.stack exception.stacktrace @x exception.exception_stacktrace thrown.extendedstacktrace",
  trace_id: "trace_id traceid trace.id @tr otel.trace_id dd.trace_id",
  span_id: "span_id spanid span.id @sp dd.span_id",
  duration: "duration dur latency elapsed took response_time",
  ns: "duration_ns event.duration",
  us: "duration_us latency_us time_us elapsed_us",
  ms:
    "duration_ms latency_ms elapsed_ms responsetime response_time_ms took_ms elapsedmilliseconds durationmillis attr.durationmillis durationms latencyms elapsedms tookms responsetimems timetakenms",
  s: "request_time duration_s duration_seconds httprequest.latency",
  m: "",
  h: "",
  "µs": "",
  "μs": "",
} as const satisfies Record<Meaning, string>;

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(NAMES).flatMap(([meaning, names]) =>
    names.split(" ").filter(Boolean).map((name) => [name, meaning as Meaning] as const)
  ),
);

/** What a name means, in any case; `undefined`: nothing that is known. */
export function meaningOf(name: string): Meaning | undefined {
  return MEANINGS.get(name) ?? MEANINGS.get(name.toLowerCase());
}

/** Whether libraries give this name to the time of an event. */
export function isTimeName(name: string): boolean {
  return meaningOf(name) === "time";
}

/** Names of which `_writer_fields.ts` knows who may have written them. */
const SIGNS: ReadonlySet<string> = new Set([
  ...["dyno", "response_flags", "received_bytes", "responseLength", "routeKey", "latencies.kong"],
  ...["request.host", "network.client.ip", "network.bytes_written", "ddsource", "ddtags", "ua"],
  ...["url.original", "host.hostname", "bytes", "size", "Bytes", "Size", "resultCode"],
  ...["ResultCode", "properties.timeTaken", "properties.CsMethod"],
]);

/** Whether a name may show who wrote its record. */
export function isSign(name: string): boolean {
  return SIGNS.has(name);
}
