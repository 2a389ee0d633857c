import type { ByteBuffer } from "./_byte_buffer.ts";
import type { RowView } from "./row_sink.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** The bytes that cut a row into fields. */
export interface FieldBytes {
  readonly delimiter: number;
  /** `null` if no byte quotes. */
  readonly quote: number | null;
}

/** Returns where each field of a row begins; the delimiter is the byte before, and the end of a row counts as one. */
export function fieldStarts(
  { bytes, start, end }: Pick<RowView, "bytes" | "start" | "end">,
  { delimiter, quote }: FieldBytes,
): number[] {
  const starts = [start];
  let quoted = quote !== null && bytes[start] === quote && start < end;
  let begin = start;
  for (let at = quoted ? start + 1 : start; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote && bytes[begin] === quote) quoted = !quoted;
    else if (byte === delimiter && !quoted) {
      starts.push(begin = at + 1);
      if (bytes[begin] === quote && begin < end) {
        quoted = true;
        at++;
      }
    }
  }
  starts.push(end + 1);
  return starts;
}

/** Returns the bytes of a field without its quotes. */
export function fieldContent(
  bytes: Uint8Array,
  start: number,
  about: { readonly end: number; readonly quote: number | null },
): Uint8Array {
  const { end, quote } = about;
  if (quote === null || bytes[start] !== quote || end - start < 2) {
    return bytes.subarray(start, end);
  }
  const content = new Uint8Array(end - start);
  let length = 0;
  for (let at = start + 1; at < end - 1; at++) {
    content[length++] = bytes[at] ?? 0;
    if (bytes[at] === quote) at++;
  }
  return content.subarray(0, length);
}

/** Appends some fields of a row as CSV that every engine reads alike (RFC 4180); -1 stands for an empty one. */
export function appendFields(
  out: ByteBuffer,
  row: RowView,
  about: FieldBytes & { readonly sources?: readonly number[] | undefined },
): void {
  const { bytes } = row;
  const { quote } = about;
  const starts = fieldStarts(row, about);
  const count = about.sources?.length ?? starts.length - 1;
  for (let at = 0; at < count; at++) {
    if (at > 0) out.push(COMMA);
    const source = about.sources?.[at] ?? (about.sources === undefined ? at : -1);
    const start = starts[source];
    const end = (starts[source + 1] ?? 0) - 1;
    if (start === undefined) continue;
    if (quote === QUOTE && bytes[start] === QUOTE && start < end) out.append(bytes, start, end);
    else appendField(out, fieldContent(bytes, start, { end, quote }), count === 1);
  }
  out.push(LF);
}

function appendField(out: ByteBuffer, field: Uint8Array, isAlone: boolean): void {
  // An empty line is no row to a reader.
  const isBare = isAlone ? field.length > 0 : true;
  if (isBare && !field.some(needsQuotes)) return out.append(field, 0, field.length);
  out.push(QUOTE);
  for (const byte of field) {
    if (byte === QUOTE) out.push(QUOTE);
    out.push(byte);
  }
  out.push(QUOTE);
}

function needsQuotes(byte: number): boolean {
  return byte === COMMA || byte === QUOTE || byte === LF || byte === CR;
}
