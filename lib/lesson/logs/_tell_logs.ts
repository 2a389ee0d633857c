import { basename } from "node:path";
import { metricRows } from "../../cli/logs/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import type { StoryLog } from "./logs_story.ts";

/** Step 1: nine logs, and what their lines are. */
export function tellDetection(teller: Teller, work: WorkFolders, logs: readonly StoryLog[]): void {
  teller.step(
    "Formats are found by a vote of the lines, and every line is accounted for",
    "The access log of phase 1's server, the log of phase 4's drills, and seven logs as a team's servers write them:",
  );
  const count = (value: number) => value === 0 ? "" : formatCount(value);
  teller.table(
    [
      { title: "log" },
      { title: "format" },
      { title: "lines", align: "right" },
      { title: "= records", align: "right" },
      { title: "+ continue", align: "right" },
      { title: "+ rejected", align: "right" },
      { title: "+ blank", align: "right" },
    ],
    logs.map(({ path, parsed }) => [
      work.show(path).replace("data/", ""),
      Object.keys(parsed.formats).join(" "),
      formatCount(parsed.lines),
      formatCount(parsed.records),
      count(parsed.continuation),
      count(parsed.quarantined),
      count(parsed.blank),
    ]),
  );
  const unbalanced = logs.filter(({ parsed }) =>
    parsed.lines !==
      parsed.records + parsed.continuation + parsed.quarantined + parsed.blank + parsed.directives
  );
  const lines = logs.reduce((sum, { parsed }) => sum + parsed.lines, 0);
  teller.prove(
    "lines = records + continuations + rejected + blank",
    unbalanced.length === 0 && lines > 0,
    `${formatCount(lines)} lines of ${logs.length} logs`,
  );
}

/** Step 2: what was rejected, with its reason and place. */
export function tellRejected(teller: Teller, logs: readonly StoryLog[]): void {
  const rejects = logs.flatMap(({ path, parsed }) =>
    parsed.rejects.map((reject) => ({ ...reject, name: basename(path) }))
  );
  teller.step("Defensive: a broken line costs one line, not the file");
  teller.table(
    [{ title: "log" }, { title: "line", align: "right" }, { title: "code" }, {
      title: "its bytes",
    }],
    rejects.map(({ name, place, code, raw }) => [
      name,
      String(place.line),
      code,
      // Bytes that are no text are shown as what they are.
      new TextDecoder().decode(raw.subarray(0, 60)).replaceAll("\0", "␀"),
    ]),
  );
  teller.prove(
    "every rejected line has a code, a line and a byte offset",
    rejects.length > 0 &&
      rejects.every(({ place }) => place.line !== undefined && place.byteOffset !== undefined),
    `${rejects.length} rejected`,
  );
}

/** Step 4: metrics, counted while the lines passed. */
export function tellMetrics(teller: Teller, logs: readonly StoryLog[]): void {
  teller.step(
    "Metrics while the lines pass: errors, latency, volume",
    "Counted in bounded memory; sums over months are Spark's.",
  );
  const [access, drills] = logs;
  for (const log of [access, drills, logs.find(({ path }) => path.endsWith("logs/access.log"))]) {
    if (log === undefined) continue;
    const [first = ["", ""], ...rest] = metricRows(log.parsed.metrics);
    const name = log === access
      ? "phase 1's server"
      : log === drills
      ? "phase 4's drills"
      : "a busy hour";
    teller.table([{ title: "" }, { title: "" }, { title: "" }], [
      [name, ...first],
      ...rest.map((row) => ["", ...row]),
    ]);
  }
  const failed = access?.parsed.metrics.statusClasses["4xx"] ?? 0;
  teller.prove(
    "the server's own log counts the refusal that phase 1 met",
    failed === 1,
    `${failed} with status 4xx`,
  );
}
