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
  },
): void {
  let { line } = row;
  for (const { start, end } of refusal.lines) {
    sink.reject({
      code: refusal.code,
      message: refusal.message,
      place: { line: line++, byteOffset: row.byteOffset + start - row.start },
      raw: row.bytes.slice(start, end),
    });
  }
}
