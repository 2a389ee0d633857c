import type { InputFile } from "../inputs.ts";
import type { ParsedLog, ParseLogFileOptions } from "./parse_log_file.ts";
import type { LogTarget } from "./targets.ts";

/** A log to parse. */
export interface PoolJob {
  readonly log: InputFile | LogTarget;
  readonly reading: ParseLogFileOptions;
  readonly force: boolean;
}

/** What a worker is sent. */
export type ToWorker = PoolJob | "stop";

/** What it answers: bytes that it has read, or the result; `undefined`: it failed. */
export type FromWorker = { readonly read: number } | { readonly parsed: ParsedLog | undefined };

/** Logs that a worker is ahead of the report, whose results are held meanwhile. */
const AHEAD = 2;

/** Options of {@linkcode ParsePool}. */
export interface ParsePoolOptions {
  /** Workers. */
  readonly size: number;
  /** Takes bytes that were read of a log. */
  readonly onRead: (log: InputFile, bytes: number) => void;
  /** Stops the workers; what they have not finished has no result. */
  readonly signal: AbortSignal;
}

/**
 * Parses several logs at a time on workers, which have the permissions of this process and no other ones.
 *
 * Results come in the order of the logs. One that fails has none: its error comes from parsing it again.
 */
export class ParsePool implements AsyncDisposable {
  readonly #jobs: readonly PoolJob[];
  readonly #results: PromiseWithResolvers<ParsedLog | undefined>[];
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #options: ParsePoolOptions;
  readonly #running = new Map<Worker, number>();
  #next = 0;
  #taken = 0;
  #isStopped = false;

  constructor(jobs: readonly PoolJob[], options: ParsePoolOptions) {
    this.#jobs = jobs;
    this.#options = options;
    this.#results = jobs.map(() => Promise.withResolvers());
    this.#workers = Array.from(
      { length: Math.min(options.size, jobs.length) },
      () => new Worker(new URL("./parse_worker.ts", import.meta.url), { type: "module" }),
    );
    this.#idle = [...this.#workers];
    for (const worker of this.#workers) {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#heard(worker, data);
      // A worker that cannot even begin leaves its logs to the command.
      worker.onerror = (event) => {
        event.preventDefault();
        this.#workers.splice(this.#workers.indexOf(worker), 1);
        this.#end(worker, undefined, false);
        if (this.#workers.length === 0) this.#halt();
      };
    }
    options.signal.addEventListener("abort", this.#halt);
    this.#send();
  }

  /** Result of the next log; `undefined`: it failed, or the pool was stopped. */
  async next(): Promise<ParsedLog | undefined> {
    const result = await this.#results[this.#taken]?.promise;
    this.#taken++;
    this.#send();
    return result;
  }

  /** Stops what runs, and waits until no worker writes any more; returns the whole logs that were not taken. */
  async stop(): Promise<(InputFile | LogTarget)[]> {
    this.#halt();
    this.#options.signal.removeEventListener("abort", this.#halt);
    const whole: (InputFile | LogTarget)[] = [];
    for (let i = this.#taken; i < this.#next; i++) {
      const [job, result] = [this.#jobs[i], await this.#results[i]?.promise];
      if (job !== undefined && result !== undefined) whole.push(job.log);
    }
    for (const worker of this.#workers) worker.terminate();
    return whole;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  readonly #halt = () => {
    this.#isStopped = true;
    for (const worker of this.#running.keys()) worker.postMessage("stop" satisfies ToWorker);
    // What was not sent has no result.
    for (const { resolve } of this.#results.slice(this.#next)) resolve(undefined);
  };

  #send(): void {
    const most = this.#taken + this.#workers.length * AHEAD;
    while (!this.#isStopped && this.#next < Math.min(this.#jobs.length, most)) {
      const worker = this.#idle.pop();
      const job = this.#jobs[this.#next];
      if (worker === undefined || job === undefined) return;
      this.#running.set(worker, this.#next++);
      worker.postMessage(job satisfies ToWorker);
    }
  }

  #heard(worker: Worker, data: FromWorker): void {
    const job = this.#jobs[this.#running.get(worker) ?? -1];
    if ("parsed" in data) this.#end(worker, data.parsed);
    else if (job !== undefined) this.#options.onRead(job.log, data.read);
  }

  #end(worker: Worker, result: ParsedLog | undefined, isAlive = true): void {
    const index = this.#running.get(worker);
    this.#running.delete(worker);
    if (index !== undefined) this.#results[index]?.resolve(result);
    if (isAlive) this.#idle.push(worker);
    else if (this.#idle.includes(worker)) this.#idle.splice(this.#idle.indexOf(worker), 1);
    this.#send();
  }
}
