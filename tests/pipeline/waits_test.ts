import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudit, saveWait } from "../../lib/audit/mod.ts";
import { everyWorldTest, streamOf, type World, worldTest } from "./_world.ts";

function oneSource(yaml: string): string {
  return yaml.slice(0, yaml.indexOf("  - name: vendor"));
}

function twoSources(yaml: string): string {
  const own = oneSource(yaml);
  const source = own.slice(own.indexOf("  - name: shop"));
  return `${own}${source.replace("name: shop", "name: shop2")}`;
}

/** Refuses with a wait; counts the requests. */
function refusing(world: World, headers: Record<string, string>, body = "no") {
  const count = { requests: 0 };
  world.answer = () => {
    count.requests++;
    return new Response(body, { status: 429, headers });
  };
  return count;
}

const HINTS: Record<string, Record<string, string>> = {
  "Retry-After": { "Retry-After": "600" },
  "X-RateLimit-Reset": { "X-RateLimit-Reset": "600" },
  "Retry-After-Ms": { "Retry-After-Ms": "600000" },
};

for (const [name, headers] of Object.entries(HINTS)) {
  worldTest(`runPipeline() keeps a wait asked for by ${name} over a restart`, async (world) => {
    const edit = (yaml: string) => oneSource(yaml).replace("limit: 0", "limit: 1");
    const count = refusing(world, headers);
    assertEquals((await world.run({ edit })).exit_code, 75);
    assertEquals(count.requests, 1);
    const again = await world.run({ edit });
    assertEquals([again.exit_code, count.requests], [75, 1]);
    assertStringIncludes(streamOf(again, "shop.items").error_message ?? "", "the server asks");
  });
}

worldTest("runPipeline() quarantines no page for a wait where no retry is left", async (world) => {
  const edit = (yaml: string) =>
    oneSource(yaml).replace("path: /items", "path: /items\n        on_page_error: skip");
  const count = refusing(world, { "Retry-After": "600" });
  for (const run of [await world.run({ edit }), await world.run({ edit })]) {
    assertEquals([run.exit_code, run.outcome, count.requests], [75, "suspended", 1]);
  }
});

worldTest("runPipeline() asks again once the wait is over", async (world) => {
  const edit = (yaml: string) => oneSource(yaml).replace("limit: 0", "limit: 1");
  const count = refusing(world, { "Retry-After": "600" });
  assertEquals((await world.run({ edit })).exit_code, 75);
  {
    using db = openAudit(`${world.folder}/audit.db`);
    const origin = db.get<{ origin: string }>("SELECT origin FROM waits")?.origin ?? "";
    saveWait(db, { origin, not_before: new Date(Date.now() - 1).toISOString(), reason: "" }, 0);
  }
  world.answer = undefined;
  world.items = [{ id: "a" }];
  assertEquals([(await world.run({ edit })).exit_code, count.requests], [0, 1]);
});

worldTest("runPipeline() heeds a wait for one source in the other", async (world) => {
  const edit = (yaml: string) => twoSources(yaml).replaceAll("limit: 0", "limit: 1");
  const count = refusing(world, { "Retry-After": "600" });
  const summary = await world.run({ edit });
  assertEquals(summary.exit_code, 75);
  assert(count.requests <= 2, "each may have asked before the answer came");
  const before = count.requests;
  await world.run({ edit });
  assertEquals(count.requests, before);
});

worldTest("runPipeline() limits two sources of one origin together", async (world) => {
  const times: number[] = [];
  world.answer = () => {
    times.push(performance.now());
    return Response.json([]);
  };
  const limit = "rate_limit: { requests: 1, per: 500ms }";
  const edit = (yaml: string) => twoSources(yaml).replaceAll("retry:", `${limit}\n    retry:`);
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(times.length, 2);
  assert((times[1] ?? 0) - (times[0] ?? 0) >= 490, String(times));
});

worldTest("runPipeline() reads the wait where retry.wait_from says", async (world) => {
  const edit = (yaml: string) =>
    oneSource(yaml).replace("limit: 0", "limit: 1, wait_from: { path: meta.cool, unit: s }");
  const count = refusing(world, {}, JSON.stringify({ meta: { cool: 900 } }));
  assertEquals((await world.run({ edit })).exit_code, 75);
  assertEquals((await world.run({ edit })).exit_code, 75);
  assertEquals(count.requests, 1);
});

worldTest("a stream counts retries and waits, and each page has its times", async (world) => {
  const before = Date.now();
  world.items = [{ id: 1 }];
  let asked = 0;
  world.answer = ({ searchParams }) => {
    if (searchParams.has("b") && ++asked === 1) {
      return new Response("", { status: 503, headers: { "retry-after-ms": "15" } });
    }
    const headers = searchParams.has("b") ? {} : { link: '</items?b=1>; rel="next"' };
    return Response.json([{ id: asked }], { headers });
  };
  const edit = (yaml: string) =>
    oneSource(yaml).replace("limit: 0", "limit: 1").replace("{ type: none }", "{ type: link }");
  const { requests, retries, waited_ms } = streamOf(await world.run({ edit }), "shop.items");
  assertEquals([requests, retries], [3, 1]);
  using db = openAudit(join(world.folder, "audit.db"), { readOnly: true });
  type Times = { asked_ms: number; took_ms: number; waited_ms: number };
  const [first, second] = db.all<Times>("SELECT * FROM pages ORDER BY number");
  assert(first && second);
  assertEquals([first.waited_ms, second.waited_ms], [0, waited_ms]);
  assert(waited_ms >= 15 && second.took_ms >= waited_ms && second.asked_ms >= first.asked_ms);
  const ago = Date.now() - before;
  assertEquals([first.asked_ms, second.asked_ms].filter((ms) => ms < before - world.now), []);
  assert(second.asked_ms + second.took_ms <= before - world.now + ago + 1);
});

everyWorldTest(
  "a stream that failed counts the requests for the page that never came",
  async (world) => {
    world.answer = () => new Response("no", { status: 503, headers: { "retry-after": "0" } });
    const run = await world.run({ edit: (yaml) => yaml.replace("limit: 0", "limit: 1") });
    const { outcome, requests, retries } = streamOf(run, "shop.items");
    assertEquals([outcome, requests, retries], ["failed", 2, 1]);
    world.answer = undefined;
    const again = streamOf(
      await world.run({ edit: (yaml) => yaml.replace("limit: 0", "limit: 1") }),
      "shop.items",
    );
    assertEquals([again.outcome, again.requests, again.retries], ["complete", 3, 1]);
  },
);
