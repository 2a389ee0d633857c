import { assertEquals } from "@std/assert";
import type { WaitFrom } from "../../../lib/api/mod.ts";
import { granted } from "../../_granted.ts";
import { hunted, statusOrCode, VirtualClock } from "./_outcome.ts";
import { adversary, answer, rawAdversary } from "./_server.ts";

const ignore = !granted("net");
const START = Date.UTC(2026, 0, 1);
const LONG = { maxWait: 1e12, elapsed: 1e13 };

/** Asks a server that refuses once with these headers; returns ms between the two requests. */
async function gap(
  headers: [string, string][],
  options: { status?: number; random?: number; jitter?: boolean } = {},
): Promise<number> {
  const clock = new VirtualClock(START);
  const { status = 429, random = 0, jitter = false } = options;
  // The server itself would say the real time.
  const isDated = headers.some(([name]) => name === "Date");
  const dated: [string, string][] = isDated ? headers : [["Date", date(START)], ...headers];
  await using server = adversary(
    (_, n) => n === 1 ? new Response("no", { status, headers: dated }) : Response.json([]),
    clock,
  );
  const { client } = hunted(server.url, {
    clock,
    retry: { ...LONG, jitter },
    random: () => random,
  });
  await client.request({ path: "/" });
  assertEquals(server.heard.length, 2);
  return (server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0);
}

function date(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Seconds since the epoch, so many after the start. */
function epoch(seconds: number): string {
  return String(START / 1000 + seconds);
}

const SERVER_TIME = Date.UTC(1994, 10, 6, 8, 49, 30);

const EXACT: { name: string; headers: [string, string][]; wait: number; status?: number }[] = [
  { name: "seconds", headers: [["Retry-After", "7"]], wait: 7000 },
  { name: "seconds with leading zeros", headers: [["Retry-After", "007"]], wait: 7000 },
  { name: "seconds on a 503", headers: [["Retry-After", "9"]], wait: 9000, status: 503 },
  { name: "seconds on a 413", headers: [["Retry-After", "3"]], wait: 3000, status: 413 },
  { name: "seconds on a 500", headers: [["Retry-After", "4"]], wait: 4000, status: 500 },
  { name: "decimal seconds", headers: [["Retry-After", "1.5"]], wait: 1500 },
  {
    name: "an IMF-fixdate of a clock a day ahead",
    headers: [["Date", date(START + 86_400_000)], ["Retry-After", date(START + 86_430_000)]],
    wait: 30_000,
  },
  {
    name: "an IMF-fixdate of a clock a year behind",
    headers: [["Date", date(START - 31e9)], ["Retry-After", date(START - 31e9 + 45_000)]],
    wait: 45_000,
  },
  {
    name: "an RFC 850 date",
    headers: [["Date", date(SERVER_TIME)], ["Retry-After", "Sunday, 06-Nov-94 08:49:37 GMT"]],
    wait: 7000,
  },
  {
    name: "an asctime date",
    headers: [["Date", date(SERVER_TIME)], ["Retry-After", "Sun Nov  6 08:49:37 1994"]],
    wait: 7000,
  },
  {
    name: "a date beside an asctime Date",
    headers: [["Date", "Sun Nov  6 08:49:30 1994"], ["Retry-After", date(SERVER_TIME + 8000)]],
    wait: 8000,
  },
  {
    name: "a leap second",
    headers: [
      ["Date", "Thu, 31 Dec 2026 23:59:50 GMT"],
      ["Retry-After", "Thu, 31 Dec 2026 23:59:60 GMT"],
    ],
    wait: 10_000,
  },
  {
    name: "a date beside a malformed Date, by the local clock",
    headers: [["Date", "yesterday"], ["Retry-After", date(START + 20_000)]],
    wait: 20_000,
  },
  {
    name: "the longest of two headers in seconds",
    headers: [["Retry-After", "5"], ["Retry-After", "60"]],
    wait: 60_000,
  },
  {
    name: "the longest of two headers, the one in seconds and the other a date",
    headers: [["Date", date(START)], ["Retry-After", "2"], ["Retry-After", date(START + 60_000)]],
    wait: 60_000,
  },
  {
    name: "the later of two dates",
    headers: [
      ["Date", date(START)],
      ["Retry-After", date(START + 9000)],
      ["Retry-After", date(START + 60_000)],
    ],
    wait: 60_000,
  },
  { name: "seconds with their unit", headers: [["Retry-After", "7s"]], wait: 7000 },
  { name: "seconds in words", headers: [["Retry-After", "2 seconds"]], wait: 2000 },
  { name: "minutes and seconds", headers: [["Retry-After", "1m30s"]], wait: 90_000 },
  { name: "an instant since the epoch", headers: [["Retry-After", epoch(40)]], wait: 40_000 },
  { name: "one in ms", headers: [["Retry-After", `${epoch(40)}000`]], wait: 40_000 },
  {
    name: "an ISO date",
    headers: [["Retry-After", new Date(START + 40_000).toISOString()]],
    wait: 40_000,
  },
  {
    name: "an instant of a clock a day ahead",
    headers: [["Date", date(START + 86_400_000)], ["Retry-After", epoch(86_430)]],
    wait: 30_000,
  },
  { name: "nothing, but Retry-After-Ms has", headers: [["Retry-After-Ms", "2500"]], wait: 2500 },
  {
    name: "less than x-ms-retry-after-ms",
    headers: [["Retry-After", "1"], ["x-ms-retry-after-ms", "2500"]],
    wait: 2500,
  },
  {
    name: "nothing, but X-Rate-Limit-Retry-After-Seconds has",
    headers: [["X-Rate-Limit-Retry-After-Seconds", "40"]],
    wait: 40_000,
  },
  {
    name: "a date of another zone",
    headers: [["Retry-After", "Wed, 31 Dec 2025 19:00:09 EST"]],
    wait: 9000,
  },
  { name: "nothing, but X-Retry-After has", headers: [["X-Retry-After", "40"]], wait: 40_000 },
  {
    name: "nothing, but X-RateLimit-Reset-After has",
    headers: [["X-RateLimit-Reset-After", "1.25"]],
    wait: 1250,
  },
  {
    name: "nothing, but X-RateLimit-Reset has an instant",
    headers: [["X-RateLimit-Reset", epoch(70)]],
    wait: 70_000,
  },
  {
    name: "nothing, but X-RateLimit-Reset has an ISO date",
    headers: [["X-RateLimit-Reset", new Date(START + 70_000).toISOString()]],
    wait: 70_000,
  },
  {
    name: "nothing, but RateLimit-Reset has an instant",
    headers: [["RateLimit-Remaining", "0"], ["RateLimit-Reset", epoch(70)]],
    wait: 70_000,
  },
  {
    name: "nothing, but RateLimit has an instant",
    headers: [["RateLimit", `"default";r=0;t=${epoch(70)}`]],
    wait: 70_000,
  },
  { name: "more than a day of seconds", headers: [["Retry-After", "90000"]], wait: 90_000_000 },
];

for (const { name, headers, wait, status } of EXACT) {
  Deno.test({
    name: `ApiClient.request() waits ${wait} ms when Retry-After has ${name}`,
    ignore,
    fn: async () => assertEquals(await gap(headers, status === undefined ? {} : { status }), wait),
  });
}

for (
  const value of ["-5", "1e3", "soon", "+7", "0x10", "Infinity", "7;8", "2026-01-01", ""]
) {
  Deno.test({
    name: `ApiClient.request() backs off by itself when Retry-After is "${value}"`,
    ignore,
    fn: async () => assertEquals(await gap([["Retry-After", value]]), 500),
  });
}

for (const value of ["0", "Sun, 06 Nov 1994 08:49:37 GMT"]) {
  Deno.test({
    name: `ApiClient.request() waits the base at least when Retry-After is "${value}"`,
    ignore,
    async fn() {
      assertEquals(await gap([["Retry-After", value]], { jitter: true, random: 0 }), 500);
    },
  });
}

Deno.test({
  name: "ApiClient.request() never comes early when jitter is at any of its values",
  ignore,
  async fn() {
    for (const random of [0, 0.001, 0.5, 0.999999]) {
      const wait = await gap([["Retry-After", "7"]], { jitter: true, random });
      assertEquals([wait >= 7000, wait <= 8700], [true, true], `${random}: ${wait}`);
    }
  },
});

Deno.test({
  name: "ApiClient.request() waits by the local clock when the answer has no Date",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    const at: number[] = [];
    await using server = rawAdversary(async (wire) => {
      while (await wire.request() !== undefined) {
        at.push(clock.now());
        const headers = [`Retry-After: ${date(START + 12_000)}`];
        const first = answer("", { status: "503 Busy", headers });
        await wire.write(at.length === 1 ? first : answer("[]"));
      }
    });
    {
      await using client = hunted(server.url, { clock }).client;
      await client.request({ path: "/" });
    }
    assertEquals(at, [START, START + 12_000]);
  },
});

for (const value of ["121", "86400", "99999999999999999999", "9".repeat(400)]) {
  Deno.test({
    name: `ApiClient.request() is suspended when Retry-After is ${value.slice(0, 24)}`,
    ignore,
    async fn() {
      await using server = adversary(() =>
        new Response(null, { status: 429, headers: { "Retry-After": value } })
      );
      const { client } = hunted(server.url);
      assertEquals(await statusOrCode(client.request({ path: "/" })), "suspended-wait");
      assertEquals(await statusOrCode(client.request({ path: "/other" })), "suspended-wait");
      assertEquals(server.heard.length, 1);
    },
  });
}

Deno.test({
  name: "ApiClient.request() waits when a redirect says Retry-After (RFC 9110, 10.2.3)",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    const headers = { Location: "/there", "Retry-After": "3" };
    await using server = adversary(
      (_, n) => n === 1 ? new Response(null, { status: 307, headers }) : Response.json([]),
      clock,
    );
    await hunted(server.url, { clock }).client.request({ path: "/" });
    assertEquals(server.heard.map(({ at }) => at - START), [0, 3000]);
  },
});

Deno.test({
  name: "ApiClient.request() keeps another call away too when one was told to wait",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    await using server = adversary(
      (_, n) =>
        n === 1
          ? new Response(null, { status: 429, headers: { "Retry-After": "10" } })
          : Response.json([]),
      clock,
    );
    const { client } = hunted(server.url, { clock, retry: { limit: 0 } });
    assertEquals(await statusOrCode(client.request({ path: "/a" })), "http-status");
    assertEquals(await statusOrCode(client.request({ path: "/b" })), 200);
    const [first, second] = server.heard;
    assertEquals((second?.at ?? 0) - (first?.at ?? 0) >= 10_000, true);
  },
});

Deno.test({
  name: "ApiClient.request() keeps the wait when the one who was told gives up",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    await using server = adversary(
      (_, n) =>
        n === 1
          ? new Response(null, { status: 503, headers: { "Retry-After": "10" } })
          : Response.json([]),
      clock,
    );
    const { client } = hunted(server.url, { clock });
    const posted = client.request({ path: "/a", method: "POST", body: {} });
    assertEquals(await statusOrCode(posted), "http-status");
    await client.request({ path: "/b" });
    const [first, second] = server.heard;
    assertEquals((second?.at ?? 0) - (first?.at ?? 0) >= 10_000, true);
  },
});

const BODIES: readonly (readonly [unknown, number])[] = [
  [{ retry_after: 3 }, 3000],
  [{ retryAfter: "1.5" }, 1500],
  [{ error: { retry_after_ms: 2500 } }, 2500],
  [{ ok: false, parameters: { retry_after: 35 } }, 35_000],
  [{ message: "slow down", retry_after: START / 1000 + 20 }, 20_000],
  [{ error: { message: "Limit reached. Please try again in 20s." } }, 20_000],
  [{ detail: "Request was throttled. Expected available in 3 seconds." }, 3000],
  [{ message: "Please wait 1 minute and 5 seconds before the next request" }, 65_000],
  [{ data: { limits: { retryAfter: 7 } } }, 7000],
  [{ retry_at: "2026-01-01T00:00:09Z" }, 9000],
  [{ error: "Too many. Try again at 2026-01-01T00:00:09Z." }, 9000],
  [{ reason: "Blocked until Wed, 31 Dec 2025 19:00:09 EST" }, 9000],
  ["Too many requests, please retry after 4 seconds.", 4000],
  ["Retry-After: 4", 4000],
  [{ resetAt: "2026-01-01T00:00:09Z" }, 9000],
  [{ error: { reset_at: START / 1000 + 9 } }, 9000],
  [{ Message: "Request rate is large. RetryAfterMs=4000, Details=429" }, 4000],
  // These say nothing, and the first backoff is half a second: a number alone may count anything; a page is about more than this request.
  [{ reset: 9, resetAt: "soon", message: "RetryAfterPolicy=9 RetryAfter=1.2.3" }, 500],
  ["<p>Our support is available 24 hours a day</p>", 500],
  ["retry after 4 seconds ".repeat(100), 500],
];

/** Two hints in one answer, and the longer of them. */
const SEVERAL: [HeadersInit, unknown, number][] = [
  [{ "Retry-After": "1", "RateLimit": '"d";r=0;t=4' }, {}, 4000],
  [{ "Retry-After": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4" }, {}, 4000],
  [{ "Retry-After": "1" }, { retry_after: 3.5 }, 3500],
  [{ "X-RateLimit-Reset": "1" }, { retry_after: 3.5 }, 3500],
  [{ "X-RateLimit-Reset": "4" }, { retry_after: 3 }, 4000],
  [{ "Retry-After": "5", "RateLimit": '"d";r=0;t=4' }, { retry_after: 3 }, 5000],
];

for (const [headers, body, wait] of SEVERAL) {
  Deno.test({
    name: `request() waits for the longest of ${JSON.stringify([headers, body])}`,
    ignore,
    async fn() {
      const clock = new VirtualClock(START);
      await using server = adversary(
        (_, n) => n === 1 ? Response.json(body, { status: 429, headers }) : Response.json([]),
        clock,
      );
      const { client } = hunted(server.url, { clock, retry: { limit: 1 } });
      await client.request({ path: "/" });
      assertEquals((server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0), wait);
    },
  });
}

Deno.test({
  name: "request() heeds Retry-After and an exhausted quota of an answer without fault",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    const headers = { "Retry-After": "1", "RateLimit": '"d";r=0;t=4' };
    await using server = adversary(() => Response.json([], { headers }), clock);
    const { client } = hunted(server.url, { clock });
    await client.request({ path: "/" });
    await client.request({ path: "/again" });
    assertEquals((server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0), 4000);
  },
});

for (const [body, wait] of BODIES) {
  Deno.test({
    name: `ApiClient.request() waits ${wait} ms when the body says ${
      JSON.stringify(body).slice(0, 80)
    }`,
    ignore,
    async fn() {
      const clock = new VirtualClock(START);
      await using server = adversary(
        (_, n) => n === 1 ? refused(body) : Response.json([]),
        clock,
      );
      const { client } = hunted(server.url, { clock, retry: { ...LONG, jitter: false } });
      await client.request({ path: "/" });
      assertEquals((server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0), wait);
    },
  });
}

const OWN: readonly (readonly [WaitFrom, Response, number])[] = [
  [{ header: "X-Cooldown" }, refused({}, { "X-Cooldown": "12" }), 12_000],
  [{ header: "X-Cooldown", unit: "ms" }, refused({}, { "X-Cooldown": "1200" }), 1200],
  [{ path: "meta.wait", unit: "epoch_s" }, refused({ meta: { wait: START / 1000 + 9 } }), 9000],
  [{ path: "meta.wait", unit: "s" }, refused({ meta: { wait: 9 } }, { "Retry-After": "1" }), 9000],
];

function refused(body: unknown, headers: Record<string, string> = {}): Response {
  const init = { status: 429, headers: { Date: date(START), ...headers } };
  return typeof body === "string" ? new Response(body, init) : Response.json(body, init);
}

for (const [waitFrom, answer, wait] of OWN) {
  Deno.test({
    name: `ApiClient.request() waits ${wait} ms when waitFrom is ${JSON.stringify(waitFrom)}`,
    ignore,
    async fn() {
      const clock = new VirtualClock(START);
      await using server = adversary((_, n) => n === 1 ? answer : Response.json([]), clock);
      const { client } = hunted(server.url, { clock, retry: { ...LONG, jitter: false, waitFrom } });
      await client.request({ path: "/" });
      assertEquals((server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0), wait);
    },
  });
}

Deno.test({
  name: "ApiClient.request() goes on when RateLimit-Reset on a 200 is an instant",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    const headers = {
      Date: date(START),
      "RateLimit-Remaining": "0",
      "RateLimit-Reset": epoch(5),
    };
    await using server = adversary(() => Response.json([], { headers }), clock);
    const { client } = hunted(server.url, { clock });
    await client.request({ path: "/" });
    await client.request({ path: "/" });
    assertEquals((server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0), 5000);
  },
});
