import { assertEquals, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import { ApiClient, RateLimiter, type RateLimitOptions } from "../../lib/api/mod.ts";
import { SuspendedError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { FakeClock } from "./_fake_clock.ts";
import { json, serve } from "./_server.ts";
import { runs } from "../_sample.ts";

const ignore = !granted("net");

function limiter(options: RateLimitOptions, clock: FakeClock): RateLimiter {
  return new RateLimiter(options, { clock, maxWait: 60_000 });
}

/** Sends one request that takes `latency`; returns when it went out. */
async function send(
  to: RateLimiter,
  clock: FakeClock,
  answer: { latency?: number; headers?: HeadersInit } = {},
): Promise<number> {
  const lease = await to.acquire();
  const sent = clock.now();
  clock.advance(answer.latency ?? 0);
  lease.answered(new Headers(answer.headers));
  lease.release();
  return sent;
}

Deno.test("RateLimiter never lets more requests arrive in a span than allowed, whatever the latency", async () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 5, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(latencies, fc.integer({ min: 1, max: 4 }), async (all, requests) => {
      const clock = new FakeClock();
      const subject = limiter({ requests, per: 1000 }, clock);
      const sent: [number, number][] = [];
      for (const latency of all) sent.push([await send(subject, clock, { latency }), latency]);
      for (const [index, [start, latency]] of sent.entries()) {
        const later = sent[index + requests]?.[0] ?? Infinity;
        assertEquals(later - (start + latency) >= 1000, true);
      }
    }),
    { numRuns: runs(50) },
  );
});

Deno.test("RateLimiter waits for the reset once the headers say that nothing is left", async () => {
  const clock = new FakeClock();
  const subject = limiter({}, clock);
  await send(subject, clock, { headers: { "ratelimit": '"p";r=1;t=30' } });
  await send(subject, clock);
  assertEquals(clock.sleeps, []);
  await send(subject, clock);
  assertEquals(clock.sleeps, [30_000]);
});

Deno.test({
  name: "a page says how long it waited: for the limit, for the server and between attempts",
  ignore,
  async fn() {
    const answers = [
      () => json([1], { headers: { link: '</?page=2>; rel="next"' } }),
      () => new Response("", { status: 503, headers: { "retry-after": "7" } }),
      () => json([2]),
    ];
    await using server = serve((_request, n) => answers[n - 1]?.() ?? json([]));
    const clock = new FakeClock();
    const rateLimit = { requests: 1, per: 1000 };
    const options = { baseUrl: server.url, clock, rateLimit, retry: { jitter: false } };
    await using client = new ApiClient(options);
    const pages = await Array.fromAsync(client.pages({ path: "/", pagination: { type: "link" } }));
    const begun = Date.UTC(2026, 0, 1);
    assertEquals(pages.map(({ timing: { askedAt, took, waited } }) => [askedAt, took, waited]), [
      [begun, 0, 0],
      [begun, 8000, 8000],
    ]);
    assertEquals(clock.sleeps, [1000, 7000]);
  },
});

Deno.test("RateLimiter takes headers to lower the pace, never to raise it", async () => {
  const clock = new FakeClock();
  const subject = limiter({ requests: 1, per: 1000 }, clock);
  const headers = { "ratelimit": '"p";r=100000;t=1', "ratelimit-policy": '"p";q=100000;w=1' };
  for (let n = 0; n < 3; n++) await send(subject, clock, { headers });
  assertEquals(clock.sleeps, [1000, 1000]);
});

Deno.test("RateLimiter keeps to a policy header where nothing else is known", async () => {
  const clock = new FakeClock();
  const subject = limiter({}, clock);
  const headers = { "ratelimit-policy": '"p";q=2;w=10' };
  for (let n = 0; n < 3; n++) await send(subject, clock, { headers });
  assertEquals(clock.sleeps, [10_000]);
});

Deno.test("RateLimiter keeps the strictest of several quotas", async () => {
  const clock = new FakeClock();
  const subject = limiter({}, clock);
  await send(subject, clock, { headers: { "ratelimit": '"day";r=0;t=50, "burst";r=0;t=1' } });
  await send(subject, clock);
  assertEquals(clock.sleeps, [50_000]);
});

Deno.test("RateLimiter slows after a 429 and recovers by a tenth with each success", async () => {
  const clock = new FakeClock();
  const subject = limiter({}, clock);
  await send(subject, clock);
  subject.slow();
  subject.slow();
  await send(subject, clock);
  subject.recover();
  await send(subject, clock);
  assertEquals(clock.sleeps, [200, 180]);
  for (let n = 0; n < 60; n++) subject.recover();
  await send(subject, clock);
  assertEquals(clock.sleeps.length, 2);
});

Deno.test("RateLimiter suspends instead of waiting longer than allowed", async () => {
  const clock = new FakeClock();
  const subject = limiter({}, clock);
  await send(subject, clock, {
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "61" },
  });
  const error = await assertRejects(() => subject.acquire(), SuspendedError);
  assertEquals(error.context.until, "2026-01-01T00:01:01.000Z");
});

Deno.test("RateLimiter hands places on in order and forgets who gave up", async () => {
  const clock = new FakeClock();
  const subject = limiter({ concurrency: 1 }, clock);
  const first = await subject.acquire();
  const controller = new AbortController();
  const order: string[] = [];
  const gone = subject.acquire(controller.signal);
  const waiting = subject.acquire().then((lease) => {
    order.push("second");
    lease.release();
  });
  controller.abort(new Error("gone"));
  await assertRejects(() => gone, Error, "gone");
  order.push("released");
  first.release();
  first.release();
  await waiting;
  assertEquals(order, ["released", "second"]);
  (await subject.acquire()).release();
});

Deno.test({
  name: "request() keeps to the configured concurrency",
  ignore,
  async fn() {
    let now = 0;
    let most = 0;
    await using server = serve(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return json({});
    });
    await using client = new ApiClient({ baseUrl: server.url, rateLimit: { concurrency: 2 } });
    await Promise.all(Array.from({ length: 8 }, () => client.request({ path: "/" })));
    assertEquals(most, 2);
  },
});

Deno.test({
  name:
    "request() is never refused by a server of 20 requests a second that counts in sliding windows",
  ignore,
  async fn() {
    const clock = new FakeClock();
    const times: number[] = [];
    await using server = serve(() => {
      clock.advance(3);
      times.push(clock.now());
      const inWindow = times.filter((time) => time > clock.now() - 1000).length;
      return inWindow > 20 ? new Response("", { status: 429 }) : json({});
    });
    const rateLimit = { requests: 20, per: 1000 };
    await using client = new ApiClient({ baseUrl: server.url, clock, rateLimit });
    for (let n = 0; n < 65; n++) assertEquals((await client.request({ path: "/" })).attempts, 1);
  },
});
