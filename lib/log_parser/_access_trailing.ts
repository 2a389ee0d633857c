import { decodeQuoted, quoteEnd } from "./_quoted.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";
import { durationNanos } from "./_duration.ts";

const ADDRESS_LIST =
  /^(?:(?:^|, ?)(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*))+$/i;
/** Of ingress-nginx: length of the request and seconds, then the upstream. */
const INGRESS =
  /^ (\d+) (\d+\.\d{3}) \[([^\]]*)\] (?:\[([^\]]*)\] )?(-|\S+(?:, \S+)*) (-|[\d-]+(?:, [\d-]+)*) (-|[\d.-]+(?:, [\d.-]+)*) (-|[\d-]+(?:, [\d-]+)*)(?: (\S+))?$/;
const INGRESS_NAMES = [
  ...["request_length", "request_time", "proxy_upstream_name", "proxy_alternative_upstream_name"],
  ...[
    "upstream_addr",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
    "req_id",
  ],
] as const;
/** Of Traefik: a counter, router and server, milliseconds. */
const TRAEFIK = /^ (\d+) "([^"]*)" "([^"]*)" (\d+ms)$/;

/** Fields with an attribute of their own; what follows them is kept together. */
const MOST_FIELDS = 64;

/**
 * Reads what stands after the fields of the common or combined format.
 *
 * A number is a latency only where its variant or its unit says so: ingress-nginx, Traefik, `rt=`, `12ms`, and nginx's
 * `$request_time`, which has a point and three digits and is alone. A bare integer may be anything.
 */
export function setTrailingFields(record: LogRecord, line: string, from: number): void {
  const rest = line.slice(from);
  const ingress = INGRESS.exec(rest);
  if (ingress !== null) {
    for (const [i, name] of INGRESS_NAMES.entries()) {
      const value = ingress[i + 1];
      if (value === undefined || value === "" || value === "-") continue;
      if (name === "request_time") record.duration_ns = durationNanos(value, "s");
      else setAttribute(record, name, value);
    }
    return;
  }
  const traefik = TRAEFIK.exec(rest);
  if (traefik !== null) {
    const [, count = "", router = "", server = "", time = ""] = traefik;
    setAttribute(record, "request_count", count);
    if (router !== "-") setAttribute(record, "router", router);
    if (server !== "-") setAttribute(record, "server", server);
    record.duration_ns = durationNanos(time);
    return;
  }
  setUnknownFields(record, line, from);
}

function setUnknownFields(record: LogRecord, line: string, from: number): void {
  let number = 0;
  const decimals: [name: string, text: string][] = [];
  for (let at = from; at < line.length;) {
    if (line.charCodeAt(at) === 32) {
      at++;
      continue;
    }
    if (number === MOST_FIELDS) {
      setAttribute(record, "rest", line.slice(at));
      break;
    }
    const quoted = line.charCodeAt(at) === 34;
    const start = quoted ? at + 1 : at;
    let end = quoted ? quoteEnd(line, start) : endOfBare(line, start);
    if (end < 0) end = line.length;
    const text = line.slice(start, end);
    const name = `field_${++number}`;
    if (!quoted && /^\d+\.\d{3}$/.test(text)) decimals.push([name, text]);
    else if (quoted) setQuoted(record, text, name);
    else setBare(record, text, name);
    at = end + 1;
  }
  // One number with milliseconds is nginx's $request_time; of two, the order is anybody's.
  const [only] = decimals;
  if (decimals.length === 1 && only !== undefined && record.duration_ns === undefined) {
    record.duration_ns = durationNanos(only[1], "s");
  } else for (const [name, text] of decimals) setAttribute(record, name, text);
}

/** The end of a word or a pair, whose value may be quoted and hold spaces: `urt="0.100, 0.300"`. */
function endOfBare(line: string, start: number): number {
  const end = line.indexOf(" ", start);
  const opening = /^\w+[=:]"(?=[^"]*$)/.exec(line.slice(start, end < 0 ? undefined : end))?.[0];
  if (opening === undefined) return end;
  const quote = quoteEnd(line, start + opening.length);
  return quote < 0 ? end : quote + 1;
}

function setQuoted(record: LogRecord, text: string, name: string): void {
  if (text === "-" || text === "") return;
  const isForwarded = name === "field_1" && ADDRESS_LIST.test(text);
  setAttribute(record, isForwarded ? "x_forwarded_for" : name, decodeQuoted(text));
}

function setBare(record: LogRecord, text: string, field: string): void {
  const [, name, named] = /^([a-z_]\w*)[=:]"?([^"]*)"?$/i.exec(text) ?? [];
  const value = named ?? text;
  if (value === "-") return;
  const isLatency = name === undefined || name === "rt" || name === "request_time";
  const latency = isLatency
    ? durationNanos(value, name === undefined ? undefined : "s")
    : undefined;
  if (latency !== undefined && record.duration_ns === undefined) record.duration_ns = latency;
  else setAttribute(record, name ?? field, value);
}
