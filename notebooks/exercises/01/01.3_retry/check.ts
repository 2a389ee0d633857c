import { type Check, checkProcess, mistakesOf, unexpected } from "../../../../lib/workbook/mod.ts";
import { FakeWorld, LIMITS, type Reply } from "./_fake_world.ts";
import type { Answer, Limits } from "./stub.ts";

/** The learner's module. */
export type Subject = typeof import("./stub.ts");

/** What many get wrong here. */
const MISTAKES = {
  "gives-up-at-once": {
    means: "You gave up after a failure that passes by itself",
    think: "Which failures are transient? A rejected send() is one of them",
  },
  "retries-refusals": {
    means:
      "You repeated what the server has refused: the same request will be refused again, and it counts against you",
    think: "What would have to change before a 401 or a 404 becomes a 200?",
  },
  "repeats-post": {
    means: "You repeated a POST: the first one may have worked, and now it has happened twice",
    think: "After a timeout, do you know whether the server did it? Which methods do no harm then?",
  },
  "wrong-count": {
    means: "You made another number of attempts than was asked for",
    think: "With retries: 2, how many attempts are there in all?",
  },
  "waits-for-nothing": {
    means: "You waited after the last attempt: someone waits with you, only to hear that it failed",
    think: "What will you do after this wait? If the answer is nothing, do not wait",
  },
  "no-jitter": {
    means:
      "You wait the same time as everybody else: all workers come back at the same moment, and knock the server over again",
    think:
      "What does tools.random() do to your wait? At 0 it should come out as 0, at 0.5 as half of the ceiling",
  },
  "half-jitter": {
    means:
      "You draw from a part of the span only: the wait has a fixed share, in which nobody comes back, and all crowd into the rest",
    think:
      "At tools.random() = 0, what does the task's formula give, and what does yours? What do you add to the random share?",
  },
  "no-ceiling": {
    means: "You let the ceiling grow forever: after ten failures the wait is an hour",
    think: "Which of the limits bounds base * 2 ** n?",
  },
  "earlier-than-asked": {
    means: "You came back earlier than the server asked: that is how a 429 becomes a ban",
    think: "May a random share, or your own cap, make the server's wait shorter?",
  },
  "one-clock": {
    means:
      "You gave an attempt more time than is left in all: one hanging connection takes you past the end",
    think: "Which two limits hold for the timeout of one send(), and how do you take both?",
  },
  "waits-to-the-last": {
    means:
      "You began a wait that uses up all that is left: the attempt after it gets 0 ms, and can only fail",
    think:
      "How much time does the next attempt have, if the wait is exactly as long as what is left?",
  },
  "sleeps-past-the-end": {
    means:
      "You began a wait that ends after the time is up: it can only end in giving up, so give up before it",
    think: "What do you know before you call sleep()? Compare the wait with what is left",
  },
} as const;

const wrong = mistakesOf(MISTAKES);
const OK: Answer = { status: 200 };
const BUSY: Answer = { status: 503 };

/** What must hold. */
export const check: Check<Subject> = {
  exports: ["sendWithRetry"],
  mistakes: MISTAKES,
  expectations: [
    {
      name: "a transient failure is tried again, a good answer is given back",
      task: "What is repeated: the statuses 408, 429, 500, 502, 503, 504, and a `send`",
      test: triesAgain,
    },
    {
      name: "a refusal is given back as it is",
      task: "What is repeated: the statuses 408, 429, 500, 502, 503, 504, and a `send`",
      test: refusals,
    },
    {
      name: "what may not happen twice is sent once",
      task: "Which methods: only GET, HEAD, OPTIONS, PUT, DELETE: what may happen twice",
      test: post,
    },
    {
      name: "it gives up after the last retry, without another wait",
      task: "Giving up: after `limits.retries` retries, or by the total clock: return the",
      test: givesUp,
    },
    {
      name: "waits are a random share of a ceiling that doubles up to the cap",
      task: "How long to wait before retry n (counted from 0): a random share of a",
      test: jitter,
    },
    {
      name: "it never comes back earlier than the server asked",
      task: "How long to wait before retry n (counted from 0): a random share of a",
      test: asked,
    },
    {
      name: "a wait that would use up the time is not begun",
      task: "Two clocks: `limits.attempt` is for one attempt, `limits.total` for",
      test: noTimeLeft,
    },
    {
      name: "an attempt gets no more time than is left in all",
      task: "Two clocks: `limits.attempt` is for one attempt, `limits.total` for",
      test: twoClocks,
    },
  ],
};

async function triesAgain({ sendWithRetry }: Subject): Promise<void> {
  for (
    const failures of [[], [BUSY], ["reset"], [{ status: 429 }, "hang", {
      status: 500,
    }]] as Reply[][]
  ) {
    const { world, answer } = await run(sendWithRetry, [...failures, OK]);
    if (result(answer) === "status 200") continue;
    const seen = `${
      words(failures)
    }, then 200: after ${world.timeouts.length} attempts it ended with ${result(answer)}`;
    throw wrong("gives-up-at-once", seen);
  }
}

async function refusals({ sendWithRetry }: Subject): Promise<void> {
  for (const status of [400, 401, 403, 404, 409, 422, 501]) {
    const { world, answer } = await run(sendWithRetry, [{ status }, OK]);
    const seen = `status ${status}: ${world.timeouts.length} attempts, ended with ${
      result(answer)
    }`;
    if (world.timeouts.length > 1) throw wrong("retries-refusals", seen);
    if (result(answer) !== `status ${status}`) throw unexpected(seen);
  }
}

async function post({ sendWithRetry }: Subject): Promise<void> {
  for (const method of ["POST", "PATCH"]) {
    for (const reply of ["hang", BUSY] as const) {
      const { world } = await run(sendWithRetry, [reply, OK], { method });
      const attempts = world.timeouts.length;
      if (attempts > 1) {
        throw wrong("repeats-post", `${method}, ${words([reply])}: sent ${attempts} times`);
      }
    }
  }
  const { world } = await run(sendWithRetry, ["hang", OK], { method: "PUT" });
  if (world.timeouts.length < 2) {
    throw wrong("gives-up-at-once", "a PUT that timed out was not tried again");
  }
}

async function givesUp({ sendWithRetry }: Subject): Promise<void> {
  for (const reply of [BUSY, "reset"] as const) {
    const { world, answer } = await run(sendWithRetry, [reply], { limits: { retries: 2 } });
    const [attempts, waits] = [world.timeouts.length, world.waits.length];
    const seen = `retries: 2, always ${words([reply])}: ${attempts} attempts, ${waits} waits`;
    if (attempts !== 3) throw wrong("wrong-count", seen);
    if (waits > 2) throw wrong("waits-for-nothing", seen);
    const wanted = reply === BUSY ? "status 503" : "an error: connection reset";
    if (!says(answer, wanted)) {
      throw unexpected(`${seen}; ended with ${result(answer)}, wanted ${wanted}`);
    }
  }
}

async function jitter({ sendWithRetry }: Subject): Promise<void> {
  const ceilings = [1_000, 2_000, 4_000, 8_000, 8_000];
  for (const share of [0, 0.5, 0.999]) {
    const { world } = await run(sendWithRetry, [BUSY], { share });
    const wanted = ceilings.map((ceiling) => ceiling * share).filter((wait) => wait > 0);
    if (alike(world.waits, wanted)) continue;
    const seen = `with random() at ${share} the waits were ${list(world.waits)}; wanted ${
      list(wanted)
    }`;
    if (share === 0) {
      const { world: other } = await run(sendWithRetry, [BUSY], { share: 0.999 });
      const fixed = alike(other.waits, world.waits);
      throw wrong(fixed ? "no-jitter" : "half-jitter", seen);
    }
    if ((world.waits.at(-1) ?? 0) > 8_000) throw wrong("no-ceiling", seen);
    const growing = alike(world.waits.slice(0, 4), wanted.slice(0, 4));
    throw growing ? wrong("no-ceiling", seen) : unexpected(seen);
  }
}

async function asked({ sendWithRetry }: Subject): Promise<void> {
  for (const [retryAfter, share] of [[5_000, 0], [5_000, 0.9], [30_000, 0.5], [10, 0.5]] as const) {
    const { world } = await run(sendWithRetry, [{ status: 429, retryAfter }, OK], { share });
    const [wait = 0] = world.waits;
    const seen = `Retry-After asked for ${retryAfter} ms, random() was ${share}: waited ${wait} ms`;
    if (wait < retryAfter) throw wrong("earlier-than-asked", seen);
    if (retryAfter === 10 && wait < 499) {
      throw unexpected(`${seen}; wanted 500, the random share: it is longer`);
    }
    // Both added up are as good as the longer of the two.
    if (wait > retryAfter + 1_000) throw unexpected(`${seen}; that is more than both together`);
  }
}

async function twoClocks({ sendWithRetry }: Subject): Promise<void> {
  const limits = { attempt: 10_000, total: 25_000 };
  const { world, answer } = await run(sendWithRetry, ["hang"], { share: 0.001, limits });
  const seen =
    `attempt: 10000, total: 25000, a server that hangs: the attempts got ${
      list(world.timeouts)
    } ms, ` +
    `and it ended after ${Math.round(world.elapsed)} ms`;
  if (world.timeouts[0] !== 10_000) throw wrong("one-clock", seen);
  if (world.elapsed > 25_000) throw wrong("one-clock", seen);
  if (world.timeouts.length !== 3) throw unexpected(`${seen}; wanted 3 attempts`);
  if (typeof answer !== "object" || "status" in answer) {
    throw unexpected(`${seen}, with ${result(answer)}; wanted an error`);
  }
}

async function noTimeLeft({ sendWithRetry }: Subject): Promise<void> {
  const limits = { total: 30_000 };
  const { world, answer } = await run(sendWithRetry, [{ status: 429, retryAfter: 60_000 }, OK], {
    limits,
  });
  const seen = `total: 30000, Retry-After asked for 60000 ms: waited ${
    list(world.waits)
  } ms in ${world.timeouts.length} attempts`;
  if (world.waits.some((wait) => wait >= 60_000)) throw wrong("sleeps-past-the-end", seen);
  if (world.timeouts.length > 1) throw wrong("earlier-than-asked", seen);
  if (world.waits.length > 0) throw wrong("sleeps-past-the-end", seen);
  if (result(answer) !== "status 429") {
    throw unexpected(`it ended with ${result(answer)}, wanted the last answer, status 429`);
  }
  await nothingLeft(sendWithRetry);
}

/** The first attempt takes 20 ms: the wait is exactly as long as what is left of the time. */
async function nothingLeft(sendWithRetry: Subject["sendWithRetry"]): Promise<void> {
  const busy = { status: 429, retryAfter: 30_000 };
  const { world } = await run(sendWithRetry, [busy, OK], { limits: { total: 30_020 } });
  const seen = `30000 ms were left, Retry-After asked for 30000 ms: waited ${
    list(world.waits)
  } ms, and the attempts got ${list(world.timeouts)} ms`;
  if (world.waits.length > 0) throw wrong("waits-to-the-last", seen);
  const setting = { share: 0, limits: { total: 30_021 } };
  const { world: enough } = await run(sendWithRetry, [busy, OK], setting);
  if (enough.waits.length === 0) {
    throw unexpected(
      "30001 ms were left, Retry-After asked for 30000 ms: it gave up, wanted a wait",
    );
  }
}

interface Setting {
  readonly method?: string;
  readonly share?: number;
  readonly limits?: Partial<Limits>;
}

/** Runs the learner's function to its answer or its error. */
async function run(
  sendWithRetry: Subject["sendWithRetry"],
  replies: readonly Reply[],
  { method = "GET", share = 0.5, limits = {} }: Setting = {},
): Promise<{ readonly world: FakeWorld; readonly answer: Answer | Error }> {
  const world = new FakeWorld(replies, share);
  const call = { method, url: "https://api.example/items" };
  try {
    return { world, answer: await sendWithRetry(call, world, { ...LIMITS, ...limits }) };
  } catch (error) {
    // An error of the learner's own (the stub's among them) came before anything was sent.
    if (!(error instanceof Error) || world.timeouts.length === 0) throw error;
    return { world, answer: error };
  }
}

function result(answer: Answer | Error | undefined): string {
  if (answer instanceof Error) return `an error: ${answer.message}`;
  return answer === undefined ? "nothing" : `status ${answer.status}`;
}

/** The error may be one of the learner's own, with the last one as its cause. */
function says(answer: Answer | Error, wanted: string): boolean {
  if (result(answer) === wanted) return true;
  return answer instanceof Error && answer.cause instanceof Error && says(answer.cause, wanted);
}

/** Whether waits are the same to the ms; rounding is a matter of taste. */
function alike(waits: readonly number[], wanted: readonly number[]): boolean {
  return waits.length === wanted.length &&
    waits.every((wait, n) => Math.abs(wait - (wanted[n] ?? 0)) <= 1);
}

function words(replies: readonly Reply[]): string {
  if (replies.length === 0) return "no failure";
  return replies.map((reply) => {
    if (typeof reply === "object") return `status ${reply.status}`;
    return reply === "hang" ? "a timeout" : "a reset connection";
  }).join(", ");
}

function list(values: readonly number[]): string {
  return values.length === 0 ? "nothing" : values.map((value) => Math.round(value)).join(", ");
}

if (import.meta.main) await checkProcess(check);
