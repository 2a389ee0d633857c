import { decodeQuoted, quoteEnd } from "./_quoted.ts";
import { type LogRecord, setAttribute } from "./_log_record.ts";

const ADDRESS_LIST = /^[0-9a-f.:]+(?:, ?[0-9a-f.:]+)*$/i;

/**
 * Reads what stands after the fields of the common or combined format.
 *
 * The first latency becomes `duration_ns`: digits alone are microseconds (Apache's `%D`), digits with a
 * point are seconds (nginx's `$request_time`), `12ms` says its unit. All others become attributes.
 */
export function setTrailingFields(record: LogRecord, line: string, from: number): void {
  let number = 0;
  for (let at = from; at < line.length;) {
    if (line.charCodeAt(at) === 32) {
      at++;
      continue;
    }
    const quoted = line.charCodeAt(at) === 34;
    const start = quoted ? at + 1 : at;
    let end = quoted ? quoteEnd(line, start) : line.indexOf(" ", start);
    if (end < 0) end = line.length;
    number++;
    setField(record, line.slice(start, end), quoted, number);
    at = end + 1;
  }
}

function setField(record: LogRecord, text: string, quoted: boolean, number: number): void {
  if (quoted) {
    if (text === "-" || text === "") return;
    const forwarded = number === 1 && ADDRESS_LIST.test(text);
    setAttribute(record, forwarded ? "x_forwarded_for" : `field_${number}`, decodeQuoted(text));
    return;
  }
  const pair = /^([a-z_]\w*)[=:]"?([^"]*)"?$/i.exec(text);
  const name = pair?.[1];
  const value = pair?.[2] ?? text;
  if (value === "-") return;
  const latency = name === undefined || name === "rt" || name === "request_time"
    ? latencyNanos(value)
    : undefined;
  if (latency !== undefined && record.duration_ns === undefined) record.duration_ns = latency;
  else setAttribute(record, name ?? `field_${number}`, value);
}

function latencyNanos(text: string): number | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?(ns|us|µs|ms|s)?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = "0", fraction = "", unit = fraction === "" ? "us" : "s"] = match;
  const nanos = { ns: 1, us: 1e3, "µs": 1e3, ms: 1e6, s: 1e9 }[unit] ?? 1;
  const total = Number(`${whole}.${fraction === "" ? "0" : fraction}`) * nanos;
  return total <= Number.MAX_SAFE_INTEGER ? Math.round(total) : undefined;
}
