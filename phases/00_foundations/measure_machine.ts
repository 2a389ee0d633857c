import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAllSync } from "../../lib/io/mod.ts";
import { runChild } from "../_narrator/mod.ts";
import type { WorkFolders } from "../_narrator/mod.ts";
import type { JobReport } from "./measure_job.ts";

/** How much work is measured; more takes longer and shows larger differences. */
export interface MeasureOptions {
  /** Size of the file that is read, in bytes. @default 48 MB */
  readonly fileBytes?: number;
  /** Requests. @default 40 */
  readonly requests?: number;
  /** Requests in flight. @default 8 */
  readonly inFlight?: number;
  /** Ms that the server takes for an answer. @default 20 */
  readonly latency?: number;
  /** Chunks of 4 MiB that are compressed and hashed. @default 8 */
  readonly chunks?: number;
}

/** One measured way. */
export interface Measured extends JobReport {
  readonly name: string;
}

/** The measurements of this machine; every job ran in a process of its own. */
export interface MachineProfile {
  readonly deno: string;
  readonly os: string;
  readonly cores: number;
  readonly idle: Measured;
  readonly reading: {
    readonly bytes: number;
    readonly whole: Measured;
    readonly streamed: Measured;
  };
  readonly waiting: {
    readonly inFlight: number;
    readonly oneByOne: Measured;
    readonly together: Measured;
  };
  readonly computing: {
    readonly threads: number;
    readonly alone: Measured;
    readonly promises: Measured;
    readonly workers: Measured;
  };
}

/** Threads that are worth it: more than four show nothing new. */
const MOST_THREADS = 4;

/** Measures memory and CPU on this machine: reading, waiting and computing, each in more than one way. */
export async function measureMachine(
  work: WorkFolders,
  options: MeasureOptions = {},
): Promise<MachineProfile> {
  const { fileBytes = 48e6, requests = 40, inFlight = 8, latency = 20, chunks = 8 } = options;
  const path = work.path(0, "lines.jsonl");
  const bytes = await writeLines(work, path, fileBytes);
  const whole = await measure("whole file", ["whole-file", path], [`--allow-read=${path}`]);
  const streamed = await measure("streamed", ["streamed", path], [`--allow-read=${path}`]);
  await Deno.remove(path);
  const waiting = await measureWaiting({ requests, inFlight, latency });
  return {
    deno: Deno.version.deno,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cores: navigator.hardwareConcurrency,
    idle: await measure("an idle process", ["idle"], []),
    reading: { bytes, whole, streamed },
    waiting,
    computing: await measureComputing(chunks),
  };
}

/** Takes the better of two runs for each: the machine may be busy with something else during one. */
async function measureComputing(chunks: number): Promise<MachineProfile["computing"]> {
  const threads = Math.min(Math.max(navigator.hardwareConcurrency, 2), MOST_THREADS);
  const count = String(chunks);
  const read = [`--allow-read=${dirname(fileURLToPath(import.meta.url))}`];
  const round = async () => ({
    alone: await measure("one thread", ["one-thread", count], []),
    promises: await measure("Promise.all", ["promise-all", count], []),
    workers: await measure(`${threads} Workers`, ["workers", count, String(threads)], read),
  });
  const first = await round();
  const second = await round();
  const better = (a: Measured, b: Measured) => a.ms <= b.ms ? a : b;
  return {
    threads,
    alone: better(first.alone, second.alone),
    promises: better(first.promises, second.promises),
    workers: better(first.workers, second.workers),
  };
}

async function measureWaiting(
  { requests, inFlight, latency }: Required<
    Pick<MeasureOptions, "requests" | "inFlight" | "latency">
  >,
): Promise<MachineProfile["waiting"]> {
  await using server = slowServer(latency);
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const net = [`--allow-net=127.0.0.1:${server.addr.port}`];
  const count = String(requests);
  return {
    inFlight,
    oneByOne: await measure("one by one", ["one-by-one", url, count], net),
    together: await measure(
      `${inFlight} in flight`,
      ["in-flight", url, count, String(inFlight)],
      net,
    ),
  };
}

function slowServer(latency: number): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
    await new Promise((resolve) => setTimeout(resolve, latency));
    return new Response("a page of records");
  });
}

async function measure(
  name: string,
  args: readonly string[],
  permissions: readonly string[],
): Promise<Measured> {
  const script = fileURLToPath(import.meta.resolve("./measure_job.ts"));
  const launcher = fileURLToPath(import.meta.resolve("./launch_alone.ts"));
  const child = await runChild([
    ...["run", "--no-prompt", "--quiet", "--allow-run=deno", launcher],
    ...["run", "--no-prompt", "--quiet", ...permissions, script, ...args],
  ]);
  if (child.code !== 0) throw new Error(`Cannot measure "${name}": ${child.stderr}`);
  return { name, ...JSON.parse(child.stdout) as JobReport };
}

/** Repeats the real earthquakes as JSON lines until the file is large enough. */
async function writeLines(work: WorkFolders, path: string, wanted: number): Promise<number> {
  const sample = JSON.parse(await Deno.readTextFile(work.sample("earthquakes.json")));
  const features = sample.features as readonly unknown[];
  const lines = features.map((feature) => `${JSON.stringify(feature)}\n`).join("");
  const block = new TextEncoder().encode(lines);
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  let size = 0;
  while (size < wanted) {
    writeAllSync(file, block);
    size += block.length;
  }
  return size;
}
