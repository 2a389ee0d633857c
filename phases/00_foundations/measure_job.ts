/**
 * One job of the measurement, alone in its process so that its peak memory is its own.
 *
 * Arguments: the job's name, then its numbers and paths. Prints one {@linkcode JobReport} as JSON.
 *
 * @module
 */
import process from "node:process";
import { lineChunks } from "../../lib/files/mod.ts";
import { answer } from "../_narrator/child.ts";
import { digestChunk } from "./digest_chunk.ts";

/** Time and memory of one job. */
export interface JobReport {
  readonly ms: number;
  /** Ms of CPU time, all threads together. */
  readonly cpuMs: number;
  /** Peak memory of the process in bytes. */
  readonly peakBytes: number;
  /** The result: equal for jobs that do the same work. */
  readonly result: string;
}

type Job = (args: readonly string[]) => Promise<string>;

const JOBS: Readonly<Record<string, Job>> = {
  "idle": () => Promise.resolve(""),
  "whole-file": readWhole,
  "streamed": readStreamed,
  "one-by-one": ([url = "", count = ""]) => fetchAll(url, Number(count), 1),
  "in-flight": ([url = "", count = "", most = ""]) => fetchAll(url, Number(count), Number(most)),
  "one-thread": oneThread,
  "promise-all": promiseAll,
  "workers": workers,
};

/** The way of a script: all of it in memory, then all of it parsed. */
async function readWhole([path = ""]: readonly string[]): Promise<string> {
  const text = await Deno.readTextFile(path);
  const records = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return `${records.length} ${records.filter(isStrong).length}`;
}

/** The same by pieces: memory holds one piece, whatever the size of the file. */
async function readStreamed([path = ""]: readonly string[]): Promise<string> {
  const decoder = new TextDecoder();
  let count = 0;
  let strong = 0;
  for await (const { lines } of lineChunks(path)) {
    for (const line of decoder.decode(lines).split("\n")) {
      if (line === "") continue;
      count++;
      if (isStrong(JSON.parse(line))) strong++;
    }
  }
  return `${count} ${strong}`;
}

function isStrong(record: { readonly properties: { readonly mag: number } }): boolean {
  return record.properties.mag >= 4;
}

async function fetchAll(url: string, count: number, most: number): Promise<string> {
  let next = 0;
  let bytes = 0;
  const lane = async () => {
    while (next < count) {
      next++;
      // `bytes += await ...` would read the sum before the wait and lose what other lanes add meanwhile.
      const body = await (await fetch(url)).bytes();
      bytes += body.length;
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  return String(bytes);
}

function oneThread([count = ""]: readonly string[]): Promise<string> {
  const digests = Array.from({ length: Number(count) }, (_, seed) => digestChunk(seed));
  return Promise.resolve(digests.join(" "));
}

/** Promises take turns on one thread: this is what async does for work that only computes. */
async function promiseAll([count = ""]: readonly string[]): Promise<string> {
  const work = async (seed: number) => {
    await Promise.resolve();
    return digestChunk(seed);
  };
  const digests = await Promise.all(Array.from({ length: Number(count) }, (_, i) => work(i)));
  return digests.join(" ");
}

async function workers([count = "", threads = ""]: readonly string[]): Promise<string> {
  const digests: string[] = [];
  let next = 0;
  const lane = async () => {
    const worker = new Worker(import.meta.resolve("./measure_worker.ts"), { type: "module" });
    while (next < Number(count)) {
      const seed = next++;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(seed);
      digests[seed] = await promise;
    }
    worker.terminate();
  };
  await Promise.all(Array.from({ length: Number(threads) }, lane));
  return digests.join(" ");
}

if (import.meta.main) {
  const [name = "", ...args] = Deno.args;
  const job = JOBS[name];
  if (job === undefined) throw new TypeError(`Cannot measure "${name}": no such job`);
  const before = process.cpuUsage();
  const begun = performance.now();
  const result = await job(args);
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  answer({ ms, cpuMs: (user + system) / 1000, peakBytes, result } satisfies JobReport);
}
