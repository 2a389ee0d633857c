import type { ByteBuffer } from "./_byte_buffer.ts";
import type { RowView } from "./row_sink.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SPACE = 0x20;
const encoder = new TextEncoder();

/** The bytes that cut a row into fields. */
export interface FieldBytes {
  readonly delimiter: number;
  /** `null` if no byte quotes. */
  readonly quote: number | null;
  /** The byte that makes a quote within quotes, or itself, text; a quote does so as well. @default none */
  readonly escape?: number | undefined;
  /** Whether spaces at the start of a field are no part of it. @default false */
  readonly skipSpaces?: boolean | undefined;
}

/** Returns where each field of a row begins; the delimiter is the byte before, and the end of a row counts as one. */
export function fieldStarts(
  { bytes, start, end }: Pick<RowView, "bytes" | "start" | "end">,
  about: FieldBytes,
): number[] {
  const { delimiter, quote, escape } = about;
  const starts = [start];
  let begin = textStart(bytes, start, about);
  let quoted = bytes[begin] === quote && begin < end;
  for (let at = quoted ? begin + 1 : begin; at < end; at++) {
    const byte = bytes[at];
    if (byte === quote && bytes[begin] === quote) {
      if (!isEscaped(bytes, at, { begin, escape })) quoted = !quoted;
    } else if (byte === delimiter && !quoted) {
      starts.push(at + 1);
      begin = textStart(bytes, at + 1, about);
      if (bytes[begin] === quote && begin < end) {
        quoted = true;
        at = begin;
      }
    }
  }
  starts.push(end + 1);
  return starts;
}

/** Whether a quote is text, by the escapes in front of it; `begin` is where the field's first quote is. */
export function isEscaped(
  bytes: Uint8Array,
  at: number,
  { begin, escape }: { readonly begin: number; readonly escape: number | undefined },
): boolean {
  let escapes = 0;
  while (at - escapes - 1 > begin && bytes[at - escapes - 1] === escape) escapes++;
  return escapes % 2 === 1;
}

/** Returns the fields of a row as text. */
export function fieldTexts(row: Pick<RowView, "bytes" | "start" | "end">, about: FieldBytes) {
  const starts = fieldStarts(row, about);
  // A mark within the text is part of a value.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return starts.slice(0, -1).map((start, at) => {
    const end = (starts[at + 1] ?? 0) - 1;
    return decoder.decode(
      fieldContent(row.bytes, textStart(row.bytes, start, about), { ...about, end }),
    );
  });
}

/** Returns where the content of a field begins, or its quote. */
export function textStart(bytes: Uint8Array, start: number, { skipSpaces }: FieldBytes): number {
  let at = start;
  while (skipSpaces && bytes[at] === SPACE) at++;
  return at;
}

/** Returns the bytes of a field without its quotes. */
function fieldContent(
  bytes: Uint8Array,
  start: number,
  { end, quote, escape }: FieldBytes & { readonly end: number },
): Uint8Array {
  if (quote === null || bytes[start] !== quote || end - start < 2) {
    return bytes.subarray(start, Math.max(start, end));
  }
  const content = new Uint8Array(end - start);
  let length = 0;
  for (let at = start + 1; at < end - 1; at++) {
    const next = bytes[at + 1];
    if (bytes[at] === escape && at + 1 < end - 1 && (next === quote || next === escape)) at++;
    else if (bytes[at] === quote) at++;
    content[length++] = bytes[at] ?? 0;
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
    const end = (starts[source + 1] ?? 0) - 1;
    if (starts[source] === undefined) continue;
    const start = textStart(bytes, starts[source], about);
    const isQuoted = quote === QUOTE && about.escape === undefined && bytes[start] === QUOTE;
    if (isQuoted && start < end) out.append(bytes, start, end);
    else appendField(out, fieldContent(bytes, start, { ...about, end }), count === 1);
  }
  out.push(LF);
}

/** Appends texts as a row of CSV. */
export function appendTexts(out: ByteBuffer, texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) {
    if (at > 0) out.push(COMMA);
    appendField(out, encoder.encode(text), texts.length === 1);
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
