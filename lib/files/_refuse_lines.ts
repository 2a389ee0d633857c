import type { LineSpan } from "./_physical_lines.ts";
import type { RowReject } from "./findings.ts";
import type { RowSink, RowView } from "./row_sink.ts";

/** Passes lines of a row to the sink, each as a refusal of its own with a copy of its bytes. */
export function refuseLines(
  sink: RowSink,
  row: RowView,
  refusal: {
    readonly code: RowReject["code"];
    readonly message: string;
    readonly lines: Iterable<LineSpan>;
    /** Where the fault is, in bytes from the start of the row; -1 if it is at no one place. */
    readonly fault: number;
  },
): void {
  let { line } = row;
  const fault = refusal.fault < 0 ? -1 : row.start + refusal.fault;
  for (const { start, end } of refusal.lines) {
    sink.reject({
      code: refusal.code,
      // The fault is mostly in the first line: a quote that was opened there, and not closed.
      message: line === row.line
        ? refusal.message
        : `${refusal.message}; the row begins in line ${row.line}`,
      place: {
        line: line++,
        byteOffset: row.byteOffset + start - row.start,
        ...(fault >= start && fault <= end ? { column: fault - start + 1 } : {}),
      },
      raw: row.bytes.slice(start, end),
    });
  }
}
