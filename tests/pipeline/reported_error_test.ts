import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bodyErrorOf } from "../../lib/api/mod.ts";
import { everyWorldTest, items, streamOf, worldTest } from "./_world.ts";

function listing(yaml: string): string {
  return yaml.replace("primary_key: [id]", "primary_key: [id]\n        records: data");
}

for (
  const report of [
    { error: "rate limited" },
    { error: { code: 17 } },
    { errors: [{ message: "timeout" }] },
    { ok: false },
    { success: false },
    { timed_out: true },
    { incomplete_results: true },
    { _shards: { total: 5, failed: 2 } },
    { errcode: 45009 },
  ]
) {
  const text = JSON.stringify(report);
  worldTest(`runPipeline() takes an empty list beside ${text} for no end`, async (world) => {
    world.answer = () => Response.json({ data: [], ...report });
    const summary = await world.run({ edit: listing });
    assertEquals(summary.exit_code, 1);
    assertEquals(streamOf(summary, "shop.items").error_code, "http-body-error");
    // Records next to it are only a part of the answer.
    world.answer = () => Response.json({ data: items(2), ...report });
    assertEquals((await world.run({ edit: listing })).totals.written, 0);
    // What says that nothing is wrong is no report.
    const none = { error: { code: 0, message: "" }, errors: [], ok: true, success: true };
    world.answer = () => Response.json({ data: items(2), ...none, status: "error" });
    assertEquals((await world.run({ edit: listing })).exit_code, 0);
  });
}

const FAILURES: readonly object[] = [
  { stat: "fail" },
  { "odata.error": { code: "x" } },
  { Errors: ["x"] },
  { isError: true },
  { hasErrors: "true" },
  { meta: { status: 429 } },
  { error_message: "oops" },
  { errmsg: "boom", errno: 17 },
  { errmsg: "boom" },
  { failed: true },
  { throttled: true },
  { exception: "Timeout" },
  { result: "fail" },
  { ret: -1 },
  { Response: "Error" },
];
const NO_FAILURES: readonly object[] = [
  { stat: "ok", errors: [], error: null, failed: 0, isError: false, ret: 0, result: "success" },
  { errcode: 0, errmsg: "d'accord", exception: null, "odata.error": null, throttled: false },
  { hasErrors: "false", error_message: "", Response: "True", meta: { status: 200, failed: 3 } },
  { query: { status: "failed", result: "fail" }, error_message: "No more records", ret: 1 },
  { warnings: ["none were found"], exception: "none", errmsg: "ok", failed: 2, result: [] },
];

Deno.test("bodyErrorOf() finds a plain sign of a failure next to no records", () => {
  for (const report of FAILURES) {
    const error = bodyErrorOf(undefined);
    assertEquals(error({ data: items(2), status: "ok" }, 2), undefined);
    assert(error({ data: [], ...report }, 0) !== undefined, JSON.stringify(report));
    // What is next to records as well is how this API writes.
    const other = bodyErrorOf(undefined);
    if (other({ data: items(2), ...report }, 2) !== undefined) continue;
    assertEquals(other({ data: [], ...report }, 0), undefined, JSON.stringify(report));
  }
  for (const report of NO_FAILURES) {
    assertEquals(bodyErrorOf(undefined)({ data: [], ...report }, 0), undefined);
  }
});

everyWorldTest(
  "runPipeline() takes an empty list with the status of a failure for no end",
  async (world) => {
    for (
      const report of [
        { code: 500, message: "internal error" },
        { statusCode: 503 },
        {
          status: "404",
        },
        { code: 40001, message: "rate limited" },
        { status: "OVER_QUERY_LIMIT" },
        { meta: { error: "quota" } },
        { message: "API rate limit exceeded" },
        {
          msg: "please try again later",
        },
      ]
    ) {
      world.answer = () => Response.json({ data: [], ...report });
      const summary = await world.run({ edit: listing });
      assertEquals(streamOf(summary, "shop.items").error_code, "http-body-error");
      // Next to records it is a field of something else.
      world.answer = () => Response.json({ data: items(2), ...report });
      assertEquals((await world.run({ edit: listing })).exit_code, 0);
    }
  },
);

worldTest("runPipeline() keeps a good snapshot when a 200 says that it failed", async (world) => {
  world.answer = () => Response.json({ data: items(3) });
  assertEquals((await world.run({ edit: listing })).exit_code, 0);
  world.answer = () => Response.json({ status: "fail", message: "no such account", data: [] });
  const summary = await world.run({ edit: listing });
  assertEquals(summary.exit_code, 1);
  assertStringIncludes(streamOf(summary, "shop.items").error_message ?? "", "no such account");
  assertEquals(world.rows("shop.items").length, 3);
});

const RULES = `records: data
        error: { path: _shards.failed }`;

worldTest("runPipeline() finds an error where error.path says", async (world) => {
  const edit = (yaml: string) => yaml.replace("pagination:", `${RULES}\n        pagination:`);
  world.answer = () => Response.json({ data: items(2), _shards: { failed: 1 } });
  assertEquals((await world.run({ edit })).exit_code, 1);
  // A rule of one's own takes the place of the usual ones.
  world.answer = () => Response.json({ data: items(2), _shards: { failed: 0 }, error: "none" });
  assertEquals((await world.run({ edit })).exit_code, 0);
  assertEquals(world.rows("shop.items").length, 2);
});

worldTest("runPipeline() compares with error.equals where it is given", async (world) => {
  const edit = (yaml: string) =>
    listing(yaml).replace(
      "records: data",
      "records: data\n        error: { path: code, equals: E17 }",
    );
  world.answer = () => Response.json({ data: items(2), code: "E17" });
  assertEquals((await world.run({ edit })).exit_code, 1);
  world.answer = () => Response.json({ data: items(2), code: "OK" });
  assertEquals((await world.run({ edit })).exit_code, 0);
});

/** Pages of two, and a status of its own for one of them. */
function paged(bad: number, status: number) {
  return (url: URL) => {
    const page = Number(url.searchParams.get("page"));
    if (page === bad) return new Response("no", { status });
    return Response.json(page < 1 || page > 3 ? [] : items(2, page * 2));
  };
}

for (
  const [rule, exit, written] of [["end", 0, 4], ["skip", 2, 4], ["fail", 1, 4]] as const
) {
  worldTest(`runPipeline() heeds on_status 410: ${rule}`, async (world) => {
    world.answer = paged(rule === "skip" ? 2 : 3, 410);
    const edit = (yaml: string) =>
      yaml.replace(
        "pagination: { type: none }",
        `pagination: { type: page, page_param: page }
        on_status: { "410": ${rule} }
        on_page_error: ${rule === "fail" ? "skip" : "fail"}`,
      );
    const summary = await world.run({ edit });
    assertEquals([summary.exit_code, summary.totals.written], [exit, written]);
  });
}

everyWorldTest("runPipeline() takes an empty page with another code for no end", async (world) => {
  const edit = (yaml: string) =>
    listing(yaml).replace("{ type: none }", "{ type: page, page_param: p, size: 2 }");
  let last: object = { code: 3, message: "busy" };
  world.answer = (url) =>
    Response.json(
      url.searchParams.get("p") === "1" ? { code: 0, data: items(2) } : { data: [], ...last },
    );
  const summary = await world.run({ edit });
  assertEquals(streamOf(summary, "shop.items").error_code, "http-body-error");
  for (last of [{ code: 0 }, { code: 7, message: "no more data" }, {}]) {
    assertEquals((await world.run({ edit })).exit_code, 0, JSON.stringify(last));
  }
});
