import { ApiClient } from "../../api/mod.ts";
import { resumableFetch } from "../../cli/api/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import type { FetchReport } from "./fetch_report.ts";
import { LessonClock } from "./_lesson_clock.ts";
import { type LogLine, withLogLines } from "./_log_lines.ts";
import { WEEK } from "./_week.ts";

const FILE = "resumed.jsonl";
const STOP_AFTER = 3;

/** What the file held when a run was over. */
interface Run {
  readonly began: number;
  readonly records: number;
  readonly requests: number;
  readonly ended: string;
  readonly complete: boolean;
  /** What was logged of the attempts for page 2. */
  readonly attempts: readonly LogLine[];
}

/** A connection that breaks within a page, and a program that is stopped between two. */
export async function tellResume(
  teller: Teller,
  work: WorkFolders,
  whole: FetchReport,
): Promise<void> {
  teller.step(
    "Cut off twice: within a page, and within a run",
    "Half a page that is kept is read again and stands there twice; half a page that is taken " +
      `for a whole one is a gap. The server resets the connection in the middle of page 2, and ` +
      `the program is stopped after page ${STOP_AFTER} and started again with --resume.`,
  );
  const path = work.path(1, FILE);
  const stopped = await run(work, path, { faults: ["quakes:reset@page2"], stopAfter: STOP_AFTER });
  const resumed = await run(work, path, { faults: [], stopAfter: Infinity });
  tellAttempts(teller, stopped);
  teller.table(
    [
      { title: "run" },
      { title: "begins at record", align: "right" },
      { title: "requests", align: "right" },
      { title: "records in the file", align: "right" },
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
  teller.judge(
    "A page counts when all of it is there. The place is saved behind the flushed data and never " +
      "before it, so the worst that a crash costs is one page read again.",
  );
  await proveResume(teller, { file: path, whole: work.path(1, whole.file), stopped, resumed });
  await Deno.remove(path);
}

/** Shows the attempts of the page that was cut. */
function tellAttempts(teller: Teller, { attempts, records }: Run): void {
  const [cut, again] = attempts;
  teller.table(
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
  teller.prove(
    "a page cut off in its middle is read again, whole",
    attempts.length === 2 && cut?.["code"] === "http-reset" && again?.["status"] === 200 &&
      records === STOP_AFTER * WEEK.pagination.size,
    `${attempts.length} attempts, no half page kept`,
  );
}

async function proveResume(teller: Teller, seen: {
  readonly file: string;
  readonly whole: string;
  readonly stopped: Run;
  readonly resumed: Run;
}): Promise<void> {
  const { file, whole, stopped, resumed } = seen;
  const text = await Deno.readTextFile(file);
  const lines = text.trimEnd().split("\n");
  const ids = new Set(lines.map((line) => (JSON.parse(line) as { readonly id: string }).id));
  teller.prove(
    "stopped and resumed: no gap and no repeat",
    resumed.complete && resumed.began === stopped.records && ids.size === lines.length &&
      resumed.records === lines.length && text === await Deno.readTextFile(whole),
    `${formatCount(lines.length)} lines, as in step 1`,
  );
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
    ended: value?.stopReason ?? "a signal (Ctrl-C)",
    complete: value?.proven ?? false,
    attempts: lines.filter(({ event, url }) =>
      String(event).startsWith("request-") && String(url).includes("offset=501&")
    ),
  };
}
