import { formatBytes, formatDuration } from "../../terminal/mod.ts";
import type { Teller } from "../teller.ts";
import type { WorkFolders } from "../work_folders.ts";
import { type Figures, judgeComputing, judgeReading, judgeWaiting } from "./judge_measurement.ts";
import {
  type MachineProfile,
  type Measured,
  measureMachine,
  type MeasureOptions,
} from "./measure_machine.ts";

/** Step 5: memory against processor, measured here and now. */
export async function tellMeasurement(
  teller: Teller,
  work: WorkFolders,
  options: MeasureOptions = {},
): Promise<MachineProfile> {
  teller.step(
    "Memory vs CPU: measured on this machine, now",
    "Eight small processes, each doing one job in one way. Peak memory is each process's own; an idle one comes first.",
  );
  const profile = await measureMachine(work, options);
  const { idle, reading, waiting, computing } = profile;
  tellTable(teller, profile);
  const over = (job: Measured): Figures => ({
    ms: job.ms,
    bytes: Math.max(0, job.peakBytes - idle.peakBytes),
  });
  const { whole, streamed } = reading;
  teller.judge(judgeReading({ plain: over(whole), other: over(streamed) }, reading.bytes));
  const { oneByOne, together } = waiting;
  teller.judge(judgeWaiting({ plain: over(oneByOne), other: over(together) }, waiting.inFlight));
  teller.judge(judgeComputing(
    { plain: over(computing.alone), other: over(computing.workers) },
    { promiseMs: computing.promises.ms, threads: computing.threads },
  ));
  proveSameWork(teller, profile);
  return profile;
}

function tellTable(teller: Teller, { idle, reading, waiting, computing }: MachineProfile): void {
  const size = formatBytes(reading.bytes);
  const line = (what: string, job: Measured) => [
    what,
    job.name,
    formatDuration(job.ms),
    `${Math.round(100 * job.cpuMs / Math.max(job.ms, 1))} %`,
    formatBytes(job.peakBytes),
  ];
  teller.table(
    [
      { title: "job" },
      { title: "way" },
      { title: "time", align: "right" },
      { title: "processor", align: "right" },
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
function proveSameWork(teller: Teller, { reading, waiting, computing }: MachineProfile): void {
  const same = reading.whole.result === reading.streamed.result &&
    waiting.oneByOne.result === waiting.together.result &&
    computing.alone.result === computing.promises.result &&
    computing.alone.result === computing.workers.result;
  teller.prove("all ways of a job gave the same result", same, "3 jobs, 7 ways");
  teller.prove(
    "streaming peaks lower than reading the whole file",
    reading.streamed.peakBytes < reading.whole.peakBytes,
    `${formatBytes(reading.streamed.peakBytes)} against ${formatBytes(reading.whole.peakBytes)}`,
  );
}
