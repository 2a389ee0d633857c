import { ApiClient, type PaginationState } from "../../lib/api/mod.ts";
import { HttpError } from "../../lib/errors/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { hidePort } from "./hide_port.ts";
import { LessonClock } from "./lesson_clock.ts";
import { type ReadThrough, readThrough } from "./read_through.ts";
import { WEEK } from "./week.ts";

/** Attempts after the first. */
export const RETRIES = 2;

/** Shows what each policy came to. */
export function showPolicies(
  narrator: Narrator,
  { skipped, failed, resumed }: {
    readonly skipped: ReadThrough;
    readonly failed: ReadThrough;
    readonly resumed: ReadThrough;
  },
): void {
  narrator.table(
    [
      { title: "on_page_error" },
      { title: "records", align: "right" },
      { title: "how it ended" },
      { title: "skipped", align: "right" },
      { title: "complete" },
    ],
    [
      row("skip", skipped),
      row("fail", failed),
      row("fail, then resumed", resumed),
    ],
  );
}

/** Shows what is kept of a page that was skipped. */
export function showQuarantine(
  narrator: Narrator,
  { pages }: ReadThrough,
  attempts: number,
): void {
  const page = pages.find((one) => one.skipped !== undefined);
  const sample = new TextDecoder().decode(page?.skipped?.bodySample).split("\n");
  narrator.wrappedOutput([
    `page ${page?.number}, status ${page?.status}, ${page?.attempts} attempts`,
    hidePort(page?.url ?? "").replace(/\?.*(?=&offset)/, "?…"),
    `body: ${sample.filter((line) => line !== "").slice(0, 2).join(" / ")}`,
  ].join("\n"));
  narrator.prove(
    "a poisoned page leaves its address, status, attempts and body",
    page?.number === 3 && page.status === 500 && page.attempts === attempts &&
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

/** Reads the listing with page 3 poisoned, or from a position on after the repair. */
export async function readPoisoned(
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
