import type { StreamRow } from "../audit/mod.ts";
import type { ProgressEvent, RunContext } from "./run_context.ts";

/** Tells the run's observer where a stream stands. */
export function tellProgress(
  ctx: RunContext,
  row: StreamRow,
  state: ProgressEvent["state"],
): void {
  ctx.progress({
    source: row.source,
    stream: row.stream,
    state,
    records: row.read,
    pages: row.pages,
    unit: row.kind === "api" ? "pages" : "files",
    bytes: row.bytes,
  });
}
