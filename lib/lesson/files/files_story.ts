import type { Story } from "../story.ts";
import { tellIntake } from "./_tell_intake.ts";
import { tellMerge, tellSplit, tellTree } from "./_tell_layout.ts";
import type { FilesResult } from "./files_result.ts";

/** The story of phase 2; it leaves a {@linkcode FilesResult} next to its lake. */
export const FILES_STORY: Story = {
  phase: 2,
  name: "02_files",
  area: "FILES",
  title: "A file is an atom: whole and valid, or not taken in",
  problem:
    "The vendor's export had its columns in another order that night. Spark reads CSV by position, so nothing failed: three weeks of " +
    "temperatures went into the column for wind. The same month one 40 GB gzip file ran for nine hours on one core of two hundred. " +
    "Both were decided before Spark saw a byte.",
  tryNext: [
    [
      "deno task headwaters files validate data/samples/drop/weather/weather_2013_q4.csv",
      "three ragged rows, by line",
    ],
    [
      "deno task headwaters files split data/samples/zipcodes.csv --target 500kB --out /tmp/parts",
      "on your own file, too",
    ],
    [
      "deno task headwaters files merge data/samples/drop/weather/*.csv --out /tmp/all.csv",
      "rejected: one header differs",
    ],
  ],
  async tell(teller, work) {
    const lake = work.path(2, "lake");
    const date = new Date().toISOString().slice(0, 10);
    const weather = await tellIntake(teller, work, { lake, date });
    const events = await tellSplit(teller, work, { lake, date });
    const files = [events, ...weather];
    await tellMerge(teller, work, files);
    await tellTree(teller, lake);
    return { date, files } satisfies FilesResult;
  },
};
