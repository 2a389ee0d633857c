import { ApiClient } from "../../api/mod.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { LessonClock } from "./_lesson_clock.ts";
import { type LogLine, withLogLines } from "./_log_lines.ts";
import { saidHeaders } from "./_said_headers.ts";
import { tellSuspension } from "./_tell_suspension.ts";

const ASKED = 30_000;
const AHEAD = 3_600_000;

/** The forms in which a server says "in 30 seconds", and two in which it says nothing of use. */
const FORMS = [
  { hint: "retry-after:30", asked: ASKED, source: "retry-after" },
  { hint: "retry-after-date:30", asked: ASKED, source: "retry-after" },
  { hint: "ratelimit:30", asked: ASKED, source: "ratelimit" },
  { hint: "ratelimit-fields:30", asked: ASKED, source: "ratelimit" },
  { hint: "x-ratelimit:30", asked: ASKED, source: "x-ratelimit" },
  { hint: "x-ratelimit-delta:30", asked: ASKED, source: "x-ratelimit" },
  { hint: "malformed", asked: 0, source: "backoff" },
  { hint: "none", asked: 0, source: "backoff" },
] as const;

/** What was seen of one refusal. */
interface Refusal {
  readonly said: string;
  readonly line: LogLine;
  /** From the refusal to the next request, by the server's clock. */
  readonly away: number;
}

/** Every form of a wait, and one that is too long. */
export async function tellWaits(teller: Teller, work: WorkFolders): Promise<void> {
  teller.step(
    "Eight ways to say wait, one place that decides",
    "A client that reads only Retry-After in seconds guesses at all the others, comes back too " +
      "early and is banned. Each 429 below asks for 30 seconds in another form, but for the last " +
      "two. The server's clock is an hour ahead of ours; ours is turned forward, not waited for.",
  );
  const refusals: Refusal[] = [];
  for (const { hint } of FORMS) refusals.push(await refuse(work, hint));
  teller.table(
    [
      { title: "429 and the headers" },
      { title: "decided by" },
      { title: "asked", align: "right" },
      { title: "back after", align: "right" },
    ],
    FORMS.map(({ asked }, at) => {
      const { said = "", line, away = 0 } = refusals[at] ?? {};
      return [
        said,
        String(line?.["wait_source"]),
        asked === 0 ? "-" : formatDuration(asked),
        formatDuration(away),
      ];
    }),
  );
  teller.judge(
    "A date is measured against the server's own Date header, so its wrong clock does no harm. " +
      "Jitter only ever lengthens a wait; where nothing is told it draws one from 0 to 500 ms.",
  );
  const told = refusals.filter((_, at) => FORMS[at]?.asked !== 0);
  teller.prove(
    "no form of a wait was cut short, by the server's clock",
    FORMS.every(({ asked }, at) => (refusals[at]?.away ?? -1) >= asked) &&
      told.every(({ away }) => away <= ASKED + 3000),
    `asked 30.0 s, shortest ${formatDuration(Math.min(...told.map(({ away }) => away)))}`,
  );
  teller.prove(
    "each form was understood as what it is",
    FORMS.every(({ source }, at) => refusals[at]?.line["wait_source"] === source),
    `${FORMS.length} forms, ${new Set(FORMS.map(({ source }) => source)).size} sources`,
  );
  await tellSuspension(teller, work);
}

async function refuse(work: WorkFolders, hint: string): Promise<Refusal> {
  const clock = new LessonClock();
  const seen: number[] = [];
  let said = "";
  await using sandbox: Sandbox = await startSandbox({
    samples: work.sample(),
    faults: [`flights:429=${hint}@req1`],
    clock: { now: () => clock.now() + AHEAD },
    observe: () => seen.push(clock.now()),
  });
  await using client = new ApiClient({
    baseUrl: sandbox.url,
    clock,
    retry: { maxWait: 2 * AHEAD }, // a misread date shall be seen as a wrong wait
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 429) said = saidHeaders(response.headers);
      return response;
    },
  });
  const { lines } = await withLogLines(
    "waits",
    () => client.request({ path: "/next/flights", params: { page_size: 1 } }),
  );
  const line = lines.find((one) => one["event"] === "request-failed") ?? {};
  const [first = 0, second = 0] = seen;
  return { said, line, away: second - first };
}
