import { ApiClient, type StreamRequest } from "../../api/mod.ts";
import { loadConfig, type SourceConfig } from "../../pipeline/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatBytes, formatCount } from "../../terminal/mod.ts";
import type { FoundationsResult } from "../foundations/foundations_story.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { type LogLine, withLogLines } from "./_log_lines.ts";
import { fetchRecords } from "./fetch_records.ts";
import type { FetchReport } from "./fetch_report.ts";

/** What this step needs of the source, as the configuration has it. */
interface ApiSource extends SourceConfig {
  readonly sandbox: string;
  readonly retry: { readonly limit: number; readonly max_wait: number };
  readonly timeout: number;
  readonly streams: readonly StreamRequest[];
}

const FILE = "events.jsonl";
const ACCESS_LOG = "access.log";

/** What goes wrong while phase 1 pulls. */
const FAULTS = ["quakes:429=retry-after:1@page2", "quakes:html200@page3", "quakes:truncated@page4"];

/** Step 1: every earthquake of the week, through an API that misbehaves. */
export async function tellPull(teller: Teller, work: WorkFolders): Promise<FetchReport> {
  const source = await usgsSource(work);
  teller.step(
    "One client that knows how to wait",
    `The source "usgs" of the pipeline.yaml that phase 0 wrote, from a local stand-in that misbehaves on three pages of four: ` +
      "too many requests, a login page with status 200, a body that stops half-way.",
  );
  const { value: report, lines } = await withLogLines("phase1", () => pull(work, source));
  teller.output(FAULTS.map((fault) => `fault  ${fault}`).join("\n"));
  teller.table(
    [{ title: "page" }, { title: "attempt" }, { title: "what came" }, {
      title: "what was decided",
    }],
    lines.filter((line) => line["event"] === "request-failed").map((line) => failureRow(line)),
  );
  teller.judge(
    "Each wait is decided in one place and says why. A 200 does not prove a good answer: content type, syntax and the path to the " +
      "records are checked before a page counts.",
  );
  teller.table(
    [
      { title: "page" },
      { title: "attempts", align: "right" },
      { title: "records", align: "right" },
      { title: "bytes of the file", align: "right" },
      { title: "request id" },
    ],
    report.pages.map((page) => [
      String(page.number),
      String(page.attempts),
      formatCount(page.records),
      `${page.fromByte}-${page.toByte}`,
      page.requestId,
    ]),
  );
  teller.say(
    `${formatCount(report.records)} records, ${
      formatBytes(report.bytes)
    }, stop reason ${report.stopReason}; ` +
      `the server declared ${report.total}.`,
  );
  prove(teller, report, lines);
  return report;
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

async function pull(work: WorkFolders, source: ApiSource): Promise<FetchReport> {
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
  const report = await fetchRecords(
    client,
    { path, params, records, pagination },
    work.path(1, FILE),
  );
  return { ...report, accessLog: ACCESS_LOG };
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

function prove(teller: Teller, report: FetchReport, lines: readonly LogLine[]): void {
  const limited = lines.find((line) => line["status"] === 429);
  teller.prove(
    "every record arrived in spite of three faults",
    report.complete && report.records === report.total &&
      report.pages.some((page) => page.attempts > 1),
    `${formatCount(report.records)} read and declared`,
  );
  teller.prove(
    "no wait was shorter than the server asked",
    Number(limited?.["wait_ms"]) >= 1000,
    `asked 1000 ms, waited ${limited?.["wait_ms"]} ms`,
  );
}
