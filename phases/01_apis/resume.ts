import { ApiClient } from "../../lib/api/mod.ts";
import { resumableFetch } from "../../lib/cli/api/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";
import { type LogLine, withLogLines } from "./log_lines.ts";
import { WEEK } from "./week.ts";

const FILE = "resumed.jsonl";
/** Page after which the first is stopped. */
export const STOP_AFTER = 3;

/** One fetch, and the file after it. */
export interface Run {
  readonly began: number;
  readonly records: number;
  readonly requests: number;
  readonly ended: string;
  readonly complete: boolean;
  /** Log lines of the attempts for page 2. */
  readonly attempts: readonly LogLine[];
}

/** A fetch that was stopped, and the one that went on. */
export interface TwoRuns {
  readonly stopped: Run;
  readonly resumed: Run;
  /** The file that both wrote. */
  readonly file: string;
}

/** Fetches by `headwaters api fetch`: first with a reset and a stop, then with --resume. */
export async function runTwice(work: WorkFolders): Promise<TwoRuns> {
  const file = work.path(1, FILE);
  const stopped = await run(work, file, { faults: ["quakes:reset@page2"], stopAfter: STOP_AFTER });
  const resumed = await run(work, file, { faults: [], stopAfter: Infinity });
  return { stopped, resumed, file };
}

/** Shows both. */
export function showRuns(narrator: Narrator, { stopped, resumed }: TwoRuns): void {
  showAttempts(narrator, stopped);
  narrator.table(
    [
      { title: "run" },
      { title: "from record", align: "right" },
      { title: "requests", align: "right" },
      { title: "in the file", align: "right" },
      { title: "ended by" },
      { title: "complete" },
    ],
    [["1", stopped] as const, ["2, --resume", resumed] as const].map(([name, one]) => [
      name,
      formatCount(one.began + 1),
      String(one.requests),
      formatCount(one.records),
      one.ended,
      one.complete ? "yes" : "no",
    ]),
  );
}

function showAttempts(narrator: Narrator, { attempts, records }: Run): void {
  const [cut, again] = attempts;
  narrator.table(
    [{ title: "page" }, { title: "attempt" }, { title: "what came" }, { title: "then" }],
    [
      ["2", String(cut?.["attempt"]), String(cut?.["code"]), `wait ${cut?.["wait_ms"]} ms`],
      [
        "2",
        String(again?.["attempt"]),
        `${again?.["status"]}, ${formatCount(Number(again?.["bytes"]))} bytes`,
        "500 records into the file",
      ],
    ],
  );
  narrator.prove(
    "a page cut off in its middle is read again, whole",
    attempts.length === 2 && cut?.["code"] === "http-reset" && again?.["status"] === 200 &&
      records === STOP_AFTER * WEEK.pagination.size,
    `${attempts.length} attempts, no half page kept`,
  );
}

/** Compares the file with that of a fetch that was never stopped, and removes it. */
export async function proveResume(
  narrator: Narrator,
  { stopped, resumed, file, whole }: TwoRuns & { readonly whole: string },
): Promise<void> {
  const text = await Deno.readTextFile(file);
  const lines = text.trimEnd().split("\n");
  const ids = new Set(lines.map((line) => (JSON.parse(line) as { readonly id: string }).id));
  narrator.prove(
    "stopped and resumed: no gap and no repeat",
    resumed.complete && resumed.began === stopped.records && ids.size === lines.length &&
      resumed.records === lines.length && text === await Deno.readTextFile(whole),
    `${formatCount(lines.length)} lines, as in step 1`,
  );
  await Deno.remove(file);
}

async function run(
  work: WorkFolders,
  path: string,
  { faults, stopAfter }: { readonly faults: readonly string[]; readonly stopAfter: number },
): Promise<Run> {
  await using sandbox = await startSandbox({ samples: work.sample(), faults });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/usgs`,
    clock: new LessonClock(),
  });
  const stop = new AbortController();
  let reached = 0;
  const { value, lines } = await withLogLines("resume", () =>
    resumableFetch(client, WEEK, path, {
      resume: true,
      signal: stop.signal,
      onPage: ({ pages, records }) => {
        reached = records;
        if (pages === stopAfter) stop.abort();
      },
    }).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
      return undefined;
    }));
  return {
    began: value?.resumedAt ?? 0,
    records: value?.records ?? reached,
    requests: sandbox.requests.quakes,
    ended: value?.stopReason ?? "Ctrl-C",
    complete: value?.proven ?? false,
    attempts: lines.filter(({ event, url }) =>
      String(event).startsWith("request-") && String(url).includes("offset=501&")
    ),
  };
}
