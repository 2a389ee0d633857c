import type { Story } from "../story.ts";
import { tellLimits } from "./_tell_limits.ts";
import { tellPagination } from "./_tell_pagination.ts";
import { tellPull } from "./_tell_pull.ts";
import { tellPartialFailure, tellStreaming } from "./_tell_streaming.ts";

/** The story of phase 1; it leaves a `FetchReport` beside the records that it names. */
export const APIS_STORY: Story = {
  phase: 1,
  name: "01_apis",
  area: "APIS",
  title: "A 200 is not a success, and the last page is a claim",
  problem:
    "The nightly pull was green for six weeks. Then finance counted: 500 records a night were missing, because one page had come back " +
    "as a login form with status 200 and the loop took an empty list for the end. The retry that would have saved it had hammered the " +
    "server until the key was blocked. An API is slow, limited and unreliable by nature; a client has to prove what it read.",
  tryNext: [
    [
      "deno task sandbox --fault quakes:endless=loop",
      "an API that never ends, for your own client",
    ],
    [
      "deno task sandbox --fault flights:foreignnext@page2",
      "a next link that would carry your token away",
    ],
    ["less data/work/01/access.log", "the same fetch from the server's side, by request id"],
  ],
  async tell(teller, work) {
    const report = await tellPull(teller, work);
    await tellPagination(teller, work);
    await tellLimits(teller, work);
    await tellStreaming(teller, work);
    await tellPartialFailure(teller, work);
    return report;
  },
};
