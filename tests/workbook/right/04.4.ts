import type { Tools } from "../../../notebooks/exercises/04/04.4_stop_when_told/stub.ts";
import type { Subject } from "../../../notebooks/exercises/04/04.4_stop_when_told/check.ts";

const [DONE, FAILED, STOPPED] = [0, 1, 75];

async function one(item: string, done: number, { take, save }: Tools): Promise<void> {
  await take(item);
  await save(done);
}

class Stopped extends Error {}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "destructured tools, and a while": {
    async takeAll(items, tools, signal) {
      const { position, pause } = tools;
      let done = position;
      while (done < items.length && !signal.aborted) {
        try {
          await one(items[done] ?? "", ++done, tools);
        } catch {
          return FAILED;
        }
        if (done < items.length) await pause(signal).catch(() => undefined);
      }
      return done < items.length ? STOPPED : DONE;
    },
  },
  "an error class for the stop": {
    async takeAll(items, tools, signal) {
      try {
        for (const [at, item] of [...items.entries()].slice(tools.position)) {
          if (signal.aborted) throw new Stopped();
          await one(item, at + 1, tools);
          if (at < items.length - 1) {
            await tools.pause(signal).catch(() => {
              throw new Stopped();
            });
          }
        }
        return DONE;
      } catch (error) {
        return error instanceof Stopped ? STOPPED : FAILED;
      }
    },
  },
  "a listener instead of a question": {
    async takeAll(items, tools, signal) {
      let told = signal.aborted;
      signal.addEventListener("abort", () => told = true, { once: true });
      for (let at = tools.position; at < items.length; at += 1) {
        if (told) return STOPPED;
        const good = await one(items[at] ?? "", at + 1, tools).then(() => true, () => false);
        if (!good) return FAILED;
        if (at + 1 !== items.length) await Promise.allSettled([tools.pause(signal)]);
      }
      return DONE;
    },
  },
  "recursion": {
    async takeAll(items, tools, signal) {
      async function go(at: number): Promise<number> {
        if (at >= items.length) return DONE;
        if (signal.aborted) return STOPPED;
        try {
          await one(items[at] ?? "", at + 1, tools);
        } catch {
          return FAILED;
        }
        if (at + 1 === items.length) return DONE;
        await tools.pause(signal).catch(() => {});
        return await go(at + 1);
      }
      return await go(tools.position);
    },
  },
  "promises without async": {
    takeAll(items, tools, signal) {
      const step = (at: number): Promise<number> => {
        if (at >= items.length) return Promise.resolve(DONE);
        if (signal.aborted) return Promise.resolve(STOPPED);
        return one(items[at] ?? "", at + 1, tools).then(
          () =>
            at + 1 === items.length
              ? DONE
              : tools.pause(signal).then(() => step(at + 1), () => STOPPED),
          () => FAILED,
        );
      };
      return step(tools.position);
    },
  },
  "a pause before each item but the first": {
    async takeAll(items, tools, signal) {
      for (let at = tools.position; at < items.length; at++) {
        try {
          if (at > tools.position) await tools.pause(signal);
        } catch {
          return STOPPED;
        }
        if (signal.aborted) return STOPPED;
        try {
          await one(items[at] ?? "", at + 1, tools);
        } catch {
          return FAILED;
        }
      }
      return DONE;
    },
  },
  "a generator of steps": {
    async takeAll(items, tools, signal) {
      async function* steps() {
        for (let at = tools.position; at < items.length; at++) {
          await one(items[at] ?? "", at + 1, tools);
          yield at + 1 === items.length;
        }
      }
      if (signal.aborted && tools.position < items.length) return STOPPED;
      try {
        for await (const isLast of steps()) {
          if (isLast) return DONE;
          await tools.pause(signal).catch(() => {});
          if (signal.aborted) return STOPPED;
        }
        return DONE;
      } catch {
        return FAILED;
      }
    },
  },
  "throwIfAborted, and the code in a variable": {
    async takeAll(items, tools, signal) {
      let code = DONE;
      for (let at = tools.position; at < items.length && code === DONE; at++) {
        code = STOPPED;
        try {
          signal.throwIfAborted();
          code = FAILED;
          await one(items[at] ?? "", at + 1, tools);
          code = DONE;
          if (at + 1 < items.length) await tools.pause(signal);
        } catch {
          code = code === DONE ? STOPPED : code;
        }
      }
      return code;
    },
  },
};
