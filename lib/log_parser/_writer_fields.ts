import type { Meaning } from "./_field_names.ts";
import type { FileTimes } from "./_file_times.ts";
import { type LogRecord, setAttribute, type TextMap } from "./_log_record.ts";
import { levelNumber, setMeaning } from "./_named_fields.ts";
import { setTarget } from "./_url.ts";

/**
 * What a name means: `forwarded` is a list of addresses, the client's first, `endpoint` one with its port, `client` one that
 * tells more than its neighbour; `whole` is a target of which the path is known.
 */
type Use = Meaning | "forwarded" | "endpoint" | "client" | "whole";

/** Who writes records in which a name means what it does nowhere else. */
interface Writer {
  /** Whether a record is one of its. */
  isOf(attributes: TextMap, record: LogRecord): boolean;
  readonly fields: Readonly<Record<string, Use>>;
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*)$/i;
const SIZES = ["bytes", "size", "Bytes", "Size"] as const;
const AZURE_ACCESS = /^(?:Front[Dd]oor|ApplicationGateway)AccessLog$/;
const INSIGHTS_REQUEST = /^(?:AppRequests|requests?)$/;

/** `_json_names.ts` leaves to the parser what has their names. */
const WRITERS: readonly Writer[] = [
  { // Heroku's router: `connect` is the time until it had the application, `service` that of the request.
    isOf: ({ dyno, fwd, connect }) => (dyno && fwd && connect) !== undefined,
    fields: { fwd: "forwarded", service: "duration", bytes: "bytes" },
  },
  { // Envoy and Istio, whose times are all milliseconds.
    isOf: ({ response_flags, upstream_host, upstream_cluster, upstream_service_time }, record) =>
      record.format === "envoy" || response_flags !== undefined &&
        (upstream_host ?? upstream_cluster ?? upstream_service_time) !== undefined,
    fields: {
      ...{ duration: "ms", x_forwarded_for: "forwarded", forwarded_for: "forwarded" },
      ...{ "x-forwarded-for": "forwarded", "user-agent": "user_agent" },
    },
  },
  { // Caddy: of its two addresses, `client_ip` is the one behind proxies that it trusts.
    isOf: (attributes) =>
      (attributes["request.host"] && attributes["size"] && attributes["duration"]) !== undefined,
    fields: {
      ...{ "request.client_ip": "client", "request.remote_addr": "endpoint" },
      ...{ user_id: "user_name" },
    },
  },
  { // AWS' API Gateway.
    isOf: ({ requestId, responseLength, routeKey }, { http_method }) =>
      requestId !== undefined && http_method !== undefined &&
      (responseLength ?? routeKey) !== undefined,
    fields: { ip: "client_address", responseLength: "bytes", responseLatency: "ms" },
  },
  { // Kong: the proxy's time is a part of the request's.
    isOf: (attributes) =>
      (attributes["latencies.request"] && attributes["latencies.kong"]) !== undefined,
    fields: { started_at: "time", "latencies.request": "ms", "response.size": "bytes" },
  },
  { // Datadog's standard attributes: a duration is in nanoseconds.
    isOf: (attributes, { http_status }) =>
      http_status !== undefined &&
      (attributes["network.client.ip"] ?? attributes["network.bytes_written"]) !== undefined,
    fields: {
      ...{ "network.client.ip": "client_address", "network.bytes_written": "bytes" },
      ...{ duration: "ns", status: "level" },
    },
  },
  { // Datadog's reserved attributes.
    isOf: ({ ddsource, ddtags }) => (ddsource ?? ddtags) !== undefined,
    fields: { status: "level" },
  },
  { // Azure's services; a whole number is the milliseconds of an older gateway.
    isOf: (attributes, { logger }) =>
      AZURE_ACCESS.test(logger ?? "") && attributes["properties.timeTaken"]?.includes(".") === true,
    fields: { "properties.timeTaken": "s" },
  },
  {
    isOf: (_attributes, { logger }) => logger === "AppServiceHTTPLogs",
    fields: {
      ...{ "properties.CsMethod": "http_method", "properties.CsUriStem": "path" },
      ...{ "properties.CsUriQuery": "query", "properties.CIp": "client_address" },
      ...{ "properties.ScStatus": "status", "properties.ScBytes": "bytes" },
      ...{ "properties.TimeTaken": "ms", "properties.CsUsername": "user_name" },
    },
  },
  { // Azure's Application Insights, which has codes of other protocols, too.
    isOf: ({ type, Type, itemType }, { logger, url_original }) =>
      INSIGHTS_REQUEST.test(type ?? Type ?? itemType ?? logger ?? "") &&
      url_original?.startsWith("http") === true,
    fields: { resultCode: "status", ResultCode: "status" },
  },
  { // What a table or line of requests counts is what was sent; where it counts twice, nothing says which.
    isOf: (attributes, { format, http_method, http_status, url_original }) =>
      (format === "csv" || format === "logfmt") &&
      (http_method && http_status && url_original) !== undefined &&
      SIZES.filter((name) => attributes[name] !== undefined).length === 1,
    fields: Object.fromEntries(SIZES.map((name) => [name, "bytes" as const])),
  },
  { // GitLab.
    isOf: ({ ua }, { http_method, http_status }) =>
      (ua && http_method && http_status) !== undefined,
    fields: { ua: "user_agent" },
  },
  { // ECS: the path and the query may come before what they are of.
    isOf: (attributes, { url_original, url_path }) =>
      attributes["url.original"] !== undefined && url_original === url_path,
    fields: { "url.original": "whole" },
  },
  { // ECS, which has two names for a machine.
    isOf: (attributes) => attributes["host.hostname"] !== undefined,
    fields: { "host.hostname": "host_name" },
  },
];

/** Puts into columns what a name means only in the records of whoever wrote this one. */
export function settleWriter(record: LogRecord, attributes: TextMap, times: FileTimes): void {
  for (const { isOf, fields } of WRITERS) {
    if (isOf(attributes, record)) setFields(record, attributes, fields, times);
  }
}

function setFields(
  record: LogRecord,
  attributes: TextMap,
  fields: Writer["fields"],
  times: FileTimes,
): void {
  for (const [key, use] of Object.entries(fields)) {
    const value = attributes[key];
    if (value === undefined || !setField(record, use, key, value, times)) continue;
    delete attributes[key];
    if (Object.keys(attributes).length === 0) record.attributes = undefined;
  }
}

/** Sets one value; returns whether a column holds all of it. */
function setField(
  record: LogRecord,
  use: Use,
  key: string,
  value: string,
  times: FileTimes,
): boolean {
  if (use === "forwarded") return setForwarded(record, value);
  if (use === "client") return setClient(record, value);
  if (use === "endpoint") return setEndpoint(record, value);
  if (use === "whole") return setWholeTarget(record, value);
  // Whether a request went well has the same name.
  if (use === "level" && levelNumber(value) === undefined) return false;
  return setMeaning(record, use, key, value, times);
}

/** Sets the client from what proxies forward. */
function setForwarded(record: LogRecord, value: string): boolean {
  const addresses = value.split(/, ?/);
  if (record.client_address !== undefined || !addresses.every((one) => ADDRESS.test(one))) {
    return false;
  }
  record.client_address = addresses[0];
  return addresses.length === 1;
}

/** Sets the client although there is one, which becomes an attribute if it is another. */
function setClient(record: LogRecord, value: string): boolean {
  const { client_address } = record;
  if (!ADDRESS.test(value) || client_address === value) return false;
  if (client_address !== undefined) setAttribute(record, "request.remote_ip", client_address);
  record.client_address = value;
  return true;
}

/** Sets the client from an address with its port, which is kept. */
function setEndpoint(record: LogRecord, value: string): false {
  const address = /^\[?(.*?)\]?:\d+$/.exec(value)?.[1] ?? "";
  if (ADDRESS.test(address)) record.client_address ??= address;
  return false;
}

function setWholeTarget(record: LogRecord, value: string): boolean {
  const { url_original, url_path, url_query } = record;
  setTarget(record, value);
  if (record.url_path === url_path) return true;
  Object.assign(record, { url_original, url_path, url_query });
  return false;
}
