import { assertEquals } from "@std/assert";
import { granted } from "../../_granted.ts";
import { hunted, statusOrCode, VirtualClock } from "./_outcome.ts";
import { adversary } from "./_server.ts";

const ignore = !granted("net");
const START = Date.UTC(2026, 0, 1);
const SKEWED = START + 86_400_000;

type Pairs = [string, string][];

/** Sends two requests one after the other's answer; returns ms between their arrivals. */
async function gap(status: number, headers: Pairs): Promise<number> {
  const clock = new VirtualClock(START);
  await using server = adversary(
    (_, n) => n === 1 ? new Response("[]", { status, headers }) : Response.json([]),
    clock,
  );
  const { client } = hunted(server.url, {
    clock,
    retry: { limit: status === 200 ? 0 : 1 },
  });
  await client.request({ path: "/" });
  if (status === 200) await client.request({ path: "/again" });
  assertEquals(server.heard.length, 2);
  return (server.heard[1]?.at ?? 0) - (server.heard[0]?.at ?? 0);
}

function xReset(value: string | number, remaining = "0"): Pairs {
  return [
    ["Date", new Date(SKEWED).toUTCString()],
    ["X-RateLimit-Limit", "60"],
    ["X-RateLimit-Remaining", remaining],
    ["X-RateLimit-Reset", `${value}`],
  ];
}

const REFUSED: { name: string; headers: Pairs; wait: number }[] = [
  { name: "RateLimit says t=30", headers: [["RateLimit", '"p";r=0;t=30']], wait: 30_000 },
  { name: "RateLimit has spaces", headers: [["RateLimit", '"p"; r=0; t=30']], wait: 30_000 },
  { name: "RateLimit's order is another", headers: [["RateLimit", '"p";t=30;r=0']], wait: 30_000 },
  {
    name: "RateLimit has a partition key",
    headers: [["RateLimit", '"p";r=0;t=30;pk=:cHNzdA==:']],
    wait: 30_000,
  },
  {
    name: "RateLimit names two exhausted policies",
    headers: [["RateLimit", '"burst";r=0;t=5, "daily";r=0;t=60']],
    wait: 60_000,
  },
  {
    name: "RateLimit comes in two headers",
    headers: [["RateLimit", '"burst";r=0;t=5'], ["RateLimit", '"daily";r=0;t=60']],
    wait: 60_000,
  },
  {
    name: "RateLimit has one exhausted policy after one that is not",
    headers: [["RateLimit", '"burst";r=3;t=50, "daily";r=0;t=20']],
    wait: 20_000,
  },
  {
    name: "a policy's name holds commas and semicolons",
    headers: [["RateLimit", '"a;r=9,b\\"";r=0;t=11']],
    wait: 11_000,
  },
  {
    name: "RateLimit has the form of draft 07",
    headers: [["RateLimit", "limit=100, remaining=0, reset=17"]],
    wait: 17_000,
  },
  {
    name: "the three older fields are there",
    headers: [["RateLimit-Limit", "9"], ["RateLimit-Remaining", "0"], ["RateLimit-Reset", "12"]],
    wait: 12_000,
  },
  { name: "X-RateLimit-Reset is a delay", headers: xReset(15), wait: 15_000 },
  {
    name: "X-RateLimit-Reset is an epoch of a skewed clock",
    headers: xReset(SKEWED / 1000 + 40),
    wait: 40_000,
  },
  {
    name: "X-RateLimit-Reset is an epoch in ms of a skewed clock",
    headers: xReset(SKEWED + 25_000),
    wait: 25_000,
  },
  {
    name: "Retry-After is shorter than RateLimit",
    headers: [["Retry-After", "2"], ["RateLimit", '"p";r=0;t=30']],
    wait: 30_000,
  },
  {
    name: "Retry-After is malformed beside RateLimit",
    headers: [["Retry-After", "soon"], ["RateLimit", '"p";r=0;t=30']],
    wait: 30_000,
  },
];

for (const { name, headers, wait } of REFUSED) {
  Deno.test({
    name: `ApiClient.request() waits ${wait} ms after a 429 when ${name}`,
    ignore,
    fn: async () => assertEquals(await gap(429, headers), wait),
  });
}

const MALFORMED: Pairs[] = [
  [["RateLimit", '"p";r=abc;t=30']],
  [["RateLimit", '"p";r=0;t=-30']],
  [["RateLimit", '"p;r=0;t=30']],
  [["RateLimit", ";;;"]],
  [["RateLimit", "\u00ff"]],
  [["RateLimit-Remaining", "none"], ["RateLimit-Reset", "12"]],
  [["X-RateLimit-Remaining", "0"], ["X-RateLimit-Reset", "tomorrow"]],
  [["X-RateLimit-Remaining", "0"], ["X-RateLimit-Reset", "-40"]],
  [["X-RateLimit-Remaining", "0"]],
];

for (const headers of MALFORMED) {
  Deno.test({
    name: `ApiClient.request() backs off by itself when a 429 has ${headers.join("; ")}`,
    ignore,
    fn: async () => assertEquals(await gap(429, headers), 500),
  });
}

const EXHAUSTED: { name: string; headers: Pairs; wait: number }[] = [
  { name: "RateLimit", headers: [["RateLimit", '"p";r=0;t=9']], wait: 9000 },
  {
    name: "the older fields",
    headers: [["RateLimit-Remaining", "0"], ["RateLimit-Reset", "12"]],
    wait: 12_000,
  },
  { name: "X-RateLimit with an epoch", headers: xReset(SKEWED / 1000 + 40), wait: 40_000 },
];

for (const { name, headers, wait } of EXHAUSTED) {
  Deno.test({
    name: `ApiClient.request() waits before the next call when ${name} of a 200 says none is left`,
    ignore,
    fn: async () => assertEquals(await gap(200, headers), wait),
  });
}

Deno.test({
  name: "ApiClient.request() keeps its own limit when the server offers more",
  ignore,
  async fn() {
    const clock = new VirtualClock(START);
    const headers = { RateLimit: '"p";r=10000;t=1', "X-RateLimit-Remaining": "10000" };
    await using server = adversary(() => Response.json([], { headers }), clock);
    const rateLimit = { requests: 1, per: 1000, concurrency: 1 };
    const { client } = hunted(server.url, { clock, rateLimit });
    for (const path of ["/1", "/2", "/3"]) await client.request({ path });
    const gaps = server.heard.slice(1).map(({ at }, n) => at - (server.heard[n]?.at ?? 0));
    assertEquals(gaps, [1000, 1000]);
  },
});

Deno.test({
  name: "ApiClient.request() is suspended when none is left for a day",
  ignore,
  async fn() {
    const headers = { RateLimit: '"daily";r=0;t=86400' };
    await using server = adversary(() => Response.json([], { headers }));
    const { client } = hunted(server.url);
    assertEquals(await statusOrCode(client.request({ path: "/1" })), 200);
    assertEquals(await statusOrCode(client.request({ path: "/2" })), "suspended-wait");
    assertEquals(server.heard.length, 1);
  },
});
