import type { Story } from "../story.ts";
import { tellLimits } from "./_tell_limits.ts";
import { tellLoops } from "./_tell_loops.ts";
import { tellPagination } from "./_tell_pagination.ts";
import { tellPoison } from "./_tell_poison.ts";
import { tellPull } from "./_tell_pull.ts";
import { tellResume } from "./_tell_resume.ts";
import { tellStreaming } from "./_tell_streaming.ts";
import { tellTokens } from "./_tell_tokens.ts";
import { tellWaits } from "./_tell_waits.ts";

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
      "deno task sandbox --fault strikes:limit=20/1s",
      "one that takes 20 requests a second, and not one more",
    ],
    [
      "deno task sandbox --fault flights:foreignnext@page2",
      "a next link that would carry your token away",
    ],
    [
      "(cd data/work && less 01/access.log)",
      "the same fetch from the server's side, by request id",
    ],
  ],
  async tell(teller, work) {
    const report = await tellPull(teller, work);
    await tellPagination(teller, work);
    await tellStreaming(teller, work);
    await tellWaits(teller, work);
    await tellLimits(teller, work);
    await tellTokens(teller, work);
    await tellResume(teller, work, report);
    await tellPoison(teller, work);
    await tellLoops(teller, work);
    return report;
  },
};
