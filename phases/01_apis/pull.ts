import { ApiClient, type StreamRequest } from "../../lib/api/mod.ts";
import { type FetchEnd, resumableFetch } from "../../lib/cli/api/mod.ts";
import { loadConfig, type SourceConfig } from "../../lib/pipeline/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { FoundationsResult } from "../00_foundations.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { type LogLine, withLogLines } from "./log_lines.ts";
import type { FetchReport } from "./fetch_report.ts";

/** The keys of the source that this step needs. */
interface ApiSource extends SourceConfig {
  readonly sandbox: string;
  readonly retry: { readonly limit: number; readonly max_wait: number };
  readonly timeout: number;
  readonly streams: readonly StreamRequest[];
}

const FILE = "events.jsonl";
const ACCESS_LOG = "access.log";

/** The faults of the server while phase 1 pulls. */
export const FAULTS = [
  "quakes:429=retry-after:1@page2",
  "quakes:html200@page3",
  "quakes:truncated@page4",
];

/** The week, and the log of its pull. */
export interface WeekPull {
  readonly report: FetchReport;
  readonly lines: readonly LogLine[];
}

/** Pulls the first API of the project's configuration through its faults, into one file. */
export async function pullWeek(work: WorkFolders): Promise<WeekPull> {
  const source = await usgsSource(work);
  const { value, lines } = await withLogLines("phase1", () => pull(work, source));
  return { report: reportOf(value, lines), lines };
}

/** Shows each failed attempt and the wait after it. */
export function showFailures(narrator: Narrator, lines: readonly LogLine[]): void {
  narrator.table(
    [
      { title: "page" },
      { title: "attempt" },
      { title: "what came" },
      { title: "what was decided" },
    ],
    lines.filter((line) => line["event"] === "request-failed").map((line) => failureRow(line)),
  );
}

/** Shows which page is where in the file. */
export function showPages(narrator: Narrator, { pages }: FetchReport): void {
  narrator.table(
    [
      { title: "page" },
      { title: "attempts", align: "right" },
      { title: "records", align: "right" },
      { title: "bytes of the file", align: "right" },
      { title: "request id" },
    ],
    pages.map((page) => [
      String(page.number),
      String(page.attempts),
      formatCount(page.records),
      `${page.fromByte}-${page.toByte}`,
      page.requestId,
    ]),
  );
}

async function usgsSource(work: WorkFolders): Promise<ApiSource> {
  const { config } = await work.result<FoundationsResult>(0);
  const { sources } = await loadConfig(work.path(0, config), {
    env: () => undefined,
  });
  const source = sources.find(({ type }: SourceConfig) => type === "api");
  if (source === undefined) throw new TypeError("Cannot pull: the configuration has no API");
  return source as SourceConfig as ApiSource;
}

interface Pulled {
  readonly end: FetchEnd;
  /** Size of the file after each page. */
  readonly sizes: readonly number[];
}

async function pull(work: WorkFolders, source: ApiSource): Promise<Pulled> {
  await using sandbox = await startSandbox({
    samples: work.sample(),
    faults: FAULTS,
    accessLog: work.path(1, ACCESS_LOG),
  });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/${source.sandbox}`,
    retry: { limit: source.retry.limit, maxWait: source.retry.max_wait, base: 100 },
    timeout: source.timeout,
    runId: "phase1",
  });
  const [stream] = source.streams;
  if (stream === undefined) throw new TypeError("Cannot pull: the source has no stream");
  const { path, params, records, pagination } = stream;
  const sizes: number[] = [];
  const end = await resumableFetch(
    client,
    { path, params, records, pagination },
    work.path(1, FILE),
    { onPage: ({ bytes }) => sizes.push(bytes) },
  );
  return { end, sizes };
}

/** The log says which request brought which page, the sizes where that page is in the file. */
function reportOf({ end, sizes }: Pulled, lines: readonly LogLine[]): FetchReport {
  const read = lines.filter((line) => line["event"] === "page-read");
  return {
    file: FILE,
    accessLog: ACCESS_LOG,
    records: end.records,
    bytes: end.bytes,
    pages: read.map((line, at) => ({
      number: Number(line["page"]),
      requestId: String(line["request_id"]),
      attempts: Number(line["attempts"]),
      records: Number(line["records"]),
      fromByte: sizes[at - 1] ?? 0,
      toByte: sizes[at] ?? 0,
    })),
    stopReason: end.stopReason,
    total: end.total,
    complete: end.proven,
  };
}

function failureRow(line: LogLine): string[] {
  const page = /[?&]offset=(\d+)/.exec(String(line["url"]))?.[1] ?? "1";
  return [
    String(Math.ceil(Number(page) / 500)),
    String(line["attempt"]),
    `${line["status"] ?? "-"} ${line["code"]}`,
    `wait ${line["wait_ms"]} ms: ${line["wait_reason"]}`,
  ];
}
