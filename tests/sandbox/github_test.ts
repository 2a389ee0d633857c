import { everyTest } from "../_sample.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  BEARER,
  FakeClock,
  FLIGHTS,
  flights,
  get,
  linkTo,
  NO_SERVER,
  NOW,
  start,
} from "./_sandbox.ts";

const ignore = NO_SERVER;

everyTest({
  name: "github listing gives every flight once when its next links are followed",
  ignore,
  async fn() {
    await using sandbox = await start();
    let next: string | undefined = `${sandbox.url}${FLIGHTS}?per_page=100`;
    const ids: number[] = [];
    while (next !== undefined) {
      const { headers, text } = await get(sandbox, next.slice(sandbox.url.length), {
        headers: BEARER,
      });
      ids.push(...(JSON.parse(text) as { id: number }[]).map(({ id }) => id));
      next = linkTo(headers, "next");
    }
    assertEquals(ids, Array.from({ length: 20_000 }, (_, i) => i + 1));
    assertEquals(sandbox.requests.flights, 200);
  },
});

Deno.test({
  name: "github listing keeps the sample's fields after the id",
  ignore,
  async fn() {
    await using sandbox = await start();
    const { text } = await flights(sandbox, "per_page=1");
    assertEquals(
      text,
      '[{"id":1,"date":"2001/01/01 00:47","delay":66,"distance":1750,"origin":"DTW",' +
        '"destination":"LAS"}]',
    );
  },
});

Deno.test({
  name: "github listing writes Link in GitHub's form on the first, a middle and the last page",
  ignore,
  async fn() {
    await using sandbox = await start();
    const url = (page: number) => `<${sandbox.url}${FLIGHTS}?per_page=100&page=${page}>`;
    const link = async (query: string) => (await flights(sandbox, query)).headers.get("link");
    assertEquals(
      await link("per_page=100"),
      `${url(2)}; rel="next", ${url(200)}; rel="last"`,
    );
    assertEquals(
      await link("per_page=100&page=7"),
      `${url(6)}; rel="prev", ${url(8)}; rel="next", ${url(200)}; rel="last", ` +
        `${url(1)}; rel="first"`,
    );
    assertEquals(
      await link("per_page=100&page=200"),
      `${url(199)}; rel="prev", ${url(1)}; rel="first"`,
    );
  },
});

Deno.test({
  name: "github listing has 30 records by default and caps 100 silently",
  ignore,
  async fn() {
    await using sandbox = await start();
    const count = async (query: string) => JSON.parse((await flights(sandbox, query)).text).length;
    assertEquals(await count(""), 30);
    assertEquals(await count("per_page=5000"), 100);
    assertEquals(await count("per_page=none"), 30);
    assertEquals(await count("per_page=100&page=201"), 0);
  },
});

Deno.test({
  name: "github listing refuses a missing and a wrong token with 401",
  ignore,
  async fn() {
    await using sandbox = await start();
    const missing = await get(sandbox, FLIGHTS);
    assertEquals(missing.status, 401);
    assertEquals(JSON.parse(missing.text).message, "Requires authentication");
    const wrong = await get(sandbox, FLIGHTS, { headers: { Authorization: "Bearer no" } });
    assertEquals(wrong.status, 401);
    assertEquals(JSON.parse(wrong.text), {
      message: "Bad credentials",
      documentation_url: "https://docs.github.com/rest",
      status: "401",
    });
  },
});

Deno.test({
  name: "github listing takes the token as Bearer, as token and as a Basic password",
  ignore,
  async fn() {
    await using sandbox = await start({ token: "s3cret" });
    const basic = `Basic ${btoa("someone:s3cret")}`;
    for (const Authorization of ["Bearer s3cret", "token s3cret", "bearer s3cret", basic]) {
      assertEquals((await get(sandbox, FLIGHTS, { headers: { Authorization } })).status, 200);
    }
    const broken = { Authorization: "Basic %%%" };
    assertEquals((await get(sandbox, FLIGHTS, { headers: broken })).status, 401);
  },
});

Deno.test({
  name: "github listing answers 404 for another path and another method",
  ignore,
  async fn() {
    await using sandbox = await start();
    const other = await get(sandbox, "/github/repos/bts/trains/records", { headers: BEARER });
    assertEquals(other.status, 404);
    assertEquals((await get(sandbox, FLIGHTS, { headers: BEARER, method: "PUT" })).status, 404);
  },
});

Deno.test({
  name: "github listing counts its quota down and starts again after an hour",
  ignore,
  async fn() {
    const clock = new FakeClock();
    await using sandbox = await start({ clock, quota: 2 });
    const first = await flights(sandbox, "");
    assertEquals(first.headers.get("x-ratelimit-limit"), "2");
    assertEquals(first.headers.get("x-ratelimit-remaining"), "1");
    assertEquals(first.headers.get("x-ratelimit-used"), "1");
    assertEquals(first.headers.get("x-ratelimit-resource"), "core");
    const reset = Number(first.headers.get("x-ratelimit-reset"));
    assertEquals(reset, Math.floor((NOW + 3_600_000) / 1000));
    await flights(sandbox, "");
    const over = await flights(sandbox, "");
    assertEquals(over.status, 403);
    assertEquals(over.headers.get("x-ratelimit-remaining"), "0");
    clock.time = NOW + 3_600_000;
    assertEquals((await flights(sandbox, "")).status, 200);
  },
});

Deno.test({
  name: "github listing answers 304 for a known ETag without counting it",
  ignore,
  async fn() {
    await using sandbox = await start();
    const first = await flights(sandbox, "page=3");
    const etag = first.headers.get("etag") ?? "";
    const known = { ...BEARER, "If-None-Match": `"other", ${etag}` };
    const second = await get(sandbox, `${FLIGHTS}?page=3`, { headers: known });
    assertEquals(second.status, 304);
    assertEquals(second.text, "");
    assertEquals(second.headers.get("etag"), etag);
    assertEquals(second.headers.get("x-ratelimit-used"), "1");
    const other = await get(sandbox, `${FLIGHTS}?page=4`, { headers: known });
    assertEquals(other.status, 200);
    assertNotEquals(other.headers.get("etag"), etag);
  },
});

Deno.test({
  name: "github listing answers 304 for If-Modified-Since until records are added",
  ignore,
  async fn() {
    const clock = new FakeClock();
    await using sandbox = await start({ clock });
    const first = await flights(sandbox, "");
    const since = first.headers.get("last-modified") ?? "";
    const ask = () => get(sandbox, FLIGHTS, { headers: { ...BEARER, "If-Modified-Since": since } });
    assertEquals((await ask()).status, 304);
    sandbox.add("flights", [{ date: "2001/04/01 00:00" }]);
    const changed = await ask();
    assertEquals(changed.status, 200);
    assertNotEquals(changed.headers.get("etag"), first.headers.get("etag"));
  },
});

Deno.test({
  name: "github listing answers HEAD without a body and sends ids with each answer",
  ignore,
  async fn() {
    await using sandbox = await start();
    const head = await get(sandbox, FLIGHTS, { headers: BEARER, method: "HEAD" });
    assertEquals(head.status, 200);
    assertEquals(head.text, "");
    assert(/^[0-9A-F]{4}:[0-9A-F]{4}:/.test(head.headers.get("x-github-request-id") ?? ""));
    assertEquals(head.headers.get("date"), "Wed, 07 Feb 2018 12:00:00 GMT");
    const own = await get(sandbox, FLIGHTS, { headers: { ...BEARER, "X-Request-Id": "mine" } });
    assertEquals(own.headers.get("x-request-id"), "mine");
  },
});

Deno.test({
  name: "add() gives flights the next id and sends text as it is",
  ignore,
  async fn() {
    await using sandbox = await start();
    sandbox.add("flights", [{ origin: "AAA" }, '{"id":"own","n":1e400,"m":1.10}', "{}"]);
    const { text } = await flights(sandbox, "per_page=100&page=201");
    assertEquals(
      text,
      '[{"id":20001,"origin":"AAA"},{"id":"own","n":1e400,"m":1.10},{"id":20003}]',
    );
  },
});

Deno.test({
  name: "next listing gives the flights with addresses in the body",
  ignore,
  async fn() {
    await using sandbox = await start();
    const path = "/next/flights?page_size=1000";
    const first = JSON.parse((await get(sandbox, path)).text);
    assertEquals(first.count, 20_000);
    assertEquals(first.previous, null);
    assertEquals(first.next, `${sandbox.url}${path}&page=2`);
    assertEquals(first.results.length, 1000);
    const last = JSON.parse((await get(sandbox, `${path}&page=20`)).text);
    assertEquals(last.next, null);
    assertEquals(last.previous, `${sandbox.url}${path}&page=19`);
    assertEquals((await get(sandbox, `${path}&page=21`)).status, 404);
    assertEquals((await get(sandbox, "/next/trains")).status, 404);
  },
});
