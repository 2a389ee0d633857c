import type { WrongSolution } from "../../../../lib/workbook/mod.ts";

/** The solution with one mistake each; `seen` is a part of what the check reports. */
export const wrong = [
  {
    id: "earlier-than-asked",
    seen: "Retry-After asked for 30000 ms, random() was 0.5: waited 8000 ms",
    replace: [
      [
        "    const wait = Math.max(outcome.asked, jitter);",
        "    const wait = Math.min(limits.cap, Math.max(outcome.asked, jitter));",
      ],
    ],
  },
  {
    id: "gives-up-at-once",
    seen: "200: after 1 attempts it ended with an error: connection reset",
    replace: [
      ["    return { done: false, asked: 0, end };", "    return { done: true, asked: 0, end };"],
    ],
  },
  {
    id: "half-jitter",
    seen: "with random() at 0 the waits were 500, 1000, 2000, 4000, 4000",
    replace: [
      [
        "    const jitter = tools.random() * Math.min(limits.cap, limits.base * 2 ** n);",
        "    const jitter = (0.5 + tools.random() / 2) * Math.min(limits.cap, limits.base * 2 ** n);",
      ],
    ],
  },
  {
    id: "no-ceiling",
    seen: "with random() at 0.5 the waits were 500, 1000, 2000, 4000, 8000",
    replace: [
      [
        "    const jitter = tools.random() * Math.min(limits.cap, limits.base * 2 ** n);",
        "    const jitter = tools.random() * limits.base * 2 ** n;",
      ],
    ],
  },
  {
    id: "no-jitter",
    seen: "with random() at 0 the waits were 1000, 2000, 4000, 8000, 8000",
    replace: [
      [
        "    const jitter = tools.random() * Math.min(limits.cap, limits.base * 2 ** n);",
        "    const jitter = Math.min(limits.cap, limits.base * 2 ** n);",
      ],
    ],
  },
  {
    id: "one-clock",
    seen: "got 10000, 10000, 10000 ms, and it ended after 30003 ms",
    replace: [
      [
        `    const timeout = Math.min(limits.attempt, limits.total - (tools.now() - start));
    const outcome = await attempt(call, tools, timeout);`,
        "    const outcome = await attempt(call, tools, limits.attempt);",
      ],
    ],
  },
  {
    id: "repeats-post",
    seen: "POST, a timeout: sent 2 times",
    replace: [
      [
        `
const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];`,
        "",
      ],
      [
        `    if (outcome.done || n >= limits.retries || !REPEATABLE.includes(call.method)) {
      return outcome.end();
    }`,
        "    if (outcome.done || n >= limits.retries) return outcome.end();",
      ],
    ],
  },
  {
    id: "retries-refusals",
    seen: "status 400: 2 attempts, ended with status 200",
    replace: [
      [
        `const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];
const TRANSIENT = [408, 429, 500, 502, 503, 504];`,
        'const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];',
      ],
      [
        "    const done = !TRANSIENT.includes(answer.status);",
        "    const done = answer.status < 400;",
      ],
    ],
  },
  {
    id: "sleeps-past-the-end",
    seen: "Retry-After asked for 60000 ms: waited 60000 ms in 1 attempts",
    replace: [
      [
        `    if (wait >= limits.total - (tools.now() - start)) return outcome.end();
    await tools.sleep(wait);`,
        `    await tools.sleep(wait);
    if (tools.now() - start >= limits.total) return outcome.end();`,
      ],
    ],
  },
  {
    id: "waits-for-nothing",
    seen: "retries: 2, always status 503: 3 attempts, 3 waits",
    replace: [
      [
        `    if (outcome.done || n >= limits.retries || !REPEATABLE.includes(call.method)) {
      return outcome.end();
    }`,
        "    if (outcome.done || !REPEATABLE.includes(call.method)) return outcome.end();",
      ],
      [
        "    await tools.sleep(wait);",
        `    await tools.sleep(wait);
    if (n >= limits.retries) return outcome.end();`,
      ],
    ],
  },
  {
    id: "waits-to-the-last",
    seen: "for 30000 ms: waited 30000 ms, and the attempts got 10000, 0 ms",
    replace: [
      [
        "    if (wait >= limits.total - (tools.now() - start)) return outcome.end();",
        "    if (wait > limits.total - (tools.now() - start)) return outcome.end();",
      ],
    ],
  },
  {
    id: "wrong-count",
    seen: "retries: 2, always status 503: 2 attempts, 1 waits",
    replace: [
      [
        "    if (outcome.done || n >= limits.retries || !REPEATABLE.includes(call.method)) {",
        "    if (outcome.done || n + 1 >= limits.retries || !REPEATABLE.includes(call.method)) {",
      ],
    ],
  },
] as const satisfies readonly WrongSolution[];
