import { ApiClient } from "../../lib/api/mod.ts";
import { type Sandbox, startSandbox } from "../../lib/sandbox/mod.ts";
import { formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";
import { type LogLine, withLogLines } from "./log_lines.ts";

/** A header about waiting: its family, and its own part of the name. */
const FAMILY = /^(retry-after|x-ratelimit|ratelimit)(.*)$/;
const SPELLING: Readonly<Record<string, string>> = {
  "retry-after": "Retry-After",
  "x-ratelimit": "X-RateLimit",
  "ratelimit": "RateLimit",
};

/** The wait that is asked for, in ms. */
export const ASKED = 30_000;
/** How far the server's clock is ahead of ours, in ms. */
export const AHEAD = 3_600_000;

/** The forms in which a server says "in 30 seconds", and two in which it says nothing of use. */
export const FORMS = [
  { hint: "retry-after:30", asked: ASKED, source: "retry-after" },
  { hint: "retry-after-date:30", asked: ASKED, source: "retry-after" },
  { hint: "ratelimit:30", asked: ASKED, source: "ratelimit" },
  { hint: "ratelimit-fields:30", asked: ASKED, source: "ratelimit" },
  { hint: "x-ratelimit:30", asked: ASKED, source: "x-ratelimit" },
  { hint: "x-ratelimit-delta:30", asked: ASKED, source: "x-ratelimit" },
  { hint: "malformed", asked: 0, source: "backoff" },
  { hint: "none", asked: 0, source: "backoff" },
] as const;

/** One 429 and the next request. */
export interface LimitedAnswer {
  readonly said: string;
  readonly line: LogLine;
  /** From the 429 to the next request, by the server's clock. */
  readonly away: number;
}

/** Gets a 429 in every form. */
export async function askToWait(work: WorkFolders): Promise<LimitedAnswer[]> {
  const answers: LimitedAnswer[] = [];
  for (const { hint } of FORMS) answers.push(await limit(work, hint));
  return answers;
}

/** Shows what was asked for, and when the client came back. */
export function showWaits(narrator: Narrator, answers: readonly LimitedAnswer[]): void {
  narrator.table(
    [
      { title: "429 and the headers" },
      { title: "decided by" },
      { title: "asked", align: "right" },
      { title: "back after", align: "right" },
    ],
    FORMS.map(({ asked }, at) => {
      const { said = "", line, away = 0 } = answers[at] ?? {};
      return [
        said,
        String(line?.["wait_source"]),
        asked === 0 ? "-" : formatDuration(asked),
        formatDuration(away),
      ];
    }),
  );
}

async function limit(work: WorkFolders, hint: string): Promise<LimitedAnswer> {
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
    retry: { maxWait: 2 * AHEAD }, // a misread date must show as a wrong wait
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

/**
 * Writes what an answer says about waiting on one line; what the names have in common is written once, as in
 * `RateLimit-Limit: 20, -Remaining: 0, -Reset: 30`.
 */
function saidHeaders(headers: Headers): string {
  const said: string[] = [];
  for (const [name, value] of headers) {
    const [, family, rest = ""] = FAMILY.exec(name) ?? [];
    if (family === undefined) continue;
    const own = rest.replace(/-(\w)/, (_, letter: string) => `-${letter.toUpperCase()}`);
    said.push(`${said.length === 0 ? SPELLING[family] : ""}${own}: ${value}`);
  }
  return said.length === 0 ? "nothing at all" : said.join(", ");
}
