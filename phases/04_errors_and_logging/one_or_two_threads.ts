import { createHash } from "node:crypto";
import { type Correlation, currentCorrelation } from "../../lib/logging/mod.ts";
import type { LogLine } from "./log.ts";

/** What a Worker is sent. */
export interface Job {
  readonly lines: readonly string[];
  /** How often each line is hashed: the size of the work. */
  readonly rounds: number;
  /** The fields that its log lines carry. */
  readonly correlation: Correlation;
  /** Which lines, for its log. */
  readonly what: string;
}

/** What it sends back. */
export interface JobResult {
  readonly found: readonly string[];
  /** Its lines of the log, as JSON. */
  readonly logged: readonly string[];
}

/** The same work by one thread and by Workers. */
export interface Threads {
  readonly oneMs: number;
  readonly workersMs: number;
  /** Whether they found the same. */
  readonly isSame: boolean;
  /** What the Workers logged. */
  readonly logged: readonly LogLine[];
}

/** Workers that share the work. */
export const WORKERS = 2;

/** Does some work on lines by one thread, and then by Workers that begin with it. */
export async function oneOrTwoThreads(text: string, rounds: number): Promise<Threads> {
  const lines = text.split("\n");
  const begun = performance.now();
  const one = fingerprints(lines, rounds);
  const oneMs = performance.now() - begun;
  const size = Math.ceil(lines.length / WORKERS);
  const again = performance.now();
  const parts = await Promise.all(Array.from({ length: WORKERS }, (_, at) => {
    const part = lines.slice(at * size, (at + 1) * size);
    const what = `lines ${at * size + 1} to ${at * size + part.length}`;
    return inWorker({ lines: part, rounds, correlation: currentCorrelation(), what });
  }));
  const workersMs = performance.now() - again;
  const isSame = parts.flatMap(({ found }) => found).join() === one.join();
  const logged = parts.flatMap(({ logged }) => logged).map((line) => JSON.parse(line) as LogLine);
  return { oneMs, workersMs, isSame, logged };
}

async function inWorker(job: Job): Promise<JobResult> {
  const worker = new Worker(import.meta.resolve("./intake_worker.ts"), { type: "module" });
  try {
    return await new Promise<JobResult>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<JobResult>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(event.error ?? new Error(event.message));
      };
      worker.postMessage(job);
    });
  } finally {
    worker.terminate();
  }
}

/** Returns a hash of each line, of as many rounds as are asked for. */
export function fingerprints(lines: readonly string[], rounds: number): string[] {
  return lines.map((line) => {
    let hash = line;
    for (let round = 0; round < rounds; round++) {
      hash = createHash("sha256").update(hash).digest("hex");
    }
    return hash;
  });
}

/** Says when Workers pay, by what was measured here and now. */
export function judgeThreads(little: Threads, much: Threads): string {
  const cost = Math.max(0, little.workersMs - little.oneMs);
  const first = `Starting them and copying cost about ${
    Math.round(cost)
  } ms here: more than a little work takes.`;
  return much.workersMs < 0.9 * much.oneMs
    ? `${first} It pays for the larger work, ${
      (much.oneMs / much.workersMs).toFixed(1)
    } times as fast. Profile first: the mended intake needed no thread.`
    : `${first} The larger work gained nothing either: the machine has no core to spare now. Profile first: the mended intake needed no ` +
      "thread.";
}
