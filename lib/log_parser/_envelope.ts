import { hasHalfSurrogate } from "../grammar/mod.ts";
import { findClock } from "./clock_patterns.ts";
import type { FileTimes } from "./_file_times.ts";
import { isUntold, LogRecord, replaceTime, setAttribute } from "./_log_record.ts";
import { withoutColours } from "./_colours.ts";
import { severityNumber } from "./severity_number.ts";
import { setTimestamp } from "./_timestamp.ts";

/** A line without what a container runtime put around it. */
export interface Unwrapped {
  readonly text: string;
  /** Lines of one key belong together: container and stream. */
  readonly key: string;
  /** The line goes on in the next one of its key. */
  readonly isPartial: boolean;
  /** Time of the runtime, as written. */
  readonly time: string | undefined;
  readonly service: string | undefined;
  /** What was taken off, if an application may have written it just as well: a time alone. */
  readonly stamp?: string;
  readonly attributes: readonly (readonly [key: string, value: string])[];
}

const CRI =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([PF])(?::[\w:]*)?(?: |$)/;
/** What `kubectl logs --timestamps`, `docker logs -t` and `docker compose logs -t` put before a line. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d))(?: |$)/;
const COMPOSE = /^(?!(?:STATUS|ADVICE) +\| (?:wrapper|jvm) )([A-Za-z][\w.-]{0,127}?) +\| ?/;
/** `docker service logs`: service, number and id of the task, its node. */
const TASK = /^((\w[\w-]{0,63})\.\d{1,5}\.[a-z0-9]{1,25})@([\w.-]{1,63}) +\| ?/;
/** pm2 writes the number and the name of its process. */
const PM2 = /^(\d{1,4})\|([\w.@-]{1,64}) *\| /;
const KUBECTL = /^\[pod\/([^/\]]+)\/([^/\]]+)\] ?/;
const MAX_DEPTH = 4;

/** Takes off what stands around a line: colours, CRI, docker's JSON, docker compose, kubectl; `undefined`: there is nothing. */
export function unwrap(line: string): Unwrapped | undefined {
  let text = line;
  let found: Unwrapped | undefined;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    text = withoutColours(text);
    const next = unwrapOnce(text) ?? (found?.time === undefined ? unstamped(text) : undefined);
    if (next === undefined) break;
    found = found === undefined ? next : {
      ...next,
      key: next.stamp === undefined ? `${found.key} ${next.key}` : found.key,
      isPartial: found.isPartial || next.isPartial,
      time: next.time ?? found.time,
      service: next.service ?? found.service,
      attributes: [...found.attributes, ...next.attributes],
    };
    text = next.text;
    if (next.stamp !== undefined) break;
  }
  // What docker's JSON escapes has its colours inside.
  if (found !== undefined) return found.text === text ? found : { ...found, text };
  if (text === line) return undefined;
  return { text, key: "", isPartial: false, time: undefined, service: undefined, attributes: [] };
}

function unwrapOnce(line: string): Unwrapped | undefined {
  const first = line.charCodeAt(0);
  if (first === 123) return mayBeDocker(line) ? unwrapDocker(line) : undefined;
  if (first >= 48 && first <= 57) {
    if (line.charCodeAt(10) !== 84) return unwrapNamed(line);
    const cri = CRI.exec(line);
    if (cri === null) return unwrapNamed(line);
    const [all, time, stream = "", tag] = cri;
    return {
      text: line.slice(all.length),
      key: stream,
      isPartial: tag === "P",
      time,
      service: undefined,
      attributes: [["stream", stream]],
    };
  }
  const compose = first === 91 ? KUBECTL.exec(line) : COMPOSE.exec(line);
  if (compose === null) return unwrapNamed(line);
  const [all, name = "", container] = compose;
  if (severityNumber(name) !== undefined) return undefined;
  return {
    text: line.slice(all.length),
    key: `${name}/${container ?? ""}`,
    isPartial: false,
    time: undefined,
    service: container ?? name,
    attributes: container === undefined ? [["container", name]] : [["pod", name]],
  };
}

/** Takes off the name of a task of docker's services, or of a process of pm2. */
function unwrapNamed(line: string): Unwrapped | undefined {
  const bar = line.indexOf("|");
  if (bar < 1 || bar > 200) return undefined;
  const [task, container = "", service, node = ""] = TASK.exec(line) ?? [];
  const [process, id = "", name] = task === undefined ? PM2.exec(line) ?? [] : [];
  const head = task ?? process;
  if (head === undefined) return undefined;
  const attributes: [string, string][] = task === undefined
    ? [["pm_id", id]]
    : [["container", container], ["node", node]];
  const text = line.slice(head.length);
  const key = head.trimEnd();
  return { text, key, isPartial: false, time: undefined, service: service ?? name, attributes };
}

function unstamped(line: string): Unwrapped | undefined {
  const zone = line.charCodeAt(29);
  if (line.charCodeAt(19) !== 46 || zone !== 90 && zone !== 43 && zone !== 45) return undefined;
  const [stamp, time] = STAMP.exec(line) ?? [];
  if (stamp === undefined) return undefined;
  const text = line.slice(stamp.length);
  return { text, key: "", isPartial: false, time, service: undefined, stamp, attributes: [] };
}

/** Whether `"log"` is a text: who writes docker's JSON anew may put a space before it. */
function mayBeDocker(line: string): boolean {
  const at = line.indexOf('"log":');
  return at > 0 && line.startsWith('"', at + (line.charCodeAt(at + 6) === 32 ? 7 : 6));
}

/** `{"log":"...\n","stream":"stdout","time":"..."}`; without its line break the text goes on. */
function unwrapDocker(line: string): Unwrapped | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined; // The reader of JSON says where it breaks.
  }
  if (hasHalfSurrogate(line)) return undefined; // It says so, too.
  const { log, stream, time, ...rest } = value;
  if (typeof log !== "string" || typeof stream !== "string" || typeof time !== "string") {
    return undefined;
  }
  const attributes: [string, string][] = [["stream", stream]];
  for (const [key, item] of Object.entries(rest)) {
    if (key !== "attrs" || typeof item !== "object" || item === null) {
      if (key !== "log") {
        attributes.push([key, typeof item === "string" ? item : JSON.stringify(item)]);
      }
      continue;
    }
    for (const [name, of] of Object.entries(item)) attributes.push([name, String(of)]);
  }
  const isWhole = log.endsWith("\n");
  const text = isWhole ? log.slice(0, log.endsWith("\r\n") ? -2 : -1) : log;
  return { text, key: stream, isPartial: !isWhole, time, service: undefined, attributes };
}

/** Gives a record the time of its envelope, if it has none, or only one of a day that it does not name. */
function setTime(record: LogRecord, time: string, times: FileTimes): void {
  const found = isUntold(record) ? findClock(time) : undefined;
  if (found?.length !== time.length) {
    setAttribute(record, "envelope_time", time);
    return;
  }
  replaceTime(record);
  setTimestamp(record, time, found.clock, times);
}

/** Gives a record what its envelope knows and the line itself does not. */
export function fillFrom(record: LogRecord, envelope: Unwrapped, times: FileTimes): void {
  const { time, service, attributes } = envelope;
  if (time !== undefined && time !== record.timestamp_raw) setTime(record, time, times);
  if (service !== undefined) record.service_name ??= service;
  for (const [key, value] of attributes) {
    if (record.attributes?.[key] === undefined) setAttribute(record, key, value);
  }
}

/** A record of a line that nothing but its envelope dates; `undefined`: it does not. */
export function bareRecord(envelope: Unwrapped, text: string): LogRecord | undefined {
  if (envelope.time === undefined) return undefined;
  const record = new LogRecord("container");
  record.joins = "traces";
  record.body = text;
  return record;
}
