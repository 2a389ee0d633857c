import { DIRECTIVE, type LineParser, Malformed, type ParseResult } from "./_line_parser.ts";
import { LogRecord, setAttribute } from "./_log_record.ts";
import { setNamedField } from "./_named_fields.ts";
import type { FileTimes } from "./_file_times.ts";
import { setTimestamp } from "./_timestamp.ts";
import { findClock } from "./clock_patterns.ts";
import { setCause } from "./_traces.ts";

const EVENT = /^\s*<(log4j:event|Event|record)(?=[\s>])/;
/** What stands around the events of a file. */
const AROUND = /^\s*<(?:\?xml |!DOCTYPE |\/?(?:log|Events|log4j:eventSet)[\s>])[^<]*>?\s*$/;
const CMTRACE = "<![LOG[";
const PART =
  /<!\[CDATA\[([^]*?)\]\]>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|<\/([\w:.-]+)\s*>|([^<]+)/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" },
};
/** What log4j and Windows call things, as other names for the same. */
const NAMES: Readonly<Record<string, string>> = {
  timeMillis: "time",
  millis: "time",
  throwable: "stack",
  "System.TimeCreated.SystemTime": "time",
  "System.Provider.Name": "logger",
  "System.Computer": "host",
  "System.Execution.ProcessID": "pid",
  "System.Execution.ThreadID": "thread",
  "RenderingInfo.Message": "message",
};
/** Numbers of Windows: critical, error, warning, information, verbose. */
const WINDOWS_LEVELS = [undefined, 18, 17, 13, 9, 5] as const;
const CMTRACE_LEVELS = [undefined, 9, 13, 17] as const;
const CMTRACE_END =
  /\]LOG\]!><time="(\d\d:\d\d:\d\d(?:\.\d{1,7})?)(?:([+-])(\d{1,3}))?" date="(\d{1,2})-(\d{1,2})-(\d{4})" component="([^"]*)" context="([^"]*)" type="(\d)" thread="([^"]*)" file="([^"]*)">\s*$/;

/** What ends an event that a line begins; `undefined`: it begins none. */
export function markupEnd(line: string): string | undefined {
  if (line.startsWith(CMTRACE)) return "]LOG]!>";
  const name = EVENT.exec(line)?.[1];
  return name === undefined ? undefined : `</${name}>`;
}

/** Events of log4j, `java.util.logging` and Windows in XML; other markup has no time, and is a message's. */
export const XML_EVENTS: LineParser = {
  formats: ["xml"],
  joins: "none",
  parse(line, times) {
    return EVENT.test(line) ? readEvent(line.trim(), times) : undefined;
  },
};

/** What stands around events in XML is no event; in other logs it is a part of a message. */
export const AROUND_XML: LineParser = {
  formats: XML_EVENTS.formats,
  joins: "none",
  leastShare: 0.3,
  parse: (line) => AROUND.test(line) ? DIRECTIVE : undefined,
};

/** Configuration Manager's log, which CMTrace shows. */
export const CMTRACE_EVENTS: LineParser = {
  formats: ["cmtrace"],
  joins: "none",
  parse(line, times) {
    if (!line.startsWith(CMTRACE)) return undefined;
    const end = CMTRACE_END.exec(line.slice(Math.max(0, line.lastIndexOf("]LOG]!>"))));
    if (end === null) return new Malformed("expected ]LOG]!> and its fields", line.length + 1);
    const [, time = "", sign, bias = "0", month = "", day = "", year] = end;
    const record = new LogRecord("cmtrace");
    const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const raw = `${date} ${time}`;
    const found = findClock(raw);
    // Minutes that make the time UTC, so that their sign is the other way round.
    const offset = sign === undefined ? undefined : (sign === "-" ? 1 : -1) * Number(bias);
    if (found !== undefined) setTimestamp(record, raw, { ...found.clock, offset }, times);
    const [component = "", context = "", type = "", thread = "", file = ""] = end.slice(7);
    record.severity_text = type;
    record.severity_number = CMTRACE_LEVELS[Number(type)];
    record.body = line.slice(CMTRACE.length, line.lastIndexOf("]LOG]!>"));
    record.logger = component || undefined;
    record.thread_name = thread || undefined;
    if (file !== "") setAttribute(record, "file", file);
    if (context !== "") setAttribute(record, "context", context);
    return record;
  },
};

function readEvent(text: string, times: FileTimes): ParseResult {
  const fields = flatten(text);
  if (typeof fields === "number") {
    return !text.startsWith("<log4j:")
      ? undefined
      : new Malformed("expected tags that match each other", fields + 1);
  }
  const record = new LogRecord("xml");
  const seconds = fields.get("Instant.epochSecond");
  if (seconds !== undefined) {
    const nanos = fields.get("Instant.nanoOfSecond") ?? "";
    fields.set("time", `${seconds}.${nanos.padStart(9, "0")}`);
    fields.delete("Instant.epochSecond");
    fields.delete("Instant.nanoOfSecond");
  }
  const level = fields.get("System.Level");
  if (level !== undefined) {
    record.severity_text = level;
    record.severity_number = WINDOWS_LEVELS[Number(level)];
    fields.delete("System.Level");
  }
  // Of two times, the one that says its zone counts.
  const ordered = [...fields].sort(([a], [b]) => Number(b in NAMES) - Number(a in NAMES));
  for (const [name, value] of ordered) setNamedField(record, NAMES[name] ?? name, value, times);
  if (record.error_stack !== undefined) setCause(record, record.error_stack);
  return record.timestamp_raw === undefined ? undefined : record;
}

interface Element {
  readonly tag: string;
  readonly path: string;
  text: string;
  isVerbatim: boolean;
}

/** Values by their paths below the event; a number: where its markup breaks. */
function flatten(xml: string): Map<string, string> | number {
  const fields = new Map<string, string>();
  const open: Element[] = [];
  PART.lastIndex = 0;
  for (let at = 0; at < xml.length; at = PART.lastIndex) {
    const [all, verbatim, tag, attributes = "", single, closed, text] = PART.exec(xml) ?? [];
    const top = open.at(-1);
    if (all === undefined || at > 0 && top === undefined) return at;
    if (tag !== undefined) {
      const element = elementOf(tag, top, attributes, fields);
      if (single !== "/") open.push(element);
    } else if (closed !== undefined) {
      if (top?.tag !== closed) return at;
      open.pop();
      const value = top.isVerbatim ? top.text : top.text.trim();
      if (value !== "") add(fields, top.path, value);
    } else if (top !== undefined) {
      if (verbatim !== undefined && !top.isVerbatim) {
        top.isVerbatim = true;
        top.text = top.text.trimStart();
      }
      top.text += verbatim ?? (top.isVerbatim && text?.trim() === "" ? "" : decode(text ?? ""));
    }
  }
  return open.length === 0 ? fields : xml.length;
}

/** Enters the attributes of an element, and returns it; the event itself and its namespaces have no name. */
function elementOf(
  tag: string,
  parent: Element | undefined,
  attributes: string,
  fields: Map<string, string>,
): Element {
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, name = "", a, b]) =>
    [name, decode(a ?? b ?? "")] as const
  ).filter(([name]) => !name.startsWith("xmlns"));
  const known = pairs.find(([name]) => /^(?:name|key)$/i.test(name));
  const isItem = known !== undefined && /^(?:\w+:)?(?:data|item)$/i.test(tag);
  const own = isItem ? known[1] : tag.replace(/^.*:/, "");
  const path = parent === undefined ? "" : parent.path === "" ? own : `${parent.path}.${own}`;
  for (const [name, value] of pairs) {
    if (isItem && name === known[0]) continue;
    const isValue = isItem && name === "value";
    add(fields, isValue ? path : path === "" ? name : `${path}.${name}`, value);
  }
  return { tag, path, text: "", isVerbatim: false };
}

/** What comes several times is kept, each on a line of its own. */
function add(fields: Map<string, string>, name: string, value: string): void {
  const before = fields.get(name);
  fields.set(name, before === undefined ? value : `${before}\n${value}`);
}

function decode(text: string): string {
  return text.replace(ENTITY, (all, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
