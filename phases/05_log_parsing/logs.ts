import { basename } from "node:path";
import { metricRows, type ParsedLog } from "../../lib/cli/logs/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import type { StoryLog } from "./normalize_logs.ts";

/** Shows each log with its format and what its lines are. */
export function showLogs(narrator: Narrator, work: WorkFolders, logs: readonly StoryLog[]): void {
  const count = (value: number) => value === 0 ? "" : formatCount(value);
  narrator.table(
    [
      { title: "log", cutMiddle: true },
      { title: "format" },
      { title: "lines", align: "right" },
      { title: "=records", align: "right" },
      { title: "+joined", align: "right" },
      { title: "+rejected", align: "right" },
      { title: "+blank", align: "right" },
    ],
    logs.map(({ path, parsed }) => [
      work.show(path).replace(/^data\/(?:work\/|samples\/logs\/)/, ""),
      Object.keys(parsed.formats).join(" "),
      formatCount(parsed.lines),
      formatCount(parsed.records),
      count(parsed.continuation),
      count(parsed.quarantined),
      count(parsed.blank),
    ]),
  );
}

/** A line that was rejected, with the name of its log. */
export type RejectedLine = ParsedLog["rejects"][number] & { readonly name: string };

/** Lists the rejected lines of all logs. */
export function rejectsOf(logs: readonly StoryLog[]): RejectedLine[] {
  return logs.flatMap(({ path, parsed }) =>
    parsed.rejects.map((reject) => ({ ...reject, name: basename(path) }))
  );
}

/** Shows them with their bytes. */
export function showRejected(narrator: Narrator, rejects: readonly RejectedLine[]): void {
  narrator.table(
    [{ title: "log" }, { title: "line", align: "right" }, { title: "code" }, {
      title: "bytes",
    }],
    rejects.map(({ name, place, code, raw }) => [
      name,
      String(place.line),
      code,
      // Bytes that are no text are shown as what they are.
      new TextDecoder().decode(raw.subarray(0, 60)).replaceAll("\0", "␀"),
    ]),
  );
}

/** Shows the metrics of three logs: of phase 1's server, of phase 4's drills, and of a busy hour. */
export function showMetrics(narrator: Narrator, logs: readonly StoryLog[]): void {
  const [access, drills] = logs;
  for (const log of [access, drills, logs.find(({ path }) => path.endsWith("logs/access.log"))]) {
    if (log === undefined) continue;
    const [first = ["", ""], ...rest] = metricRows(log.parsed.metrics);
    const name = log === access
      ? "phase 1's server"
      : log === drills
      ? "phase 4's drills"
      : "a busy hour";
    narrator.table([{ title: "" }, { title: "" }, { title: "" }], [
      [name, ...first],
      ...rest.map((row) => ["", ...row]),
    ]);
  }
}
