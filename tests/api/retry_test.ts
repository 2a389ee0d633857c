import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiClient, type ApiClientOptions, type RetryOptions } from "../../lib/api/mod.ts";
import { HttpError, IngestError, SuspendedError } from "../../lib/errors/mod.ts";
import { granted } from "../_granted.ts";
import { RateLimiter } from "../../lib/api/transport/rate_limiter.ts";
import { FakeClock } from "./_fake_clock.ts";
import { type Handler, json, serve, serveRaw } from "./_server.ts";

const ignore = !granted("net");

function failing(times: number, failure: () => Response): Handler {
  return (_request, n) => n <= times ? failure() : json({ n });
}

function status(code: number, headers: HeadersInit = {}): () => Response {
  return () => new Response("sorry", { status: code, headers });
}

interface Setup {
  readonly clock: FakeClock;
  readonly client: ApiClient;
}

function setUp(url: string, retry: RetryOptions = {}, more: Partial<ApiClientOptions> = {}): Setup {
  const clock = new FakeClock();
  const client = new ApiClient({ baseUrl: url, clock, random: () => 0.5, retry, ...more });
  return { clock, client };
}

Deno.test({
  name: "request() backs off with full jitter, doubling up to the cap",
  ignore,
  async fn() {
    await using server = serve(failing(4, status(503)));
    const said: number[] = [];
    const onWait: ApiClientOptions["onWait"] = ({ wait }, { message }) => {
      said.push(wait);
      assertStringIncludes(message, "status 503");
    };
    const { clock, client } = setUp(server.url, { base: 100, cap: 400 }, { onWait });
    const response = await client.request({ path: "/" });
    assertEquals([response.attempts, response.json()], [5, { n: 5 }]);
    assertEquals(clock.sleeps, [50, 100, 200, 200]);
    assertEquals(said, clock.sleeps, "each wait is said before it begins");
  },
});

Deno.test({
  name: "request() waits as Retry-After says: complaint 'Retry-After is ignored or capped'",
  ignore,
  async fn() {
    const now = new Date("2026-01-01T00:00:00Z").toUTCString();
    const forms: [HeadersInit, number][] = [
      [{ "retry-after": "7" }, 7000],
      [{ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT", date: now }, 9000],
      [{ "retry-after": "Thursday, 01-Jan-26 00:00:09 GMT", date: now }, 9000],
      [{ "retry-after": "Thu Jan  1 00:00:09 2026", date: now }, 9000],
      [{ "ratelimit": '"p";r=0;t=11' }, 11_000],
      [{ "ratelimit-remaining": "0", "ratelimit-reset": "12" }, 12_000],
      [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "13" }, 13_000],
      [{ "retry-after": "3", "ratelimit": '"p";r=0;t=11' }, 11_000],
      [{
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "14s",
        "x-ratelimit-remaining-tokens": "9",
        "x-ratelimit-reset-tokens": "6m0s",
      }, 14_000],
      [{ "acme-ratelimit-requests-reset": "2026-01-01T00:00:15Z", date: now }, 15_000],
    ];
    for (const [headers, wait] of forms) {
      await using server = serve(failing(1, status(429, headers)));
      const { clock, client } = setUp(server.url, { jitter: false });
      await client.request({ path: "/" });
      assertEquals(clock.sleeps.reduce((sum, ms) => sum + ms, 0), wait, JSON.stringify(headers));
    }
  },
});

Deno.test({
  name: "request() lengthens a told wait by jitter and never shortens it",
  ignore,
  async fn() {
    await using server = serve(failing(1, status(429, { "retry-after": "4" })));
    const { clock, client } = setUp(server.url);
    await client.request({ path: "/" });
    assertEquals(clock.sleeps, [4200]);
  },
});

Deno.test({
  name: "request() waits no longer than maxWait, told, backing off or slowed down",
  ignore,
  async fn() {
    const rows: [answer: () => Response, waits: number[]][] = [
      [status(503), [500, 1000, 1000, 1000]],
      [status(503, { "retry-after": "1" }), [1000, 1000, 1000, 1000]],
      [status(429), [500, 1000, 1000, 1000]],
    ];
    for (const [answer, waits] of rows) {
      await using server = serve(failing(4, answer));
      const { clock, client } = setUp(server.url, { maxWait: 1000 }, { random: () => 1 });
      await client.request({ path: "/" });
      assertEquals(clock.sleeps, waits);
    }
    const clock = new FakeClock();
    const limiter = new RateLimiter({}, { clock, maxWait: 1000 });
    const one = await limiter.acquire();
    for (let n = 0; n < 8; n++) limiter.slow();
    one.answered(undefined);
    await limiter.acquire();
    assertEquals(clock.sleeps, [1000]);
  },
});

Deno.test({
  name: "request() takes Retry-After 0 for no hint and waits at least the base",
  ignore,
  async fn() {
    await using server = serve(failing(1, status(503, { "retry-after": "0" })));
    const { clock, client } = setUp(server.url, { base: 100 }, { random: () => 0 });
    await client.request({ path: "/" });
    assertEquals(clock.sleeps, [100]);
  },
});

Deno.test({
  name: "request() suspends with the time to come back when told to wait too long",
  ignore,
  async fn() {
    await using server = serve(status(429, { "retry-after": "3600" }));
    const { client, clock } = setUp(server.url, { maxWait: 120_000 });
    const error = await assertRejects(() => client.request({ path: "/" }), SuspendedError);
    assertEquals([error.code, error.context.until], ["suspended-wait", "2026-01-01T01:00:00.000Z"]);
    assertEquals([server.seen.length, clock.sleeps], [1, []]);
    await assertRejects(() => client.request({ path: "/other" }), SuspendedError);
    assertEquals(server.seen.length, 1);
  },
});

Deno.test({
  name: "request() suspends at a wait that is too long on its last attempt as well",
  ignore,
  async fn() {
    const rows: [limit: number, code: number, waits: string[], wanted: string][] = [
      [0, 429, ["600"], "suspended-wait"],
      [1, 429, ["1", "600"], "suspended-wait"],
      [1, 503, ["1", "3600"], "suspended-wait"],
      [0, 429, ["3"], "http-status"],
      [1, 503, ["1", "3"], "http-status"],
    ];
    for (const [limit, code, waits, wanted] of rows) {
      await using server = serve((_, n) => status(code, { "retry-after": waits[n - 1] ?? "0" })());
      const { client } = setUp(server.url, { limit, maxWait: 3000 });
      const error = await assertRejects(() => client.request({ path: "/" }), IngestError);
      const row = JSON.stringify([limit, code, waits]);
      assertEquals([error.code, server.seen.length], [wanted, waits.length], row);
    }
  },
});

Deno.test({
  name: "request() bounds what it says of a Retry-After of any length, and how long it is kept",
  ignore,
  async fn() {
    await using server = serve(status(503, { "retry-after": "9".repeat(4000) }));
    const { client } = setUp(server.url);
    for (const path of ["/", "/other"]) {
      const error = await assertRejects(() => client.request({ path }), SuspendedError);
      const { until, wait_ms, reason } = error.context;
      assertEquals([until, wait_ms], ["2026-02-01T00:00:00.000Z", 31 * 86_400_000]);
      assertEquals(reason, `Retry-After: ${"9".repeat(87)}...`);
      assert(error.message.length < 300, error.message);
    }
    assertEquals(server.seen.length, 1);
    const long = { message: `try again in 600 seconds${"!".repeat(4000)}` };
    await using wordy = serve(() => json(long, { status: 429 }));
    await using own = serve(status(429, { "x-cool": "9".repeat(4000) }));
    for (const { url } of [wordy, own]) {
      const { client } = setUp(url, { waitFrom: { header: "x-cool" } });
      const error = await assertRejects(() => client.request({ path: "/" }), SuspendedError);
      assertEquals(String(error.context.reason).length, 103);
    }
  },
});

Deno.test({
  name: "request() gives up after the limit with the last status",
  ignore,
  async fn() {
    await using server = serve(status(500));
    const { client } = setUp(server.url, { limit: 2 });
    const error = await assertRejects(() => client.request({ path: "/x?api_key=s" }), HttpError);
    assertEquals([error.code, error.status, server.seen.length], ["http-status", 500, 3]);
    assert(!error.message.includes("api_key=s"), error.message);
  },
});

Deno.test({
  name: "request() does not repeat a 404",
  ignore,
  async fn() {
    await using server = serve(status(404));
    const { client } = setUp(server.url);
    await assertRejects(() => client.request({ path: "/" }), HttpError, "status 404");
    assertEquals(server.seen.length, 1);
  },
});

Deno.test({
  name: "request() repeats a POST only if it is declared idempotent",
  ignore,
  async fn() {
    await using server = serve(failing(1, status(503)));
    const { client } = setUp(server.url);
    const post = { path: "/", method: "POST", body: { a: 1 } };
    await assertRejects(() => client.request(post), HttpError, "status 503");
    await using other = serve(failing(1, status(503)));
    const second = setUp(other.url);
    assertEquals((await second.client.request({ ...post, idempotent: true })).attempts, 2);
    assertEquals(other.seen[1]?.body, '{"a":1}');
  },
});

Deno.test({
  name: "request() ends when the elapsed budget is used up",
  ignore,
  async fn() {
    await using server = serve(status(503));
    const { client, clock } = setUp(server.url, {
      limit: 99,
      base: 1000,
      jitter: false,
      elapsed: 8000,
    });
    await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals(clock.sleeps, [1000, 2000, 4000]);
  },
});

Deno.test({
  name: "request() suspends when a told wait would end behind the elapsed budget",
  ignore,
  async fn() {
    await using server = serve(failing(4, status(503, { "retry-after": "2" })));
    const { client, clock } = setUp(server.url, { elapsed: 5000, jitter: false });
    const error = await assertRejects(() => client.request({ path: "/" }), SuspendedError);
    assertEquals([error.code, error.context.until], ["suspended-wait", "2026-01-01T00:00:06.000Z"]);
    assertEquals([clock.sleeps, server.seen.length], [[2000, 2000], 3]);
    clock.advance(2000);
    assertEquals((await client.request({ path: "/" })).attempts, 2);
  },
});

Deno.test({
  name: "request() makes no attempt when its turn comes behind the elapsed budget",
  ignore,
  async fn() {
    await using server = serve(status(503));
    const more = { rateLimit: { requests: 1, per: 60_000 } };
    const { client } = setUp(server.url, { elapsed: 50_000 }, more);
    const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals([error.status, server.seen.length], [503, 1]);
  },
});

Deno.test({
  name: "request() cuts an attempt that hangs when the elapsed budget is used up",
  ignore,
  async fn() {
    const free = Promise.withResolvers<void>();
    await using server = serve(async (_request, n) => {
      if (n > 1) await free.promise;
      return status(503)();
    });
    const clock = new FakeClock();
    const retry = { elapsed: 1000, base: 990, jitter: false };
    await using client = new ApiClient({ baseUrl: server.url, clock, retry });
    const { promise: late, reject } = Promise.withResolvers<never>();
    const id = setTimeout(() => reject(new Error("not cut")), 5000);
    const error = await assertRejects(
      () => Promise.race([client.request({ path: "/" }), late]),
      HttpError,
    ).finally(() => {
      clearTimeout(id);
      free.resolve();
    });
    assertEquals([error.code, error.context.timeout_ms], ["http-timeout", 10]);
    assertEquals([clock.sleeps, server.seen.length], [[990], 2]);
  },
});

Deno.test({
  name: "request() stops retrying when the client's shared retry budget is empty",
  ignore,
  async fn() {
    await using server = serve(status(503));
    const { client } = setUp(server.url, { limit: 5, budgetReserve: 3 });
    await assertRejects(() => client.request({ path: "/" }), HttpError);
    await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals(server.seen.length, 5);
  },
});

Deno.test({
  name: "request() leaves an origin alone after repeated exhausted retries",
  ignore,
  async fn() {
    await using server = serve((_request, n) => n <= 5 ? status(500)() : json({}));
    const { client, clock } = setUp(server.url, { limit: 0 });
    for (let n = 0; n < 5; n++) await assertRejects(() => client.request({ path: "/" }), HttpError);
    const error = await assertRejects(() => client.request({ path: "/" }), SuspendedError);
    assertEquals([error.code, server.seen.length], ["suspended-origin", 5]);
    clock.advance(60_000);
    assertEquals((await client.request({ path: "/" })).status, 200);
  },
});

Deno.test({
  name: "request() does not count 429 and other 4xx as trouble of the origin",
  ignore,
  async fn() {
    await using server = serve((_request, n) => status(n % 2 === 0 ? 429 : 400)());
    const { client } = setUp(server.url, { limit: 0 });
    for (let n = 0; n < 12; n++) {
      await assertRejects(() => client.request({ path: "/" }), HttpError);
    }
    assertEquals(server.seen.length, 12);
  },
});

Deno.test({
  name: "request() asks the predicate first and goes by the rules where it says nothing",
  ignore,
  async fn() {
    await using server = serve((_request, n) => status([404, 503, 500][n - 1] ?? 200)());
    const shouldRetry = (failure: { status: number | undefined }) =>
      failure.status === 404 ? true : failure.status === 500 ? false : undefined;
    const { client } = setUp(server.url, { shouldRetry });
    await assertRejects(() => client.request({ path: "/" }), HttpError, "status 500");
    assertEquals(server.seen.length, 3);
  },
});

Deno.test({
  name: "request() repeats after resets in the middle of the body and before an answer",
  ignore,
  async fn() {
    const answers = [
      "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1,2",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n[1,2\r\n",
      "",
      "nonsense\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n[1,2]",
    ];
    await using server = serveRaw((n) => answers[n - 1] ?? "");
    const { client } = setUp(server.url);
    const response = await client.request({ path: "/" });
    assertEquals([response.attempts, response.text()], [5, "[1,2]"]);
  },
});

everyTest({
  name: "request() ends an attempt whose body does not come in time",
  ignore,
  async fn() {
    const stall = () =>
      new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(3)) }));
    await using server = serve((_request, n) => n === 1 ? stall() : json({}));
    const { client } = setUp(server.url, {}, { timeout: 500 });
    assertEquals((await client.request({ path: "/" })).attempts, 2);
    await using silent = serve(stall);
    const other = setUp(silent.url, { limit: 0 }, { timeout: 500 });
    const error = await assertRejects(() => other.client.request({ path: "/" }), HttpError);
    assertEquals([error.code, error.context.phase], ["http-timeout", "body"]);
  },
});

Deno.test({
  name: "request() refuses a body beyond the limit and does not try again",
  ignore,
  async fn() {
    await using server = serve(() => new Response("x".repeat(1000)));
    const { client } = setUp(server.url, {}, { maxBodyBytes: 999 });
    const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals([error.code, server.seen.length], ["http-too-large", 1]);
  },
});

Deno.test({
  name:
    "request() says what kind of failure a dead port, a forbidden host and plain text as TLS are",
  ignore,
  async fn() {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const code = async (url: string) => {
      const { client } = setUp(url, { limit: 0 });
      const error = await assertRejects(
        () => client.request({ path: "/?token=sesame" }),
        HttpError,
      );
      assert(!`${error.message}${JSON.stringify(error.context)}`.includes("sesame"));
      return error.code;
    };
    assertEquals(await code(`http://127.0.0.1:${port}`), "http-unreachable");
    await using plain = serveRaw(() => "HTTP/1.1 400 Bad Request\r\n\r\n");
    assertEquals(await code(plain.url.replace("http:", "https:")), "http-tls");
    const fetchOf = (error: Error) => () => Promise.reject(error);
    const denied = fetchOf(new Deno.errors.NotCapable("Requires net access"));
    const { client } = setUp("http://127.0.0.1:9", {}, { fetch: denied });
    const error = await assertRejects(() => client.request({ path: "/" }), HttpError);
    assertEquals([error.code, error.transient], ["http-denied", false]);
  },
});

Deno.test({
  name: "request() ends with the signal's reason, even while it waits",
  ignore,
  async fn() {
    await using server = serve(status(429, { "retry-after": "60" }));
    const controller = new AbortController();
    const client = new ApiClient({ baseUrl: server.url });
    const call = client.request({ path: "/", signal: controller.signal });
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort(new Error("enough"));
    await assertRejects(() => call, Error, "enough");
  },
});

Deno.test({
  name: "request() reports an unchanged resource and hands the validators over",
  ignore,
  async fn() {
    await using server = serve(({ headers }) =>
      headers.get("if-none-match") === '"v1"'
        ? new Response(null, { status: 304 })
        : json({}, { headers: { etag: '"v1"', "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT" } })
    );
    const { client } = setUp(server.url);
    const first = await client.request({ path: "/" });
    const { etag = "", lastModified = "" } = first;
    const second = await client.request({ path: "/", ifChanged: { etag, lastModified } });
    assertEquals([first.notModified, second.notModified], [false, true]);
    assertEquals(server.seen[1]?.headers.get("if-modified-since"), lastModified);
  },
});

Deno.test("new ApiClient() refuses a wrong URL and wrong numbers", () => {
  const make = (options: Partial<ApiClientOptions>) => () =>
    new ApiClient({ baseUrl: "https://a.example", ...options });
  for (const baseUrl of ["a.example", "ftp://a.example", ""]) {
    assertEquals(thrown(make({ baseUrl })), "TypeError");
  }
  assertEquals(thrown(make({ retry: { limit: 1.5 } })), "RangeError");
  assertEquals(thrown(make({ retry: { base: -1 } })), "RangeError");
  assertEquals(thrown(make({ rateLimit: { concurrency: 0 } })), "RangeError");
});

function thrown(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
