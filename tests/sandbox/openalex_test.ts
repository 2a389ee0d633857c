import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { get, NO_SERVER, start, STRIKES, type Strikes, strikes } from "./_sandbox.ts";

const ignore = NO_SERVER;
const KEY = "api_key=sandbox-token";

Deno.test({
  name: "openalex listing gives every strike once, then an empty page whose cursor is null",
  ignore,
  async fn() {
    await using sandbox = await start();
    const ids: unknown[] = [];
    const sizes: number[] = [];
    let cursor: string | null | undefined = "*";
    while (typeof cursor === "string") {
      const page: Strikes = await strikes(sandbox, cursor);
      assertEquals(page.meta.count, 10_000);
      ids.push(...page.results.map(({ id }) => id));
      sizes.push(page.results.length);
      cursor = page.meta.next_cursor;
    }
    assertEquals(new Set(ids).size, 10_000);
    assertEquals(ids[9_999], "S010000");
    // As in the real service, only a page that is not full ends the listing.
    assertEquals(sizes, [...Array(50).fill(200), 0]);
  },
});

Deno.test({
  name: "openalex listing sends typed fields, an empty number as null",
  ignore,
  async fn() {
    await using sandbox = await start();
    const { results } = await strikes(sandbox, "*", 200);
    assertEquals(results[0], {
      id: "S000001",
      airport_name: "BARKSDALE AIR FORCE BASE ARPT",
      aircraft_make_model: "T-38A",
      damage: "None",
      flight_date: "1990-01-08",
      operator: "MILITARY",
      origin_state: "Louisiana",
      phase_of_flight: "Climb",
      wildlife_size: "Large",
      wildlife_species: "Turkey vulture",
      time_of_day: "Day",
      cost_other: 0,
      cost_repair: 0,
      cost_total: 0,
      speed_knots: 300,
    });
    assert(results.some((strike) => strike.speed_knots === null));
  },
});

Deno.test({
  name: "openalex cursors hold characters that must be escaped, and fail if they are not",
  ignore,
  async fn() {
    await using sandbox = await start();
    const cursor = (await strikes(sandbox, "*")).meta.next_cursor ?? "";
    assert(cursor.includes("+") && cursor.includes("/"));
    const raw = await get(sandbox, `${STRIKES}?cursor=${cursor}&${KEY}`);
    assertEquals(raw.status, 400);
    assertStringIncludes(raw.text, "Invalid cursor value");
  },
});

Deno.test({
  name: "openalex listing by page ends at 10,000 results",
  ignore,
  async fn() {
    await using sandbox = await start();
    const last = await get(sandbox, `${STRIKES}?per_page=200&page=50&${KEY}`);
    const { meta, results } = JSON.parse(last.text);
    assertEquals(results.at(-1).id, "S010000");
    assertEquals(meta, { count: 10_000, db_response_time_ms: 1, page: 50, per_page: 200 });
    const over = await get(sandbox, `${STRIKES}?per-page=200&page=51&${KEY}`);
    assertEquals(over.status, 400);
    assertStringIncludes(over.text, "Maximum results size of 10,000 records is exceeded.");
  },
});

Deno.test({
  name: "openalex listing wants an API key: 401 without, 403 with a wrong one",
  ignore,
  async fn() {
    await using sandbox = await start();
    const missing = await get(sandbox, STRIKES);
    assertEquals(missing.status, 401);
    assertEquals(JSON.parse(missing.text).error, "Unauthorized");
    assertEquals((await get(sandbox, `${STRIKES}?api_key=no`)).status, 403);
    assertEquals((await get(sandbox, `${STRIKES}?${KEY}`)).status, 200);
    for (
      const headers of [{ "X-Api-Key": "sandbox-token" }, { Authorization: "Bearer sandbox-token" }]
    ) {
      assertEquals((await get(sandbox, STRIKES, { headers })).status, 200);
    }
  },
});

Deno.test({
  name: "openalex listing refuses each wrong parameter",
  ignore,
  async fn() {
    await using sandbox = await start();
    const cases = [
      ["per-page=201", "per-page parameter must be between 1 and 200"],
      ["per-page=0", "per-page parameter must be between 1 and 200"],
      ["page=0", "Page parameter must be greater than 0."],
      ["cursor=*&page=2", "Cannot use page parameter with cursor."],
      ["cursor=null", "Cursor is null. Likely reached end of results."],
      ["cursor=%21%21", "Invalid cursor value"],
      ["colour=red", "colour is not a valid parameter."],
    ] as const;
    for (const [query, message] of cases) {
      const { status, text } = await get(sandbox, `${STRIKES}?${query}&${KEY}`);
      assertEquals(status, 400, query);
      assertStringIncludes(JSON.parse(text).message, message);
    }
    assertEquals((await get(sandbox, `/openalex/works?${KEY}`)).status, 404);
  },
});

Deno.test({
  name: "openalex listing takes its parameters from a POST body too",
  ignore,
  async fn() {
    await using sandbox = await start();
    const post = (body: string) => get(sandbox, `${STRIKES}?${KEY}`, { method: "POST", body });
    const first = JSON.parse((await post('{"cursor":"*","per-page":150}')).text) as Strikes;
    assertEquals(first.results.length, 150);
    const cursor = first.meta.next_cursor;
    const second = JSON.parse((await post(JSON.stringify({ cursor, "per-page": 150 }))).text);
    assertEquals(second.results[0].id, "S000151");
    for (const body of ["", "[]", "7", '{"cursor":{}}']) {
      assertEquals((await post(body)).status, 400, body);
    }
  },
});

Deno.test({
  name: "add() gives strikes the next id",
  ignore,
  async fn() {
    await using sandbox = await start();
    sandbox.add("strikes", [{ damage: "None" }]);
    const page = await get(sandbox, `${STRIKES}?per-page=1&page=10000&${KEY}`);
    assertEquals(JSON.parse(page.text).meta.count, 10_001);
    const { results } = await strikes(sandbox, btoa(">>>???[10000,0]"));
    assertEquals(results, [{ id: "S010001", damage: "None" }]);
  },
});
