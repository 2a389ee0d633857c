import type { ByteBuffer } from "./_byte_buffer.ts";
import type { RowView } from "./row_sink.ts";

const TAB = 0x09;
const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** Appends a tab-separated row as CSV; quoted fields stay as they are, others are quoted where RFC 4180 asks for it. */
export function appendTsvRow(out: ByteBuffer, row: RowView): void {
  const { bytes } = row;
  for (let at = row.start;;) {
    const end = fieldEnd(row, at);
    if (bytes[at] === QUOTE || !needsQuotes(bytes, at, end)) out.append(bytes, at, end);
    else appendQuoted(out, bytes.subarray(at, end));
    if (end >= row.end) break;
    out.push(COMMA);
    at = end + 1;
  }
  out.push(LF);
}

function fieldEnd(row: RowView, start: number): number {
  const { bytes, end } = row;
  let quoted = bytes[start] === QUOTE && start < end;
  for (let at = quoted ? start + 1 : start; at < end; at++) {
    if (bytes[at] === QUOTE && bytes[start] === QUOTE) quoted = !quoted;
    else if (bytes[at] === TAB && !quoted) return at;
  }
  return end;
}

function needsQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === COMMA || bytes[at] === QUOTE) return true;
  }
  return false;
}

function appendQuoted(out: ByteBuffer, field: Uint8Array): void {
  out.push(QUOTE);
  for (const byte of field) {
    if (byte === QUOTE) out.push(QUOTE);
    out.push(byte);
  }
  out.push(QUOTE);
}
