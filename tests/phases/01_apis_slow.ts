import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { APIS } from "../../phases/01_apis.ts";
import type { FetchReport } from "../../phases/01_apis/fetch_report.ts";
import { PROJECT_CONFIG, projectConfig } from "../../phases/00_foundations/project_config.ts";
import { granted } from "../_granted.ts";
import { StoryWorld } from "./_story_world.ts";

/** What a learner must see, with its figures, blanks reduced to one. */
const SHOWN = {
  "pages in five kinds": [
    /page number bearer 204 20,000 empty-page yes/,
    /Link header bearer 200 20,000 no-next yes/,
    /next URL in the body none 20 20,000 no-next yes/,
    /offset and limit none 6 1,707 total-reached yes/,
    /cursor api_key 51 10,000 total-reached yes/,
  ],
  "every form of a wait": [
    /Retry-After: 30 retry-after 30\.0 s 3\d\.\d s/,
    /Retry-After: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT retry-after 30\.0 s 3\d\.\d s/,
    /RateLimit: "default";r=0;t=30, -Policy: "default";q=20;w=30 ratelimit 30\.0 s 3\d\.\d s/,
    /RateLimit-Limit: 20, -Remaining: 0, -Reset: 30 ratelimit 30\.0 s 3\d\.\d s/,
    /X-RateLimit-Limit: 60, -Remaining: 0, -Reset: \d{10} x-ratelimit 30\.0 s 3\d\.\d s/,
    /X-RateLimit-Limit: 60, -Remaining: 0, -Reset: 30 x-ratelimit 30\.0 s 3\d\.\d s/,
    /Retry-After: in a moment backoff - \d+ ms/,
    /nothing at all backoff - \d+ ms/,
    /suspended-wait: Cannot go on now: .*\(Retry-After: 3600\), longer than the 120000 ms/,
  ],
  "a limit": [/no limit of its own 40 4[1-9] [1-9] /, /rate_limit: 20 in 1 s 40 40 0 .* 20 /],
  "tokens": [
    /0 ms 1 there was none yet/,
    /1\.4 s 2 4 requests got a 401/,
    /3\.2 s 3 the last one was about to expire/,
  ],
  "a reset and a stop": [
    /2 1 http-reset wait \d+ ms/,
    /2 2 200, [\d,]+ bytes 500 records into the file/,
    /1 1 \d 1,500 Ctrl-C no/,
    /2, --resume 1,501 8 1,707 total-reached yes/,
  ],
  "a poisoned page": [
    /skip 1,207 empty-page 1 no/,
    /page 3, status 500, 3 attempts/,
    /query\?…&offset=1001&limit=500/,
    /body: Error 500: Internal Server Error/,
  ],
  "totals that lie": [
    /honest total 1,707 total-reached - yes/,
    /no total 1,707 empty-page - yes/,
    /page 2 is short 1,707 total-reached - yes/,
    /total 5 too high 1,707 empty-page total-not-read no/,
    /total of one page 1,707 empty-page total-not-read no/,
    /the API declared 0; if that is the number of one page, leave total out/,
  ],
  "loops": [
    /bare loop on the first 30 6,000 1,000 us, after 30/,
    /cursor leads to page 1 9 1,000 1,000 page-repeated/,
    /cursor stays the same 5 1,000 1,000 cursor-repeated/,
    /offsets start again 7 1,707 1,707 page-repeated/,
  ],
} as const;

Deno.test({
  name:
    "phase 1 shows each way in which an API goes wrong, with its figures, and leaves the report",
  ignore: !granted("read", "write", "net"),
  async fn(t) {
    await using world = await StoryWorld.create();
    const { work, narrator } = world;
    await work.begin(0);
    await Deno.writeTextFile(work.path(0, PROJECT_CONFIG), projectConfig(work));
    await work.finish(0, { config: PROJECT_CONFIG });
    await work.begin(1);
    const report = await APIS.narrate(narrator, work) as FetchReport;

    assertEquals(narrator.proofs.filter(({ holds }) => !holds), []);
    assertEquals(narrator.proofs.length, 22);
    const text = world.text.replaceAll(/\s+│?\s*/g, " ");
    for (const [point, shown] of Object.entries(SHOWN)) {
      await t.step(point, () => {
        for (const pattern of shown) assertMatch(text, pattern);
      });
    }
    assertEquals([report.records, report.complete], [1707, true]);
    const left = [...Deno.readDirSync(work.path(1))].map(({ name }) => name);
    assertEquals(left.toSorted(), ["access.log", "events.jsonl"]);
    assertStringIncludes(await Deno.readTextFile(work.path(1, "access.log")), " 429 ");
  },
});
