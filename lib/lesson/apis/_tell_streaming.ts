import {
  ApiClient,
  type PaginationState,
  type StreamEnd,
  type StreamRequest,
} from "../../api/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";

const STREAM: StreamRequest = {
  path: "/fdsnws/event/1/query",
  params: { format: "geojson", orderby: "time-asc", starttime: "2018-01-31" },
  records: "features",
  pagination: {
    type: "offset",
    offset_param: "offset",
    limit_param: "limit",
    limit: 500,
    start: 1,
    total_from: { path: "/fdsnws/event/1/count", field: "count" },
  },
};

/** Step 4: records as they come, and no request more than is read. */
export async function tellStreaming(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "A stream is a generator: nothing is fetched that nobody reads",
    "for await (const record of client.records(stream)) { … break after three … }",
  );
  await using sandbox = await startSandbox({ samples: work.sample() });
  await using client = new ApiClient({ baseUrl: `${sandbox.url}/usgs` });
  const { total_from: _, ...pagination } = STREAM.pagination as {
    total_from?: unknown;
    type: "offset";
  } & {
    offset_param: string;
    limit_param: string;
    limit: number;
  };
  const taken: string[] = [];
  for await (const record of client.records({ ...STREAM, pagination }, { prefetch: false })) {
    const { id, properties } = record.value as {
      id: string;
      properties: { mag: number; place: string };
    };
    taken.push(`${id}  magnitude ${properties.mag}  ${properties.place}`);
    if (taken.length === 3) break;
  }
  teller.output(taken.join("\n"));
  teller.prove(
    "a reader that stops early costs one request",
    sandbox.requests.quakes === 1,
    `${sandbox.requests.quakes} request for ${taken.length} records`,
  );
}

/** Step 5: a page that cannot be had, in the two ways that a policy may want. */
export async function tellPartialFailure(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Partial failure: one page of four is lost for good",
    "Page 3 answers 500 to every attempt. A policy decides, stream by stream, and the end says what it cost:",
  );
  const skipped = await readThrough(work, "skip");
  const failed = await readThrough(work, "fail");
  const resumed = await readThrough(work, "fail", failed.state);
  const row = (policy: string, { read, error, end }: Outcome) => [
    policy,
    String(read),
    error === undefined ? end?.stopReason ?? "" : `${error.code} (${error.status})`,
    end === undefined ? "-" : String(end.skippedPages),
    end?.proven ? "yes" : "no",
  ];
  teller.table(
    [
      { title: "on_page_error" },
      { title: "records read", align: "right" },
      { title: "how it ended" },
      { title: "skipped pages", align: "right" },
      { title: "proven" },
    ],
    [
      row("skip", skipped),
      row("fail", failed),
      row("fail, taken up again after the repair", resumed),
    ],
  );
  teller.judge(
    "Skipping is never silent: the stream is not proven and its run ends partial. Failing keeps the pages before, and the saved state goes on after them.",
  );
  const total = failed.read + resumed.read;
  teller.prove(
    "a skipped page is never counted as complete",
    skipped.end?.proven === false && skipped.end.skippedPages === 1,
    `${skipped.read} of ${total}`,
  );
  teller.prove(
    "after the repair no record is missing or read twice",
    resumed.end?.proven === true && resumed.end.read === total && failed.error !== undefined,
    `${failed.read} + ${resumed.read} = ${resumed.end?.total}`,
  );
}

interface Outcome {
  readonly read: number;
  readonly end?: StreamEnd;
  readonly error?: HttpError;
  readonly state?: PaginationState | undefined;
}

async function readThrough(
  work: WorkFolders,
  onPageError: "skip" | "fail",
  state?: PaginationState,
): Promise<Outcome> {
  const faults = state === undefined ? ["quakes:500@page3x9"] : [];
  await using sandbox = await startSandbox({ samples: work.sample(), faults });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/usgs`,
    retry: { limit: 2, base: 20 },
  });
  const pages = client.pages({ ...STREAM, onPageError }, { state });
  let read = 0;
  let last: PaginationState | undefined;
  try {
    for (;;) {
      const step = await pages.next();
      if (step.done) return { read, end: step.value, state: last };
      read += step.value.records.length;
      // What a pipeline commits together with the page's records.
      last = step.value.next === undefined
        ? undefined
        : JSON.parse(JSON.stringify(step.value.next));
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { read, error, state: last };
  }
}
