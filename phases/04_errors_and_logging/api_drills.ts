import { ApiClient, type RetryOptions, type StreamRequest } from "../../lib/api/mod.ts";
import { Secret } from "../../lib/secrets/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { checkRecord } from "../../lib/quality/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import type { Drill, DrillResult } from "./drill.ts";
import { judgeFailure, judgeReject } from "./judge_failure.ts";

const QUAKES: StreamRequest = {
  path: "/fdsnws/event/1/query",
  params: { format: "geojson", orderby: "time-asc", starttime: "2018-01-31", limit: 50 },
  records: "features",
};
const RETRY: RetryOptions = { limit: 2, base: 20, maxWait: 2_000 };

/** Failures of an API. */
export const API_DRILLS: readonly Drill[] = [
  {
    name: "hiccup",
    what: "server hiccups once",
    expected: { code: "none", outcome: "complete" },
    run: (work) => withSandbox(work, ["quakes:503@req1"], readQuakes),
  },
  {
    name: "outage",
    what: "server stays broken",
    expected: { code: "http-status", outcome: "failed" },
    run: (work) => withSandbox(work, ["quakes:500"], readQuakes),
  },
  {
    name: "long_wait",
    what: "wait of ten minutes",
    expected: { code: "suspended-wait", outcome: "suspended" },
    run: (work) => withSandbox(work, ["quakes:429=retry-after:600"], readQuakes),
  },
  {
    name: "old_token",
    what: "token was revoked",
    expected: { code: "http-auth", outcome: "failed" },
    run: (work) => withSandbox(work, [], (sandbox) => readFlights(sandbox, "revoked-last-month")),
  },
  {
    name: "endless",
    what: "listing in a circle",
    expected: { code: "page-repeated", outcome: "partial" },
    run: (work) =>
      withSandbox(work, ["flights:endless=loop@page3"], (sandbox) => readFlights(sandbox, TOKEN)),
  },
  {
    name: "bad_record",
    what: "record without its id",
    expected: { code: "record-key-missing", outcome: "partial" },
    run: (work) => withSandbox(work, ["quakes:badrecord=1"], readQuakes),
  },
];

const TOKEN = "sandbox-token";

async function withSandbox(
  work: WorkFolders,
  faults: readonly string[],
  read: (sandbox: Sandbox) => Promise<DrillResult>,
): Promise<DrillResult> {
  await using sandbox = await startSandbox({ samples: work.sample(), faults, token: TOKEN });
  const result = await read(sandbox);
  return { ...result, requests: sandbox.requests.quakes + sandbox.requests.flights };
}

async function readQuakes(sandbox: Sandbox): Promise<DrillResult> {
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/usgs`,
    retry: RETRY,
    runId: "drill",
  });
  let reject: DrillResult | undefined;
  const judged = await judgeFailure(async () => {
    for await (const { value } of client.records(QUAKES)) {
      const fault = checkRecord(value, { primaryKey: [["id"]] });
      if (fault !== undefined) reject ??= judgeReject(fault.code);
    }
  });
  return reject ?? judged;
}

async function readFlights(sandbox: Sandbox, text: string): Promise<DrillResult> {
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/github`,
    auth: { type: "bearer", token: new Secret(text, "DRILL_TOKEN") },
    retry: RETRY,
    runId: "drill",
  });
  const pages = client.pages({
    path: "/repos/bts/flights/records",
    params: { per_page: 100 },
    pagination: { type: "link" },
  });
  return await judgeFailure(async () => {
    for (;;) {
      const step = await pages.next();
      if (!step.done) continue;
      if (step.value.guard !== undefined) throw step.value.guard;
      return;
    }
  });
}
