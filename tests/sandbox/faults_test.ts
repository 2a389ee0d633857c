import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Sandbox } from "../../lib/sandbox/mod.ts";
import {
  BEARER,
  FakeClock,
  FLIGHTS,
  flights,
  get,
  linkTo,
  NO_SERVER,
  QUAKES,
  quakes,
  start,
  STRIKES,
  strikes,
} from "./_sandbox.ts";

const ignore = NO_SERVER;

async function flightStatuses(sandbox: Sandbox, pages: readonly number[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const page of pages) statuses.push((await flights(sandbox, `page=${page}`)).status);
  return statuses;
}

async function flightIds(sandbox: Sandbox, query: string): Promise<unknown[]> {
  const records = JSON.parse((await flights(sandbox, query)).text) as { id?: number }[];
  return records.map(({ id }) => id);
}

Deno.test({
  name: "fault @pageN happens the first time the page is asked for",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:503@page2"] });
    assertEquals(await flightStatuses(sandbox, [1, 2, 2, 1, 2]), [200, 503, 200, 200, 200]);
  },
});

Deno.test({
  name: "fault @pageNx2 happens twice, and two faults of a page follow each other",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:503@page2x2", "flights:500@page2"] });
    assertEquals(await flightStatuses(sandbox, [2, 2, 2, 2]), [503, 503, 500, 200]);
  },
});

Deno.test({
  name: "fault @reqN counts the requests of its own route that pass authentication",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:500@req2"] });
    await strikes(sandbox, "*");
    await get(sandbox, FLIGHTS);
    assertEquals(await flightStatuses(sandbox, [1, 1, 1]), [200, 500, 200]);
    assertEquals(sandbox.requests, { quakes: 0, flights: 4, strikes: 1, token: 0 });
  },
});

Deno.test({
  name: "fault with a probability is the same under the same seed, whatever other routes do",
  ignore,
  async fn() {
    const pages = Array.from({ length: 60 }, (_, i) => i + 1);
    const run = async (seed: number, disturb: boolean) => {
      const faults = ["flights:503@0.2", "quakes:500@0.5"];
      await using sandbox = await start({ seed, faults });
      if (disturb) { for (let i = 0; i < 7; i++) await get(sandbox, QUAKES); }
      return await flightStatuses(sandbox, pages);
    };
    const first = await run(7, false);
    const failures = first.filter((status) => status === 503).length;
    assert(failures > 3 && failures < 25);
    assertEquals(await run(7, true), first);
    assert(JSON.stringify(await run(8, false)) !== JSON.stringify(first));
  },
});

Deno.test({
  name: "fault without a place happens at each request",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:502"] });
    assertEquals(await flightStatuses(sandbox, [1, 2, 3]), [502, 502, 502]);
  },
});

Deno.test({
  name: "faults 500, 502, 503 and 504 answer in the form of their API or of a proxy",
  ignore,
  async fn() {
    const faults = ["quakes:500", "flights:503", "strikes:500", "token:503@req1"];
    await using sandbox = await start({ faults });
    const quake = await get(sandbox, `${QUAKES}?format=geojson`);
    assertEquals(quake.status, 500);
    assert(quake.text.startsWith("Error 500: Internal Server Error\n\n"));
    assertEquals(JSON.parse((await flights(sandbox, "")).text).message, "Service Unavailable");
    const strike = await get(sandbox, `${STRIKES}?api_key=sandbox-token`);
    assertEquals(JSON.parse(strike.text).error, "Internal Server Error");
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_secret: "sandbox-token",
    });
    const token = await get(sandbox, "/oauth/token", { method: "POST", body });
    assertEquals(token.status, 503);
    await using proxy = await start({ faults: ["quakes:502@page1", "quakes:504@page1"] });
    for (const status of [502, 504]) {
      const answer = await get(proxy, `${QUAKES}?format=geojson`);
      assertEquals(answer.status, status);
      assertStringIncludes(answer.headers.get("content-type") ?? "", "text/html");
    }
  },
});

for (const route of ["quakes", "flights", "strikes"] as const) {
  Deno.test({
    name: `fault reset breaks the connection in the middle of a body of ${route}`,
    ignore,
    async fn() {
      await using sandbox = await start({ faults: [`${route}:reset@page1`] });
      const path = {
        quakes: `${QUAKES}?format=geojson&limit=50`,
        flights: FLIGHTS,
        strikes: `${STRIKES}?cursor=*`,
      }[route];
      const response = await fetch(`${sandbox.url}${path}`, { headers: BEARER });
      assertEquals(response.status, 200);
      let received = 0;
      await assertRejects(async () => {
        for await (const chunk of response.body ?? []) received += chunk.length;
      });
      const promised = Number(response.headers.get("content-length"));
      assert(received < promised, `${received} of ${promised}`);
      const again = await get(sandbox, path, { headers: BEARER });
      assertEquals(again.status, 200);
      JSON.parse(again.text);
    },
  });
}

Deno.test({
  name: "fault truncated cuts the JSON under a content-length that fits",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:truncated@page1"] });
    const { status, headers, text } = await flights(sandbox, "");
    assertEquals(status, 200);
    assertEquals(Number(headers.get("content-length")), text.length);
    assertStringIncludes(headers.get("content-type") ?? "", "application/json");
    assert(text.startsWith("[{") && !text.endsWith("]"));
  },
});

Deno.test({
  name: "faults error200 and html200 have status 200 and no records",
  ignore,
  async fn() {
    await using sandbox = await start({
      faults: ["quakes:error200@page1", "quakes:html200@page1"],
    });
    const error = await get(sandbox, `${QUAKES}?format=geojson`);
    assertEquals([error.status, "error" in JSON.parse(error.text)], [200, true]);
    const html = await get(sandbox, `${QUAKES}?format=geojson`);
    assertEquals(html.status, 200);
    assertEquals(html.headers.get("content-type"), "text/html; charset=utf-8");
    assert(html.text.startsWith("<!DOCTYPE html>"));
  },
});

Deno.test({
  name: "faults slow and stall wait on the clock that was given, then answer all of it",
  ignore,
  async fn() {
    const clock = new FakeClock();
    await using sandbox = await start({
      clock,
      faults: ["flights:slow=90s@page1", "flights:stall=2m@page2"],
    });
    assertEquals((await flightIds(sandbox, "page=1")).length, 30);
    assertEquals(clock.slept, [90_000]);
    assertEquals((await flightIds(sandbox, "page=2")).length, 30);
    assertEquals(clock.slept, [90_000, 120_000]);
  },
});

Deno.test({
  name: "stop() ends a slow answer that is under way",
  ignore,
  async fn() {
    const sandbox = await start({ clock: {}, faults: ["flights:slow=1h"] });
    const asked = fetch(`${sandbox.url}${FLIGHTS}`, { headers: BEARER });
    const failed = assertRejects(async () => await (await asked).body?.cancel());
    while (sandbox.requests.flights === 0) await new Promise((done) => setTimeout(done, 1));
    await sandbox.stop();
    await failed;
    await sandbox.stop();
  },
});

Deno.test({
  name: "fault expired answers 401 in the form of the API",
  ignore,
  async fn() {
    await using sandbox = await start({
      faults: ["flights:expired@page1", "strikes:expired@page1"],
    });
    const flight = await flights(sandbox, "");
    assertEquals(flight.status, 401);
    assertStringIncludes(flight.headers.get("www-authenticate") ?? "", `error="invalid_token"`);
    assertEquals((await get(sandbox, STRIKES, { headers: BEARER })).status, 401);
    assertEquals((await flights(sandbox, "")).status, 200);
  },
});

Deno.test({
  name: "fault redirect leads to the same address or to another origin",
  ignore,
  async fn() {
    const faults = ["flights:redirect@page1", "flights:redirect=foreign@page1"];
    await using sandbox = await start({ faults });
    const same = await flights(sandbox, "page=1");
    assertEquals(same.status, 307);
    assertEquals(same.headers.get("location"), `${sandbox.url}${FLIGHTS}?page=1`);
    const foreign = await flights(sandbox, "page=1");
    assertEquals(
      foreign.headers.get("location"),
      `${sandbox.url.replace("127.0.0.1", "localhost")}${FLIGHTS}?page=1`,
    );
    assertEquals((await flights(sandbox, "page=1")).status, 200);
  },
});

Deno.test({
  name: "fault duplicate repeats the page before it, once",
  ignore,
  async fn() {
    const faults = ["quakes:duplicate@page2", "flights:duplicate@page2", "strikes:duplicate@page2"];
    await using sandbox = await start({ faults });
    const one = await flightIds(sandbox, "page=1");
    assertEquals(await flightIds(sandbox, "page=2"), one);
    assertEquals((await flightIds(sandbox, "page=2"))[0], 31);
    const quakePage = async (offset: number) =>
      (await quakes(sandbox, `limit=10&offset=${offset}`)).features.map(({ id }) => id);
    const first = await quakePage(1);
    assertEquals(await quakePage(11), first);
    assert((await quakePage(11))[0] !== first[0]);
    const start0 = await strikes(sandbox, "*", 10);
    const next = start0.meta.next_cursor ?? "";
    const repeated = await strikes(sandbox, next, 10);
    assertEquals(repeated.results, start0.results);
    assertEquals((await strikes(sandbox, next, 10)).results[0]?.id, "S000011");
    assertEquals(
      (await strikes(sandbox, repeated.meta.next_cursor ?? "", 10)).results[0]?.id,
      "S000021",
    );
  },
});

Deno.test({
  name: "a page fault waits while another fault keeps its page from being delivered",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:duplicate@page2", "flights:500@page2"] });
    assertEquals((await flights(sandbox, "page=2")).status, 500);
    assertEquals((await flightIds(sandbox, "page=2"))[0], 1);
  },
});

Deno.test({
  name: "fault cap caps the page size of each listing without losing a record",
  ignore,
  async fn() {
    await using sandbox = await start({
      faults: ["quakes:cap=7", "flights:cap=7", "strikes:cap=7"],
    });
    assertEquals((await flightIds(sandbox, "per_page=100&page=2"))[0], 8);
    const quakePage = await quakes(sandbox, "limit=500&offset=1");
    assertEquals(quakePage.features.length, 7);
    const strikePage = await strikes(sandbox, "*", 200);
    assertEquals([strikePage.results.length, strikePage.meta.per_page], [7, 200]);
    const next = await strikes(sandbox, strikePage.meta.next_cursor ?? "", 200);
    assertEquals(next.results[0]?.id, "S000008");
  },
});

Deno.test({
  name: "faults short and empty hold records back and lose none",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["strikes:short=3@page2", "strikes:empty@page3"] });
    let cursor: string | null | undefined = "*";
    const sizes: number[] = [];
    const ids: unknown[] = [];
    while (typeof cursor === "string" && sizes.length < 6) {
      const page: Awaited<ReturnType<typeof strikes>> = await strikes(sandbox, cursor, 100);
      sizes.push(page.results.length);
      ids.push(...page.results.map(({ id }) => id));
      assert(page.meta.next_cursor !== cursor);
      cursor = page.meta.next_cursor;
    }
    // The page after the short one begins within the second hundred, so that it is the second page again.
    assertEquals(sizes, [100, 3, 100, 0, 100, 100]);
    assertEquals(ids, Array.from({ length: 403 }, (_, i) => `S${String(i + 1).padStart(6, "0")}`));
    await using other = await start({ faults: ["quakes:short=3@page1", "quakes:empty@page2"] });
    assertEquals((await quakes(other, "limit=10")).features.length, 3);
    assertEquals((await quakes(other, "limit=10&offset=11")).features.length, 0);
    assertEquals((await quakes(other, "limit=10&offset=11")).features.length, 10);
  },
});

Deno.test({
  name: "fault badrecord breaks records of a page each time it is asked for",
  ignore,
  async fn() {
    const faults = [
      "flights:badrecord=4@page1",
      "quakes:badrecord=2@page1",
      "strikes:badrecord=900@page1",
    ];
    await using sandbox = await start({ faults });
    const first = (await flights(sandbox, "")).text;
    assertEquals((await flights(sandbox, "")).text, first);
    const records = JSON.parse(first) as unknown[];
    assertEquals(records.length, 30);
    assertEquals(records.filter((record) => typeof record === "string").length, 2);
    const nameless = records.filter((r) => typeof r === "object" && r !== null && !("id" in r));
    assertEquals(nameless.length, 2);
    const { features } = await quakes(sandbox, "limit=10");
    assertEquals(features.filter((feature) => typeof feature === "string").length, 1);
    assertEquals((await strikes(sandbox, "*", 5)).results.filter((r) => "id" in Object(r)), []);
  },
});

Deno.test({
  name: "fault endless=loop leads from the last page to the first",
  ignore,
  async fn() {
    const faults = ["flights:endless", "strikes:endless", "quakes:endless"];
    await using sandbox = await start({ faults });
    const last = await flights(sandbox, "per_page=100&page=200");
    assert(linkTo(last.headers, "next")?.endsWith("page=1"));
    assertEquals(linkTo((await flights(sandbox, "page=1")).headers, "next")?.endsWith("=2"), true);
    const cursor = btoa(">>>???[9800,0]");
    const looped = (await strikes(sandbox, cursor)).meta.next_cursor ?? "";
    assertEquals((await strikes(sandbox, looped)).results[0]?.id, "S000001");
    const first = (await quakes(sandbox, "limit=10&offset=1")).features;
    assertEquals((await quakes(sandbox, "limit=10&offset=1708")).features, first);
  },
});

Deno.test({
  name: "fault endless=same@pageN leads from page N to itself",
  ignore,
  async fn() {
    const faults = ["flights:endless=same@page3", "strikes:endless=same@page2"];
    await using sandbox = await start({ faults });
    assert(linkTo((await flights(sandbox, "page=2")).headers, "next")?.endsWith("page=3"));
    assert(linkTo((await flights(sandbox, "page=3")).headers, "next")?.endsWith("page=3"));
    const cursor = (await strikes(sandbox, "*", 100)).meta.next_cursor ?? "";
    assertEquals((await strikes(sandbox, cursor, 100)).meta.next_cursor, cursor);
  },
});

Deno.test({
  name: "fault endless=same on quakes ignores an offset past the end",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["quakes:endless=same"] });
    const first = (await quakes(sandbox, "limit=10&offset=1")).features;
    assertEquals((await quakes(sandbox, "limit=10&offset=5000")).features, first);
  },
});

Deno.test({
  name: "fault endless=repeat gives the last page again under ever new tokens",
  ignore,
  async fn() {
    const faults = ["flights:endless=repeat", "strikes:endless=repeat", "quakes:endless=repeat"];
    await using sandbox = await start({ faults });
    const ids = await flightIds(sandbox, "per_page=100&page=200");
    const beyond = await flights(sandbox, "per_page=100&page=205");
    assertEquals(JSON.parse(beyond.text)[0].id, ids[0]);
    assert(linkTo(beyond.headers, "next")?.endsWith("page=206"));
    let cursor = btoa(">>>???[9800,0]");
    const seen = new Set([cursor]);
    for (let i = 0; i < 4; i++) {
      const page = await strikes(sandbox, cursor);
      assertEquals(page.results[0]?.id, "S009801");
      cursor = page.meta.next_cursor ?? "";
      assert(!seen.has(cursor));
      seen.add(cursor);
    }
    const tail = (await quakes(sandbox, "limit=500&offset=1501")).features;
    assertEquals((await quakes(sandbox, "limit=500&offset=2001")).features, tail);
  },
});

Deno.test({
  name: "fault endless=empty goes on with empty pages",
  ignore,
  async fn() {
    await using sandbox = await start({
      faults: ["flights:endless=empty", "strikes:endless=empty"],
    });
    const beyond = await flights(sandbox, "per_page=100&page=300");
    assertEquals(beyond.text, "[]");
    assert(linkTo(beyond.headers, "next")?.endsWith("page=301"));
    const page = await strikes(sandbox, btoa(">>>???[10000,3]"));
    assertEquals(page.results, []);
    assertEquals(page.meta.next_cursor, btoa(">>>???[10000,4]"));
    const envelope = await get(sandbox, "/next/flights?page=900");
    assertEquals(JSON.parse(envelope.text).results, []);
  },
});

Deno.test({
  name: "fault foreignnext leads the next link to another origin, in the header and in the body",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["flights:foreignnext"] });
    const foreign = sandbox.url.replace("127.0.0.1", "localhost");
    const { headers } = await flights(sandbox, "page=2");
    assert(linkTo(headers, "next")?.startsWith(foreign));
    assert(linkTo(headers, "prev")?.startsWith(sandbox.url));
    assert(JSON.parse((await get(sandbox, "/next/flights")).text).next.startsWith(foreign));
  },
});

Deno.test({
  name: "fault limit answers 429 until the span has passed",
  ignore,
  async fn() {
    const clock = new FakeClock();
    await using sandbox = await start({ clock, faults: ["flights:limit=2/10s"] });
    assertEquals(await flightStatuses(sandbox, [1, 2]), [200, 200]);
    clock.time += 4_000;
    const refused = await flights(sandbox, "page=3");
    assertEquals([refused.status, refused.headers.get("retry-after")], [429, "6"]);
    clock.time += 6_000;
    assertEquals(await flightStatuses(sandbox, [3, 4, 5]), [200, 200, 429]);
  },
});

Deno.test({
  name: "fault ceiling lowers the API's own cap on a result",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["quakes:ceiling=100", "strikes:ceiling=400"] });
    const all = await get(sandbox, `${QUAKES}?format=geojson&starttime=2018-01-01`);
    assertEquals(all.status, 400);
    assertStringIncludes(all.text, "1707 matching events exceeds search limit of 100.");
    const few = await quakes(sandbox, "limit=100");
    assertEquals(few.features.length, 100);
    assertEquals((await get(sandbox, `${QUAKES}?format=geojson&limit=101`)).status, 400);
    const page = (n: number) =>
      get(sandbox, `${STRIKES}?per-page=200&page=${n}`, { headers: BEARER });
    assertEquals([(await page(2)).status, (await page(3)).status], [200, 400]);
  },
});

Deno.test({
  name: "fault miscount declares more records than there are",
  ignore,
  async fn() {
    const faults = ["quakes:miscount=3", "flights:miscount=3", "strikes:miscount=3"];
    await using sandbox = await start({ faults });
    const count = await get(sandbox, "/usgs/fdsnws/event/1/count?starttime=2018-01-01");
    assertEquals(count.text, "1710");
    assertEquals(JSON.parse((await get(sandbox, "/next/flights")).text).count, 20_003);
    assertEquals((await strikes(sandbox, "*", 1)).meta.count, 10_003);
  },
});

Deno.test({
  name: "a fault of the answer can hit the count endpoint too",
  ignore,
  async fn() {
    await using sandbox = await start({ faults: ["quakes:503@req1"] });
    const path = "/usgs/fdsnws/event/1/count?starttime=2018-01-01";
    assertEquals((await get(sandbox, path)).status, 503);
    assertEquals((await get(sandbox, path)).text, "1707");
  },
});
