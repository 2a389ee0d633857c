import type {
  Answer,
  Call,
  Limits,
  Tools,
} from "../../../notebooks/exercises/01/01.3_retry/stub.ts";
import type { Subject } from "../../../notebooks/exercises/01/01.3_retry/check.ts";

const SAFE = /^(GET|HEAD|OPTIONS|PUT|DELETE)$/;
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

/** How the wait is made of the two, and what is done with it. */
interface Form {
  readonly wait?: (asked: number, random: number) => number;
  readonly round?: (ms: number) => number;
  readonly skipZero?: boolean;
  readonly fail?: (error: unknown) => unknown;
}

function sender(form: Form = {}) {
  const { wait = Math.max, round = (ms: number) => ms, skipZero = false, fail } = form;
  return async (
    call: Call,
    { send, sleep, now, random }: Tools,
    { retries, base, cap, attempt, total }: Limits,
  ): Promise<Answer> => {
    const deadline = now() + total;
    let tried = 0;
    while (true) {
      let answer: Answer | undefined;
      let error: unknown;
      try {
        answer = await send(call, Math.min(attempt, deadline - now()));
      } catch (reason) {
        error = reason;
      }
      const give = () => {
        if (answer !== undefined) return answer;
        throw fail === undefined ? error : fail(error);
      };
      if (answer !== undefined && !AGAIN.has(answer.status)) return answer;
      if (!SAFE.test(call.method) || tried === retries) return give();
      const ceiling = Math.min(cap, base * Math.pow(2, tried));
      const ms = round(wait(answer?.retryAfter ?? 0, ceiling * random()));
      if (now() + ms >= deadline) return give();
      if (ms > 0 || !skipZero) await sleep(ms);
      tried += 1;
    }
  };
}

class GaveUp extends Error {
  override readonly name = "GaveUp";
}

/** Right solutions of forms that the author did not think of first. */
export const right: Readonly<Record<string, Subject>> = {
  "destructured tools and limits, and a deadline": { sendWithRetry: sender() },
  "spread tools": {
    sendWithRetry: (call, tools, limits) => sender()({ ...call }, { ...tools }, { ...limits }),
  },
  "the server's wait and the random share added up": {
    sendWithRetry: sender({ wait: (asked, random) => asked + random }),
  },
  "whole milliseconds, rounded up": { sendWithRetry: sender({ round: Math.ceil }) },
  "no sleep for a wait of nothing": { sendWithRetry: sender({ skipZero: true }) },
  "an error of their own with the last one as its cause": {
    sendWithRetry: sender({ fail: (cause) => new GaveUp("gave up", { cause }) }),
  },
  "recursion": {
    async sendWithRetry(call, tools, limits) {
      const start = tools.now();
      const left = () => limits.total - (tools.now() - start);
      const go = async (n: number): Promise<Answer> => {
        const reply = await tools.send(call, Math.min(limits.attempt, left())).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
        const asked = "answer" in reply ? reply.answer.retryAfter ?? 0 : 0;
        const again = !("answer" in reply) || AGAIN.has(reply.answer.status);
        const wait = Math.max(asked, Math.min(limits.cap, limits.base << n) * tools.random());
        if (again && SAFE.test(call.method) && n < limits.retries && wait < left()) {
          await tools.sleep(wait);
          return await go(n + 1);
        }
        if ("answer" in reply) return reply.answer;
        throw reply.error;
      };
      return await go(0);
    },
  },
  "promises without async": {
    sendWithRetry: (call, tools, limits) =>
      Promise.resolve().then(() => sender()(call, tools, limits)),
  },
};
