import { assertEquals } from "@std/assert";
import { launchPlan } from "../../lib/pipeline/mod.ts";
import { load, withStream } from "../config/_pipeline_file.ts";
import { granted } from "../_granted.ts";

const PAGE = "type: page, page_param: p";
const AGAIN = "all pages again if a record comes twice, the total changes or a run was stopped";

const ZERO = "1 to 3 more requests, to see that there is no page 0; a total saves them";

const COSTS: [string, string[]][] = [
  ["primary_key: [id]", [
    "one answer is read; it is not complete if it names a next page or a larger total",
  ]],
  ["pagination: { type: none, whole: true }", []],
  [
    `pagination: { type: link }
        params: { y: "{y}" }
        for_each: { values: { y: [1, 2, 1] } }`,
    ["2 listings, each of 1 request or more"],
  ],
  ["pagination: { type: link }", []],
  [`pagination: { ${PAGE} }`, [
    "3 more requests, for two empty pages, the first of them twice; a total saves them",
    ZERO,
    AGAIN,
  ]],
  [`pagination: { ${PAGE}, size: 9 }`, [
    "1 more request after a short page, 3 or 4 after a full one; short_page_ends saves the first",
    ZERO,
    AGAIN,
  ]],
  [`pagination: { ${PAGE}, total: t }`, [
    "1 more request if the last page is full, since a total may be a cap",
    AGAIN,
  ]],
  [`pagination: { ${PAGE}, total_pages: t }`, [
    "1 more request if the last page is full, since the number may be too low",
    ZERO,
    AGAIN,
  ]],
  ["window: { start_param: a, end_param: b, start: 2020-01-01, step: 1d, max_results: 9 }", [
    "1 more request for a window that shares records with the one before, and some for the first with records; window.bounds saves them",
  ]],
];

for (const [stream, costs] of COSTS) {
  Deno.test({
    name: `launchPlan() says what it costs to confirm the end of ${stream}`,
    ignore: !granted("read", "write"),
    async fn() {
      const config = await load(withStream(stream));
      const options = { root: "/p", configPath: "/p/pipeline.yaml", environment: [] };
      const { notes } = launchPlan(config, options);
      assertEquals(notes, costs.map((cost) => `web.events: ${cost}`));
    },
  });
}
