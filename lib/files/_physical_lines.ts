const LF = 0x0a;
const CR = 0x0d;

/** A part of a byte array. */
export interface LineSpan {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** Cuts a span into lines, ended by LF, CR LF or CR and given without their ends; the last one may be empty. */
export function physicalLines(bytes: Uint8Array, span: LineSpan): LineSpan[] {
  const lines: LineSpan[] = [];
  let start = span.start;
  for (let at = start; at < span.end; at++) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    lines.push({ start, end: at });
    if (byte === CR && at + 1 < span.end && bytes[at + 1] === LF) at++;
    start = at + 1;
  }
  lines.push({ start, end: span.end });
  return lines;
}
