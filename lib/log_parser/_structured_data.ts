import { Malformed } from "./_line_parser.ts";
import type { TextMap } from "./_log_record.ts";

/** Structured data of one message. */
export interface StructuredData {
  /** `undefined` for `-`. */
  readonly elements: Record<string, TextMap> | undefined;
  /** Index after it. */
  readonly end: number;
}

/** SD-NAME (RFC 5424 section 6.3): printable ASCII but for `= ] "` and space. */
const NAME = /[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}/y;

/** Reads `-` or `[id name="value" ...]...`; the escapes are exactly `\"`, `\\` and `\]`. */
export function readStructuredData(line: string, from: number): StructuredData | Malformed {
  if (line.charCodeAt(from) === 45) return { elements: undefined, end: from + 1 };
  const elements = Object.create(null) as Record<string, TextMap>;
  let at = from;
  while (line.charCodeAt(at) === 91) {
    const id = nameAt(line, at + 1);
    if (id === undefined) return new Malformed("expected an SD-ID", at + 2);
    if (id in elements) return new Malformed(`the SD-ID "${id}" appears twice`, at + 2);
    const end = readParams(line, at + 1 + id.length, elements[id] = Object.create(null) as TextMap);
    if (end instanceof Malformed) return end;
    at = end;
  }
  if (at === from) return new Malformed('expected structured data or "-"', at + 1);
  return { elements, end: at };
}

function readParams(line: string, from: number, params: TextMap): number | Malformed {
  let at = from;
  while (line.charCodeAt(at) === 32) {
    const name = nameAt(line, at + 1);
    if (name === undefined) return new Malformed("expected a PARAM-NAME", at + 2);
    at += 1 + name.length;
    if (line.charCodeAt(at) !== 61 || line.charCodeAt(at + 1) !== 34) {
      return new Malformed('expected =" after the PARAM-NAME', at + 1);
    }
    const start = at + 2;
    const end = valueEnd(line, start);
    if (end < 0) return new Malformed("the PARAM-VALUE is not closed", start);
    const value = line.slice(start, end);
    const text = value.includes("\\") ? value.replace(/\\(["\\\]])/g, "$1") : value;
    // A name may stand more than once; its values are kept in order.
    params[name] = name in params ? `${params[name]},${text}` : text;
    at = end + 1;
  }
  if (line.charCodeAt(at) !== 93) return new Malformed("expected ] after the parameters", at + 1);
  return at + 1;
}

function nameAt(line: string, at: number): string | undefined {
  NAME.lastIndex = at;
  return NAME.exec(line)?.[0];
}

function valueEnd(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    const c = line.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 34) return i;
    else if (c === 93) return -1;
  }
  return -1;
}
