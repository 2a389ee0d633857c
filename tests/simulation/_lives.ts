import type { LifeReport } from "./_life.ts";

/** Lives the seeds one after the other, from `first` on and on all cores, and yields them in their order without an end. */
export async function* lives(first: number): AsyncGenerator<LifeReport> {
  const workers = Array.from({ length: Math.max(1, navigator.hardwareConcurrency) }, () => {
    return new Worker(new URL("./_worker.ts", import.meta.url), { type: "module" });
  });
  try {
    let next = first;
    const begun: { readonly worker: Worker; readonly report: Promise<LifeReport> }[] = [];
    const begin = (worker: Worker) => begun.push({ worker, report: ask(worker, next++) });
    // Two lives a worker are under way, so that none waits for the order of the answers.
    for (let round = 0; round < 4; round++) workers.forEach(begin);
    for (let life = begun.shift(); life !== undefined; life = begun.shift()) {
      const report = await life.report;
      begin(life.worker);
      yield report;
    }
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function ask(worker: Worker, seed: number): Promise<LifeReport> {
  const { promise, resolve, reject } = Promise.withResolvers<LifeReport>();
  const stop = new AbortController();
  const { signal } = stop;
  worker.addEventListener("message", ({ data }: MessageEvent<LifeReport>) => {
    if (data.seed !== seed) return;
    stop.abort();
    resolve(data);
  }, { signal });
  worker.addEventListener("error", (event: ErrorEvent) => {
    event.preventDefault();
    stop.abort();
    reject(new Error(`Cannot live seed ${seed}: ${event.message}`));
  }, { signal });
  worker.postMessage(seed);
  return promise;
}
