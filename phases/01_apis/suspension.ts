import { ApiClient } from "../../lib/api/mod.ts";
import { startSandbox } from "../../lib/sandbox/mod.ts";
import { formatCount, formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator, WorkFolders } from "../_narrator/mod.ts";
import { LessonClock } from "./lesson_clock.ts";
import { readThrough } from "./read_through.ts";
import { WEEK } from "./week.ts";

/** What the server asks for. */
export const HOUR_LONG = "Retry-After: 3600";
const FAULT = "quakes:429=retry-after:3600@page3";
const HOUR = 3_600_000;

/** Meets a wait that no process should sit out: it ends, and another goes on from its position later. */
export async function suspend(narrator: Narrator, work: WorkFolders): Promise<void> {
  const clock = new LessonClock();
  await using sandbox = await startSandbox({ samples: work.sample(), faults: [FAULT], clock });
  const baseUrl = `${sandbox.url}/usgs`;
  await using client = new ApiClient({ baseUrl, clock });
  const before = await readThrough(client, WEEK);
  const { code, message } = before.error ?? {};
  narrator.wrappedOutput(`${code}: ${message}`);
  const slept = clock.waits.reduce((sum, wait) => sum + wait, 0);
  clock.pass(HOUR);
  await using later = new ApiClient({ baseUrl, clock });
  const after = await readThrough(later, WEEK, { state: before.state });
  narrator.judge(
    `The run ends with ${formatCount(before.read)} records and a position of ${
      JSON.stringify(before.state).length
    } bytes. An hour later another client reads the other ${formatCount(after.read)} from there.`,
  );
  const all = new Set([...before.ids, ...after.ids]);
  narrator.prove(
    "a wait beyond max_wait suspends, and the rest is read later",
    code === "suspended-wait" && slept === 0 && after.end?.proven === true &&
      all.size === before.read + after.read && all.size === after.end.total,
    `slept ${formatDuration(slept)}; ${formatCount(all.size)} records`,
  );
}
