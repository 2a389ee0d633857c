import { formatBytes, formatDuration } from "../../lib/terminal/mod.ts";
import type { Narrator } from "../_narrator/mod.ts";
import { type Figures, judgeComputing, judgeReading, judgeWaiting } from "./judge_measurement.ts";
import type { MachineProfile, Measured } from "./measure_machine.ts";

/** Draws the conclusions from what was measured, less what an idle process takes. */
export function judgeProfile(
  narrator: Narrator,
  { idle, reading, waiting, computing }: MachineProfile,
): void {
  const over = (job: Measured): Figures => ({
    ms: job.ms,
    bytes: Math.max(0, job.peakBytes - idle.peakBytes),
  });
  const { whole, streamed } = reading;
  narrator.judge(judgeReading({ plain: over(whole), other: over(streamed) }, reading.bytes));
  const { oneByOne, together } = waiting;
  narrator.judge(judgeWaiting({ plain: over(oneByOne), other: over(together) }, waiting.inFlight));
  narrator.judge(judgeComputing(
    { plain: over(computing.alone), other: over(computing.workers) },
    { promiseMs: computing.promises.ms, threads: computing.threads },
  ));
}

/** Shows what each way of each job took. */
export function showProfile(
  narrator: Narrator,
  { idle, reading, waiting, computing }: MachineProfile,
): void {
  const size = formatBytes(reading.bytes);
  const line = (what: string, job: Measured) => [
    what,
    job.name,
    formatDuration(job.ms),
    `${Math.round(100 * job.cpuMs / Math.max(job.ms, 1))} %`,
    formatBytes(job.peakBytes),
  ];
  narrator.table(
    [
      { title: "job" },
      { title: "way" },
      { title: "time", align: "right" },
      { title: "CPU", align: "right" },
      { title: "peak memory", align: "right" },
    ],
    [
      ["nothing", idle.name, "", "", formatBytes(idle.peakBytes)],
      line(`parse ${size} of JSON lines`, reading.whole),
      line("", reading.streamed),
      line("fetch from a slow server", waiting.oneByOne),
      line("", waiting.together),
      line("compress and hash", computing.alone),
      line("", computing.promises),
      line("", computing.workers),
    ],
  );
}

/** Times differ from machine to machine; that all ways gave the same result, and streaming its flat memory, do not. */
export function proveSameWork(
  narrator: Narrator,
  { reading, waiting, computing }: MachineProfile,
): void {
  const same = reading.whole.result === reading.streamed.result &&
    waiting.oneByOne.result === waiting.together.result &&
    computing.alone.result === computing.promises.result &&
    computing.alone.result === computing.workers.result;
  narrator.prove("all ways of a job gave the same result", same, "3 jobs, 7 ways");
  narrator.prove(
    "streaming peaks lower than reading the whole file",
    reading.streamed.peakBytes < reading.whole.peakBytes,
    `${formatBytes(reading.streamed.peakBytes)} vs ${formatBytes(reading.whole.peakBytes)}`,
  );
}
