import { ApiClient, type StreamRequest } from "../../lib/api/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatCount } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";
import { type ReadThrough, readThrough } from "./read_through.ts";
import { WEEK, WEEK_UNCOUNTED } from "./week.ts";

/** The number of one page, which is easily taken for the number of all. */
const OF_ONE_PAGE: StreamRequest = {
  ...WEEK_UNCOUNTED,
  pagination: { ...WEEK_UNCOUNTED.pagination, total: "metadata.count" },
};

/** What listings of the same week say about their end. */
export const CLAIMS = [
  { how: "honest total", faults: [], stream: WEEK, isSure: true },
  { how: "no total", faults: [], stream: WEEK_UNCOUNTED, isSure: true },
  { how: "page 2 is short", faults: ["quakes:short=400@page2"], stream: WEEK, isSure: true },
  { how: "total 5 too high", faults: ["quakes:miscount=5"], stream: WEEK, isSure: false },
  { how: "total of one page", faults: [], stream: OF_ONE_PAGE, isSure: false },
] as const satisfies readonly {
  readonly how: string;
  readonly faults: readonly string[];
  readonly stream: StreamRequest;
  /** Whether evidence is left that nothing contradicts. */
  readonly isSure: boolean;
}[];

/** Reads the week once for each of {@linkcode CLAIMS}. */
export async function readClaims(work: WorkFolders): Promise<ReadThrough[]> {
  const all: ReadThrough[] = [];
  for (const { faults, stream } of CLAIMS) {
    await using sandbox = await startSandbox({ samples: work.sample(), faults });
    await using client = new ApiClient({
      baseUrl: `${sandbox.url}/usgs`,
      clock: new LessonClock(),
    });
    all.push(await readThrough(client, stream));
  }
  return all;
}

/** Shows the signs for and against each end. */
export function showClaims(narrator: Narrator, all: readonly ReadThrough[]): void {
  narrator.table(
    [
      { title: "the API" },
      { title: "read", align: "right" },
      { title: "evidence" },
      { title: "contradictions" },
      { title: "complete" },
    ],
    all.map(({ read, end }, at) => [
      CLAIMS[at]?.how ?? "",
      formatCount(read),
      end?.evidence.join(", ") ?? "",
      end?.contradictions.map(({ code }) => code).join(", ") || "-",
      end?.proven ? "yes" : "no",
    ]),
  );
  const words = all.flatMap(({ end }) => end?.contradictions.map(({ message }) => message) ?? []);
  narrator.wrappedOutput(words.join("\n"));
}
