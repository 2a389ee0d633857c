import { ApiClient } from "../../api/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { formatCount, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { LessonClock } from "./_lesson_clock.ts";
import { readThrough } from "./_read_through.ts";
import { WEEK } from "./_week.ts";

const FAULT = "quakes:429=retry-after:3600@page3";
const HOUR = 3_600_000;

/** A wait that no process should sit out: it ends, and its state goes on later. */
export async function tellSuspension(teller: Teller, work: WorkFolders): Promise<void> {
  const clock = new LessonClock();
  await using sandbox = await startSandbox({ samples: work.sample(), faults: [FAULT], clock });
  const baseUrl = `${sandbox.url}/usgs`;
  await using client = new ApiClient({ baseUrl, clock });
  const before = await readThrough(client, WEEK);
  const { code, message } = before.error ?? {};
  teller.say(
    "Page 3 of a listing is refused with Retry-After: 3600, longer than the two minutes " +
      "that a process should sit and wait:",
  );
  teller.wrappedOutput(`${code}: ${message}`);
  const slept = clock.waits.reduce((sum, wait) => sum + wait, 0);
  clock.pass(HOUR);
  await using later = new ApiClient({ baseUrl, clock });
  const after = await readThrough(later, WEEK, { state: before.state });
  teller.judge(
    `The run ends with ${formatCount(before.read)} records and a state of ${
      JSON.stringify(before.state).length
    } bytes. An hour later another client reads the other ${formatCount(after.read)} from there.`,
  );
  const all = new Set([...before.ids, ...after.ids]);
  teller.prove(
    "a wait beyond max_wait suspends, and the rest is read later",
    code === "suspended-wait" && slept === 0 && after.end?.proven === true &&
      all.size === before.read + after.read && all.size === after.end.total,
    `slept ${formatDuration(slept)}; ${formatCount(all.size)} records`,
  );
}
