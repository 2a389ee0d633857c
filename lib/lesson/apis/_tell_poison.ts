import { ApiClient, type PaginationState } from "../../api/mod.ts";
import { HttpError } from "../../errors/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatCount } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { hidePort } from "./_hide_port.ts";
import { LessonClock } from "./_lesson_clock.ts";
import { type ReadThrough, readThrough } from "./_read_through.ts";
import { WEEK } from "./_week.ts";

const RETRIES = 2;

/** A page that cannot be had, in the two ways that a policy may want. */
export async function tellPoison(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "A poisoned page: one of four is lost for good",
    "Page 3 answers 500 to every attempt. Give up, and page 4 is lost as well; go on " +
      "without a note, and page 3 is lost in silence. A policy decides, stream by stream:",
  );
  const skipped = await read(work, "skip");
  const failed = await read(work, "fail");
  const resumed = await read(work, "fail", failed.state);
  teller.table(
    [
      { title: "on_page_error" },
      { title: "records read", align: "right" },
      { title: "how it ended" },
      { title: "skipped pages", align: "right" },
      { title: "complete" },
    ],
    [
      row("skip", skipped),
      row("fail", failed),
      row("fail, resumed after the repair", resumed),
    ],
  );
  tellQuarantine(teller, skipped);
  teller.judge(
    "Skipping is never silent: the stream is not complete and its run ends partial. Failing keeps " +
      "the pages before, and the saved state goes on after them.",
  );
  provePoison(teller, { skipped, failed, resumed });
}

/** Shows what is kept of a page that was skipped. */
function tellQuarantine(teller: Teller, { pages }: ReadThrough): void {
  const page = pages.find((one) => one.skipped !== undefined);
  const sample = new TextDecoder().decode(page?.skipped?.bodySample).split("\n");
  teller.say("What the quarantine keeps of it, so that a person can ask the server's owner:");
  teller.wrappedOutput([
    `page ${page?.number}, status ${page?.status}, ${page?.attempts} attempts`,
    hidePort(page?.url ?? "").replace(/\?.*(?=&offset)/, "?…"),
    `body: ${sample.filter((line) => line !== "").slice(0, 2).join(" / ")}`,
  ].join("\n"));
  teller.prove(
    "a poisoned page leaves its address, status, attempts and body",
    page?.number === 3 && page.status === 500 && page.attempts === RETRIES + 1 &&
      page.url.includes("offset=1001") && sample.join("").includes("Internal Server Error"),
    `${page?.skipped?.bodySample.length} bytes of its body`,
  );
}

function row(policy: string, { read, error, end }: ReadThrough): string[] {
  const status = error instanceof HttpError ? ` (${error.status})` : "";
  return [
    policy,
    formatCount(read),
    error === undefined ? end?.stopReason ?? "" : `${error.code}${status}`,
    end === undefined ? "-" : String(end.skippedPages),
    end?.proven ? "yes" : "no",
  ];
}

function provePoison(teller: Teller, { skipped, failed, resumed }: {
  readonly skipped: ReadThrough;
  readonly failed: ReadThrough;
  readonly resumed: ReadThrough;
}): void {
  const ids = new Set([...failed.ids, ...resumed.ids]);
  teller.prove(
    "the stream goes on behind it, and never counts as complete",
    skipped.end?.proven === false && skipped.end.skippedPages === 1 &&
      skipped.pages.some(({ number, status }) => number === 4 && status === 200) &&
      skipped.read === ids.size - 500,
    `${formatCount(skipped.read)} of ${formatCount(ids.size)}`,
  );
  teller.prove(
    "after the repair no record is missing or read twice",
    resumed.end?.proven === true && resumed.end.read === ids.size && failed.error !== undefined &&
      failed.read + resumed.read === ids.size,
    `${[failed.read, resumed.read].map(formatCount).join(" + ")} = ${formatCount(ids.size)}`,
  );
}

async function read(
  work: WorkFolders,
  onPageError: "skip" | "fail",
  state?: PaginationState,
): Promise<ReadThrough> {
  const faults = state === undefined ? ["quakes:500@page3x9"] : [];
  await using sandbox = await startSandbox({ samples: work.sample(), faults });
  await using client = new ApiClient({
    baseUrl: `${sandbox.url}/usgs`,
    retry: { limit: RETRIES },
    clock: new LessonClock(),
  });
  return await readThrough(client, { ...WEEK, onPageError }, { state });
}
