import type { Tools } from "../../../notebooks/exercises/00/00.5_two_threads/stub.ts";
import type { Subject } from "../../../notebooks/exercises/00/00.5_two_threads/check.ts";

/** Lanes that share a counter. */
async function counted(
  names: readonly string[],
  { fetchPart, startWorker }: Tools,
  limit: number,
): Promise<string[]> {
  if (!names.length) return [];
  const { digest, close } = startWorker();
  const digests = new Array<string>(names.length);
  let next = 0;
  let error: unknown;
  const lane = async () => {
    while (next < names.length && error === undefined) {
      const index = next++;
      try {
        digests[index] = await digest(await fetchPart(names[index] ?? ""));
      } catch (reason) {
        error ??= reason;
      }
    }
  };
  await Promise.allSettled([...Array(limit)].map(lane));
  close();
  if (error !== undefined) throw error;
  return digests;
}

/** A semaphore, as in Python. */
class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "destructured tools, lanes with a counter": { digestParts: counted },
  "spread tools": {
    digestParts: (names, tools, limit) => counted([...names], { ...tools }, limit),
  },
  "a semaphore": {
    async digestParts(names, tools, limit) {
      if (names.length === 0) return [];
      const worker = tools.startWorker();
      const gate = new Semaphore(limit);
      const abort = new AbortController();
      try {
        return await Promise.all(names.map((name) =>
          gate.run(async () => {
            abort.signal.throwIfAborted();
            try {
              return await worker.digest(await tools.fetchPart(name));
            } catch (error) {
              abort.abort();
              throw error;
            }
          })
        ));
      } finally {
        worker.close();
      }
    },
  },
  "groups, one after another": {
    async digestParts(names, tools, limit) {
      if (names.length < 1) return [];
      const worker = tools.startWorker();
      const digests: string[] = [];
      try {
        for (let from = 0; from < names.length; from += limit) {
          const group = names.slice(from, from + limit);
          digests.push(
            ...await Promise.all(
              group.map((name) => tools.fetchPart(name).then((bytes) => worker.digest(bytes))),
            ),
          );
        }
      } finally {
        worker.close();
      }
      return digests;
    },
  },
  "a worker that is started with the first part": {
    async digestParts(names, tools, limit) {
      let worker: ReturnType<Tools["startWorker"]> | undefined;
      const lazy: Tools = { ...tools, startWorker: () => worker ??= tools.startWorker() };
      return names.length === 0 ? [] : await counted(names, lazy, limit);
    },
  },
  "an error of their own": {
    async digestParts(names, tools, limit) {
      try {
        return await counted(names, tools, limit);
      } catch (cause) {
        class PartError extends Error {}
        throw new PartError("a part is missing", { cause });
      }
    },
  },
  "all errors together": {
    async digestParts(names, tools, limit) {
      try {
        return await counted(names, tools, limit);
      } catch (error) {
        throw new AggregateError([error], "1 part failed");
      }
    },
  },
  "a set of what is under way": {
    async digestParts(names, tools, limit) {
      if (names.length === 0) return [];
      const worker = tools.startWorker();
      const found = new Map<string, string>();
      const running = new Set<Promise<void>>();
      try {
        for (const name of names) {
          const part = (async () => {
            found.set(name, await worker.digest(await tools.fetchPart(name)));
          })().finally(() => running.delete(part));
          part.catch(() => {});
          running.add(part);
          if (running.size >= limit) await Promise.race(running);
        }
        await Promise.all(running);
      } finally {
        worker.close();
      }
      return names.map((name) => found.get(name) ?? "");
    },
  },
};
